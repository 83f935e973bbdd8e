#!/usr/bin/env python3
"""Fills live databases, and judges an export by reading them itself, with the Python driver of Cassandra and with kazoo.

  live_judge.py put [DUMP]   fills databases with what DUMP has and with odd things; with --hold it stays, and so do
                              ephemeral nodes, until standard input ends. It says "ready"
  live_judge.py check DUMP   is DUMP what the databases hold? Prints what differs, exit 1
  live_judge.py write        goes on writing a cell of one row until standard input ends. It says "ready"
  live_judge.py lock         makes a node of ZooKeeper that only user:secret may read
  live_judge.py unlock       removes it
  live_judge.py drop         ends the compact storage of all tables, as an upgrade to Cassandra 4 asks for
  live_judge.py tables DUMP  makes the tables that DUMP has, empty
  live_judge.py remove DUMP  deletes what DUMP has of the object --row, of all below it and of all that refers to it, as the API
                              server does, and prints the uuids, the first ones last
  live_judge.py lock-name    takes the lock of the name that the object --row of DUMP has
  live_judge.py touch        writes a cell, a node and a table, as somebody else would
  live_judge.py loop [DUMP]  reads all tables, page by page, keeps them and writes DUMP, if there is one, and prints the seconds that took

Written from the description of the format; it shares nothing with the program under test.
"""
import argparse
import gzip
import json
import os
import sys
import time

from cassandra import ConsistencyLevel
from cassandra.concurrent import execute_concurrent_with_args
from cassandra.query import tuple_factory
from kazoo.client import KazooClient
from kazoo.security import make_acl, make_digest_acl

import livedb
from livedb import IGNORED, KEYSPACES, OUTSIDE, arguments, live_name, to_bytes, zookeeper

GENERATIONS = ["compact", "cql", "dropped", "blob"]

# Row keys, names and values that are not all UTF-8.
ODD = [
    (b"plain", b"prop:x", b'"text"'),
    (b"\xff\xfekey", b"prop:x", b"1"),
    (b"key", b"name\x80", b"2"),
    (b"key", "prop:\u00e9\U0001f600".encode(), "\u65e5\u672c \"\\/\x7f\n".encode()),
    (b"key", b"empty", b""),
    (b"a/b;c%d", b"col/umn", b"null"),
]
ODD_BLOBS = [(b"key", b"blob", b"\x00\x80\xff"), (b"key", b"half", b"\xed\xa0\x80"), (b"key", b"mixed", b"\xed\xb2\x80\x80\xc3\xa9")]


def is_text(b):
    try:
        b.decode("utf-8", "surrogatepass")
        return True
    except UnicodeDecodeError:
        return False


def to_text(b):
    if is_text(b):
        return b.decode("utf-8", "surrogatepass")
    return b.decode("utf-8", "surrogateescape")


def load_text(path):
    raw = open(path, "rb").read()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    if raw[:4] == b"\x28\xb5\x2f\xfd":
        import pyzstd
        raw = pyzstd.decompress(raw)
    return raw


def connect(args):
    return livedb.connect(args, timeout=120, login=args.login, row_factory=tuple_factory)


def make_keyspace(session, name, factor):
    session.execute('CREATE KEYSPACE IF NOT EXISTS "%s" WITH replication = {\'class\': \'SimpleStrategy\', '
                    '\'replication_factor\': %d}' % (name, factor))


def make_table(session, keyspace, table, generation):
    value = "blob" if generation == "blob" else "text"
    compact = "COMPACT STORAGE AND " if generation != "cql" else ""
    session.execute('CREATE TABLE "%s"."%s" (key blob, column1 blob, value %s, PRIMARY KEY (key, column1)) '
                    'WITH %sCLUSTERING ORDER BY (column1 ASC)' % (keyspace, table, value, compact))
    if generation == "dropped":
        session.execute('ALTER TABLE "%s"."%s" DROP COMPACT STORAGE' % (keyspace, table))


def put_rows(session, keyspace, table, generation, cells):
    """cells: (key, name, value, microseconds, seconds to live or 0)"""
    as_value = (lambda v: v) if generation == "blob" else (lambda v: v.decode("utf-8", "surrogatepass"))
    query = session.prepare('INSERT INTO "%s"."%s" (key, column1, value) VALUES (?, ?, ?) USING TIMESTAMP ? AND TTL ?'
                            % (keyspace, table))
    query.consistency_level = ConsistencyLevel.ALL
    for ok, result in execute_concurrent_with_args(
            session, query, [(k, n, as_value(v), t, ttl) for k, n, v, t, ttl in cells], concurrency=60):
        if not ok:
            raise result


def put(args):
    cluster, session = connect(args)
    dump = json.loads(load_text(args.dump)) if args.dump else {"cassandra": {}, "zookeeper": "[]"}
    count = 0
    for keyspace, tables in dump["cassandra"].items():
        live = live_name(args, keyspace)
        make_keyspace(session, live, args.replicas)
        for i, (table, rows) in enumerate(sorted(tables.items())):
            g = GENERATIONS[i % 4] if args.generation == "all" else args.generation
            make_table(session, live, table, g)
            cells = []
            for key, columns in rows.items():
                for name, cell in columns.items():
                    count += 1
                    cells.append((to_bytes(key), to_bytes(name), to_bytes(cell[0]), cell[1], 0 if count % 50 else 100000 + count))
            put_rows(session, live, table, g, cells)
    if not args.plain:
        make_keyspace(session, live_name(args, "to_bgp_keyspace"), args.replicas)
        make_table(session, live_name(args, "to_bgp_keyspace"), "empty", "cql")
        for g in GENERATIONS if args.generation == "all" else [args.generation]:
            odd_tables(args, session, live_name(args, "useragent"), g, "odd_" + g)
    z = KazooClient(args.zookeeper, timeout=10)
    z.start()
    prefix = "/" + args.cluster_id if args.cluster_id else ""
    for path, (data, _) in json.loads(dump["zookeeper"] or "[]"):
        z.create(prefix + "/" + path.strip("/"), b"" if data is None else to_bytes(data), makepath=True)
    if not args.plain:
        odd_nodes(z, prefix)
    print("ready", flush=True)
    if args.hold:
        sys.stdin.read()
    z.stop()
    cluster.shutdown()


def odd_tables(args, session, keyspace, g, table):
    make_keyspace(session, keyspace, args.replicas)
    make_table(session, keyspace, table, g)
    now = int(time.time() * 1000000)
    cells = [(k, n, v, now - i, 0) for i, (k, n, v) in enumerate(ODD)]
    if g == "blob":
        cells += [(k, n, v, now, 0) for k, n, v in ODD_BLOBS]
    cells.append((b"expiring", b"soon", b"x", now, 500))
    cells += [(b"wide", b"%06d" % i, b'"%d"' % i, now + i, 0) for i in range(5000)]
    cells.append((b"large", b"value", b"L" * 3000000, now, 0))
    cells.append((b"gone", b"x", b"x", now - 10, 0))
    cells.append((b"less", b"a", b"x", now - 10, 0))
    cells.append((b"less", b"b", b"x", now - 10, 0))
    put_rows(session, keyspace, table, g, cells)
    session.execute('DELETE FROM "%s"."%s" WHERE key = %%s' % (keyspace, table), (b"gone",))
    session.execute('DELETE FROM "%s"."%s" WHERE key = %%s AND column1 = %%s' % (keyspace, table), (b"less", b"a"))
    if g in ("cql", "dropped"):
        session.execute('INSERT INTO "%s"."%s" (key, column1) VALUES (%%s, %%s)' % (keyspace, table), (b"novalue", b"n"))


def odd_nodes(z, prefix):
    z.create(prefix + "/odd/inner", b"inner data", makepath=True)
    z.create(prefix + "/odd/inner/below", b"leaf")
    z.create(prefix + "/odd/inner/below-too", b"")
    z.create(prefix + "/odd/binary", b"\x00\xff\xfe\x80text")
    z.create(prefix + "/odd/\u00e9t\u00e9 \u65e5", "\u65e5\u672c \"\\".encode())
    z.create(prefix + "/odd/large", b"x" * 900000)
    z.create(prefix + "/odd/many")
    for i in range(0, 3000, 100):
        t = z.transaction()
        for j in range(i, i + 100):
            t.create(prefix + "/odd/many/%010d" % j, b"%d" % j)
        t.commit()
    z.create(prefix + "/odd/read-only", b"world", acl=[make_acl("world", "anyone", read=True)])
    z.create(prefix + "/odd/digest", b"two", acl=[make_acl("world", "anyone", read=True),
                                                  make_digest_acl("user", "secret", all=True)])
    z.create(prefix + "/odd/ephemeral", b"session", ephemeral=True)
    # A name of the ignore list counts as first component only.
    z.create(prefix + "/id/tags/values/config/0000000001", b"default:config=x", makepath=True)
    z.create(prefix + "/admin/kafka", b"not ours", makepath=True)
    if prefix:
        for path in ("/validation/fabric/x", "/id/service-chain/vlan/uuid/0000000001", "/id/pnf/network_id0000000001",
                     "/id/f5-lb/vlan/0000000001", "/job-manager/f/fabric-job-monitor"):
            z.create(path, b"outside", makepath=True)
        z.create("/fq-name-to-uuid/other:cluster", b"not ours", makepath=True)


def stored_tables(args, cluster):
    for keyspace in KEYSPACES:
        meta = cluster.metadata.keyspaces.get(live_name(args, keyspace))
        if meta is not None:
            for table, m in meta.tables.items():
                yield keyspace, table, [c for c in m.columns]


def check(args):
    raw = load_text(args.dump)
    text = raw.decode("ascii")  # 1.2: ASCII only
    dump = json.loads(text)
    wrong = []
    if json.dumps(dump) != text:
        wrong.append("not spelled as json.dumps spells it")
    extras = read_extras(dump, wrong)
    seen = set()
    cluster, session = connect(args)
    found = {}
    for keyspace, table, columns in stored_tables(args, cluster):
        if keyspace in args.omit_keyspace:
            continue
        found.setdefault(keyspace, {})
        if sorted(columns) != ["column1", "key", "value"]:
            continue  # of another form; see the test
        rows = {}
        query = 'SELECT key, column1, value, writetime(value), ttl(value) FROM "%s"."%s"' % (live_name(args, keyspace), table)
        for key, name, value, written, ttl in session.execute(query):
            value = b"" if value is None else value if isinstance(value, bytes) else to_bytes(value)
            k, n = to_text(bytes(key)), to_text(bytes(name))
            rows.setdefault(k, {})[n] = [to_text(value), written or 0]
            want = {}
            if not is_text(bytes(key)):
                want["key"] = "bytes"
            if not is_text(bytes(name)):
                want["name"] = "bytes"
            if not is_text(value):
                want["value"] = "bytes"
            if ttl is not None:
                want["expires"] = time.time() + ttl
            got = dict(extras.get((keyspace, table, k, n), {}))
            seen.add((keyspace, table, k, n))
            if "expires" in got and "expires" in want and abs(got["expires"] - want["expires"]) < 5:
                del got["expires"], want["expires"]
            if got != want:
                wrong.append("%s.%s %r %r: extra %r, want %r" % (keyspace, table, k, n, got, want))
        found[keyspace][table] = rows
    cluster.shutdown()
    tables(found, dump["cassandra"], wrong)

    nodes, acls = stored_nodes(args)
    entries = json.loads(dump["zookeeper"])
    if json.dumps(entries) != dump["zookeeper"]:
        wrong.append("the list of nodes is not spelled as json.dumps spells it")
    order = {}
    got = {}
    for i, (path, content) in enumerate(entries):
        if path in got:
            wrong.append("node %r is there twice" % path)
        got[path] = content
        order[path] = i
    for path in nodes.keys() | got.keys():
        if nodes.get(path) != got.get(path):
            wrong.append("node %r: dump %.300r, stored %.300r" % (path, got.get(path), nodes.get(path)))
        up = path.rstrip("/")
        while "/" in up.strip("/"):
            up = up.rsplit("/", 1)[0]
            if order.get(up + "/", -1) > order.get(path, 1 << 60):
                wrong.append("node %r comes before %r" % (path, up))
    for path, want in acls.items():
        if extras.get(path, {}) != want:
            wrong.append("node %r: extra %r, want %r" % (path, extras.get(path), want))
        seen.add(path)
    for place in extras:
        if place not in seen:
            wrong.append("the extra of %r has no place" % (place,))
    for line in wrong[:20]:
        print(line[:600])
    print("%d differences" % len(wrong) if wrong else "equal")
    sys.exit(1 if wrong else 0)


def read_extras(dump, wrong):
    member = dump.get("dumptool", {})
    out = {}
    for entry in member.get("cells", []):
        out[tuple(entry[:4])] = entry[4]
    for path, extra in member.get("nodes", []):
        out[path] = extra
    return out


def tables(found, got, wrong):
    if set(found) != set(got):
        wrong.append("keyspaces %r, want %r" % (sorted(got), sorted(found)))
    for keyspace in found.keys() & got.keys():
        if set(found[keyspace]) != set(got[keyspace]):
            wrong.append("tables of %s: %r, want %r" % (keyspace, sorted(got[keyspace]), sorted(found[keyspace])))
        for table in found[keyspace].keys() & got[keyspace].keys():
            want, have = found[keyspace][table], got[keyspace][table]
            for key in want.keys() | have.keys():
                a, b = want.get(key, {}), have.get(key, {})
                if a != b:
                    for name in a.keys() | b.keys():
                        if a.get(name) != b.get(name):
                            wrong.append("%s.%s %r %r: dump %.200r, stored %.200r" % (keyspace, table, key, name, b.get(name), a.get(name)))
                if key in have and not b:
                    wrong.append("%s.%s %r: an empty row" % (keyspace, table, key))
                names = [n.encode("utf-8", "surrogateescape" if any("\udc80" <= c <= "\udcff" for c in n) else "surrogatepass") for n in b]
                if names != sorted(names):
                    wrong.append("%s.%s %r: columns are not sorted" % (keyspace, table, key))


def stored_nodes(args):
    z = zookeeper(args)
    nodes, extras = {}, {}

    def walk(path, shown, top):
        data, stat = z.get(path)
        acl, _ = z.get_acls(path)
        children = z.get_children(path)
        is_open = len(acl) == 1 and acl[0].id.scheme == "world" and acl[0].perms == 31
        if not top and (not children or data or not is_open):
            nodes[shown + "/"] = [None if data is None else to_text(data), list(stat)]
            extra = {}
            if stat.ephemeralOwner:
                extra["ephemeral"] = True
            if not is_open:
                extra["acl"] = [[a.perms, a.id.scheme, a.id.id] for a in acl]
                if any(a.id.scheme == "digest" and a.id.id.endswith(":x") for a in acl):
                    extra["acl_hidden"] = True
            if data is not None and not is_text(data):
                extra["data"] = "bytes"
            if extra:
                extras[shown + "/"] = extra
        for c in children:
            if top and (c in IGNORED or c == "analytics-discovery-" + args.cluster_id):
                continue
            walk(path.rstrip("/") + "/" + c, shown + "/" + c, False)

    if args.cluster_id:
        if z.exists("/" + args.cluster_id):
            walk("/" + args.cluster_id, args.cluster_id, True)
        for path in OUTSIDE:
            if z.exists(path):
                walk(path, path, False)
    else:
        walk("/", "", True)
    z.stop()
    return nodes, extras


def lock(args):
    z = zookeeper(args)
    z.add_auth("digest", "user:secret")
    if args.what == "lock":
        z.create("/locked", b"")
        z.create("/locked/secret", b"secret", acl=[make_digest_acl("user", "secret", all=True)])
    elif z.exists("/locked"):
        z.delete("/locked", recursive=True)
    z.stop()


def write(args):
    cluster, session = connect(args)
    query = session.prepare('INSERT INTO "%s".obj_uuid_table (key, column1, value) VALUES (?, ?, ?)' % live_name(args, "config_db_uuid"))
    key = args.row.encode()
    n = 0

    def once():
        session.execute(query, (key, b"prop:display_name", '"changed %d"' % n))
    once()
    print("ready", flush=True)
    os.set_blocking(0, False)
    while sys.stdin.buffer.read() != b"":
        n += 1
        once()
        time.sleep(0.02)
    cluster.shutdown()


def drop_compact_storage(args):
    cluster, session = connect(args)
    for keyspace in KEYSPACES + ("DISCOVERY_SERVER",):
        meta = cluster.metadata.keyspaces.get(live_name(args, keyspace))
        for table in meta.tables if meta else ():
            session.execute('ALTER TABLE "%s"."%s" DROP COMPACT STORAGE' % (live_name(args, keyspace), table))
    cluster.shutdown()


def make_tables(args):
    cluster, session = connect(args)
    for keyspace, members in json.loads(load_text(args.dump))["cassandra"].items():
        make_keyspace(session, live_name(args, keyspace), args.replicas)
        for table in members:
            make_table(session, live_name(args, keyspace), table, args.generation)
    cluster.shutdown()


def users_of(rows, uuid):
    """The object, what is below it and what refers to it, again and again."""
    found = [uuid]
    for u in found:
        for key, columns in rows.items():
            if key not in found and any(c.split(":")[0] in ("ref", "parent") and c.split(":")[-1] == u for c in columns):
                found.append(key)
    return found


def name_path(args, rows, uuid):
    typ, name = (json.loads(rows[uuid][c][0]) for c in ("type", "fq_name"))
    return typ, ":".join(name), ("/" + args.cluster_id if args.cluster_id else "") + "/fq-name-to-uuid/%s:%s" % (typ, ":".join(name))


def remove(args):
    dump = json.loads(load_text(args.dump))
    rows = dump["cassandra"]["config_db_uuid"]["obj_uuid_table"]
    cluster, session = connect(args)
    table = lambda t, ks="config_db_uuid": '"%s"."%s"' % (live_name(args, ks), t)
    z = KazooClient(args.zookeeper)
    z.start()
    prefix = "/" + args.cluster_id if args.cluster_id else ""
    doomed = users_of(rows, args.row)
    for uuid in reversed(doomed):
        key = uuid.encode()
        typ, name, lock_path = name_path(args, rows, uuid)
        for (column,) in list(session.execute("SELECT column1 FROM %s WHERE key = %%s" % table("obj_uuid_table"), (key,))):
            parts = column.decode().split(":")
            if parts[0] in ("ref", "parent") and len(parts) == 3:
                kind = "children" if parts[0] == "parent" else "ref" if parts[1] == typ else "backref"
                session.execute("DELETE FROM %s WHERE key = %%s AND column1 = %%s" % table("obj_uuid_table"),
                                (parts[2].encode(), ("%s:%s:%s" % (kind, typ, uuid)).encode()))
        session.execute("DELETE FROM %s WHERE key = %%s" % table("obj_uuid_table"), (key,))
        for index in ("obj_fq_name_table", "obj_shared_table"):
            for column in dump["cassandra"]["config_db_uuid"].get(index, {}).get(typ, {}):
                if column.endswith(":" + uuid):
                    session.execute("DELETE FROM %s WHERE key = %%s AND column1 = %%s" % table(index), (typ.encode(), to_bytes(column)))
        for keyspace, tables in dump["cassandra"].items():
            if keyspace == "config_db_uuid":
                continue
            for t, others in tables.items():
                for other, cells in others.items():
                    values = [c[0] for c in cells.values()]
                    if other.startswith(uuid) or any(v.startswith(uuid + " ") for v in values) or \
                            typ in ("routing_instance", "logical_router", "service_instance") and other == name:
                        session.execute("DELETE FROM %s WHERE key = %%s" % table(t, keyspace), (to_bytes(other),))
        if z.exists(lock_path):
            z.delete(lock_path)
        for path, (data, _) in json.loads(dump["zookeeper"]):
            path = prefix + "/" + path.strip("/")
            address = path.startswith(prefix + "/api-server/subnets/")
            if data == uuid or data == name and not address or address and path.startswith("%s/api-server/subnets/%s:" % (prefix, name)):
                if z.exists(path):
                    z.delete(path)
                    if address and not z.get_children(path.rsplit("/", 1)[0]):
                        z.delete(path.rsplit("/", 1)[0])
        print(uuid)
    z.stop()
    cluster.shutdown()


def lock_name(args):
    rows = json.loads(load_text(args.dump))["cassandra"]["config_db_uuid"]["obj_uuid_table"]
    z = KazooClient(args.zookeeper)
    z.start()
    z.create(name_path(args, rows, args.row)[2], b"11111111-2222-4333-8444-555555555555")
    z.stop()


def touch(args):
    cluster, session = connect(args)
    name = live_name(args, "config_db_uuid")
    key = session.execute('SELECT DISTINCT key FROM "%s".obj_uuid_table LIMIT 1' % name).one()[0]
    session.execute('INSERT INTO "%s".obj_uuid_table (key, column1, value) VALUES (%%s, %%s, %%s)' % name, (key, b"prop:mine", "1"))
    make_table(session, live_name(args, "useragent"), "mine", "cql")
    cluster.shutdown()
    z = KazooClient(args.zookeeper)
    z.start()
    z.create(("/" + args.cluster_id if args.cluster_id else "") + "/fq-name-to-uuid/mine", b"x")
    z.stop()


def loop(args):
    cluster, session = connect(args)
    session.default_fetch_size = 1024
    begin, n = time.time(), 0
    out = {}
    for keyspace, table, _ in stored_tables(args, cluster):
        rows = out.setdefault(keyspace, {}).setdefault(table, {})
        query = 'SELECT key, column1, value, writetime(value) FROM "%s"."%s"' % (live_name(args, keyspace), table)
        for key, name, value, written in session.execute(query):
            if args.dump:
                rows.setdefault(key.decode(), {})[name.decode()] = [value, written]
            n += 1
    if args.dump:
        open(args.dump, "w").write(json.dumps({"cassandra": out}))
    print("%d cells in %.1f s" % (n, time.time() - begin))
    cluster.shutdown()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("what", choices=["put", "check", "write", "lock", "unlock", "loop", "drop", "tables", "touch", "remove", "lock-name"])
    p.add_argument("dump", nargs="?")
    arguments(p)
    p.add_argument("--login", default="", help="USER:PASSWORD for Cassandra")
    p.add_argument("--generation", default="compact", choices=GENERATIONS + ["all"], help="how releases made tables; all: by turns")
    p.add_argument("--replicas", type=int, default=1)
    p.add_argument("--plain", action="store_true", help="nothing odd")
    p.add_argument("--hold", action="store_true")
    p.add_argument("--row", default="", help="the key of the row to write to")
    p.add_argument("--omit-keyspace", action="append", default=[])
    args = p.parse_intermixed_args()
    {"put": put, "check": check, "write": write, "lock": lock, "unlock": lock, "loop": loop, "drop": drop_compact_storage, "tables": make_tables,
     "touch": touch, "remove": remove, "lock-name": lock_name}[args.what](args)


main()
