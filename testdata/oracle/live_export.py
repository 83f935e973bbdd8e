#!/usr/bin/env python3
"""Puts odd content into live databases, and compares an export with what the Python drivers read.

  live_export.py fill          tables of every generation, times to live, bytes that are no text, ACLs, inner data
  live_export.py hold          makes ephemeral nodes, prints "ready", and keeps them until standard input ends
  live_export.py change        changes a cell and a node, adds one of each and removes one of each
  live_export.py compare DUMP  is the dump what the databases hold? Prints what differs, exit 1

Written from the description of the format; it shares nothing with the program under test.
"""
import argparse
import json
import sys
import time

from kazoo.security import ACL, Id, make_digest_acl

from livedb import IGNORED, KEYSPACES, OUTSIDE, arguments, connect, live_name, zookeeper

def fill(args):
    cluster, s = connect(args)

    def table(keyspace, name, value="text", compact=True):
        s.execute('CREATE KEYSPACE IF NOT EXISTS "%s" WITH replication = {\'class\': \'SimpleStrategy\', \'replication_factor\': 1}'
                  % live_name(args, keyspace))
        s.execute('CREATE TABLE "%s"."%s" (key blob, column1 blob, value %s, PRIMARY KEY (key, column1)) WITH %s'
                  % (live_name(args, keyspace), name, value, "COMPACT STORAGE AND CLUSTERING ORDER BY (column1 ASC)" if compact
                     else "CLUSTERING ORDER BY (column1 ASC)"))

        def put(key, column, value, when, ttl=0):
            s.execute('INSERT INTO "%s"."%s" (key, column1, value) VALUES (%%s, %%s, %%s) USING TIMESTAMP %d%s'
                      % (live_name(args, keyspace), name, when, " AND TTL %d" % ttl if ttl else ""), (key, column, value))
        return put

    objects = table("config_db_uuid", "obj_uuid_table")
    for i in range(3000):
        key = b"%08x-0000-4000-8000-%012x" % (i * 2654435761 % 2**32, i)
        objects(key, b"type", '"virtual_network"', 1577836800000000 + i)
        objects(key, b"fq_name", json.dumps(["default-domain", "p", "n%d é" % i]), 1577836800000001 + i)
    objects(b"ttl", b"prop:x", '"expires"', 1577836800000002, ttl=86400)
    objects("é\u4e2d\U0001f600".encode(), "col\u00e9".encode(), 'quote " back \\ tab \t del \x7f', 1577836800000003)
    objects(b"\xff\xfebad", b"c\xff", "text", 1577836800000004)
    objects(b"\xed\xa0\x80half", b"surrogate", "x", 1577836800000005)
    wide = table("config_db_uuid", "obj_fq_name_table", compact=False)
    statement = s.prepare('INSERT INTO "%s"."obj_fq_name_table" (key, column1, value) VALUES (?, ?, \'null\') USING TIMESTAMP 7'
                          % live_name(args, "config_db_uuid"))
    futures = [s.execute_async(statement, (b"virtual_network", b"default-domain:n%06d:uuid" % i)) for i in range(12000)]
    for f in futures:
        f.result()
    wide(b"null row", b"no value", None, 8)
    table("config_db_uuid", "obj_shared_table")
    old = table("useragent", "useragent_keyval_table", value="blob")
    old(b"key", b"value", b"bytes \x00\x80\xff", 1577836800000006)
    old(b"text", b"value", "\u00e9t\u00e9".encode(), 1577836800000007)
    old(b"empty", b"value", b"", 1577836800000008)
    s.execute('CREATE KEYSPACE IF NOT EXISTS "%s" WITH replication = {\'class\': \'SimpleStrategy\', \'replication_factor\': 1}'
              % live_name(args, "dm_keyspace"))
    cluster.shutdown()

    z = zookeeper(args)
    z.add_auth("digest", "user:secret")
    p = "/" + args.cluster_id if args.cluster_id else ""
    for i in range(300):
        z.create(p + "/fq-name-to-uuid/virtual_network:default-domain:n%d" % i, b"uuid-%d" % i, makepath=True)
    z.create(p + "/fq-name-to-uuid/a:slash/in/the name", b"uuid", makepath=True)
    z.create(p + "/fq-name-to-uuid/virtual_network:\u00e9t\u00e9", "donn\u00e9es".encode(), makepath=True)
    z.create(p + "/inner", b"data of an inner node", makepath=True)
    z.create(p + "/inner/child", b"\x00\xff\xfe binary", makepath=True)
    z.create(p + "/inner/empty", b"")
    z.create(p + "/inner/admin", b"kept: only the first component counts", makepath=True)
    z.create(p + "/guarded", b"by an ACL", acl=[make_digest_acl("user", "secret", all=True), ACL(1, Id("world", "anyone"))])
    z.create(p + "/brokers/ids/1", b"left out", makepath=True)
    z.create("/id/service-chain/vlan/u/0000000001", b"at the real root", makepath=True)
    z.create(p + "/id/virtual-networks/0000000001", b"default-domain:n1", makepath=True)
    z.stop()


def hold(args):
    z = zookeeper(args)
    p = "/" + args.cluster_id if args.cluster_id else ""
    z.create(p + "/held", b"ephemeral", ephemeral=True)
    z.create(p + "/api-server-election/x__lock__0000000001", b"17", ephemeral=True, makepath=True)
    print("ready", flush=True)
    sys.stdin.read()
    z.stop()


def change(args):
    cluster, s = connect(args)
    table = '"%s".obj_uuid_table' % live_name(args, "config_db_uuid")
    s.execute("INSERT INTO %s (key, column1, value) VALUES (%%s, %%s, %%s)" % table, (b"new row", b"type", '"x"'))
    s.execute("UPDATE %s SET value = %%s WHERE key = %%s AND column1 = %%s" % table, ('"changed"', b"ttl", b"prop:x"))
    s.execute("DELETE FROM %s WHERE key = %%s" % table, (b"\xed\xa0\x80half",))
    cluster.shutdown()
    z = zookeeper(args)
    p = "/" + args.cluster_id if args.cluster_id else ""
    z.create(p + "/inner/new", b"x")
    z.set(p + "/inner/empty", b"y")
    z.delete(p + "/fq-name-to-uuid/virtual_network:default-domain:n7")
    z.stop()


def from_text(text, raw):
    """The bytes that a text of the dump stands for."""
    if raw:
        return b"".join(bytes([ord(c) - 0xdc00]) if 0xdc80 <= ord(c) <= 0xdcff else c.encode("utf-8", "surrogatepass") for c in text)
    return text.encode("utf-8", "surrogatepass")


def compare(args):
    with open(args.dump, encoding="ascii") as f:
        text = f.read()
    dump = json.loads(text)
    wrong = []
    if json.dumps({k: dump[k] for k in dump if k != "dumptool"}) != text[:text.rindex(', "dumptool"')] + "}":
        wrong.append("the text is not spelled as Python spells it")
    extra = dump["dumptool"]
    cells = {(c[0], c[1], c[2], c[3]): c[4] for c in extra["cells"]}
    nodes = {n[0]: n[1] for n in extra["nodes"]}

    cluster, session = connect(args)
    names = {r.keyspace_name for r in session.execute("SELECT keyspace_name FROM system_schema.keyspaces")}
    want_keyspaces = {k for k in KEYSPACES if live_name(args, k) in names}
    if set(dump["cassandra"]) != want_keyspaces:
        wrong.append("keyspaces: want %s, found %s" % (want_keyspaces, set(dump["cassandra"])))
    now = time.time()
    for keyspace, tables in dump["cassandra"].items():
        there = {r.table_name for r in session.execute("SELECT table_name FROM system_schema.tables WHERE keyspace_name = %s", (live_name(args, keyspace),))}
        if set(tables) != there:
            wrong.append("tables of %s: want %s, found %s" % (keyspace, there, set(tables)))
        for table, rows in tables.items():
            found = {}
            for key, row in rows.items():
                if list(row) != sorted(row, key=lambda n: from_text(n, "name" in cells.get((keyspace, table, key, n), {}))):
                    wrong.append("columns of %r are not in order" % key)
                for name, cell in row.items():
                    x = cells.pop((keyspace, table, key, name), {})
                    found[from_text(key, "key" in x), from_text(name, "name" in x)] = (from_text(cell[0], "value" in x), cell[1], x.get("expires"))
            want = {}
            for row in session.execute('SELECT key, column1, value AS v, writetime(value) AS w, ttl(value) AS t FROM "%s"."%s"'
                                       % (live_name(args, keyspace), table)):
                v = row.v if isinstance(row.v, bytes) else (row.v or "").encode()
                want[bytes(row.key), bytes(row.column1)] = (v, row.w or 0, row.t and now + row.t)
            for k in want.keys() | found.keys():
                a, b = want.get(k), found.get(k)
                if not a or not b or a[:2] != b[:2] or (a[2] is None) != (b[2] is None) or a[2] and abs(a[2] - b[2]) > 10:
                    wrong.append("%s.%s %r: want %r, found %r" % (keyspace, table, k, a, b))
    cluster.shutdown()
    if cells:
        wrong.append("extras of cells that aren't there: %r" % list(cells)[:3])

    z = zookeeper(args)
    z.add_auth("digest", "user:secret")
    want = {}

    def walk(path, shown):
        data, stat = z.get(path or "/")
        children = z.get_children(path or "/")
        acls = [[a.perms, a.id.scheme, a.id.id] for a in z.get_acls(path or "/")[0]]
        plain = acls == [[31, "world", "anyone"]]
        if path and shown != args.cluster_id and (not children or data or not plain):
            want[shown + "/"] = (data, bool(stat.ephemeralOwner), None if plain else acls, list(stat))
        for c in sorted(children):
            if shown in ("", args.cluster_id) and (c in IGNORED):
                continue
            walk(path + "/" + c, shown + "/" + c)

    if args.cluster_id:
        walk("/" + args.cluster_id, args.cluster_id)
        for p in (outside.lstrip("/") for outside in OUTSIDE):
            if z.exists("/" + p):
                walk("/" + p, "/" + p)
    else:
        walk("", "")
    z.stop()
    found, order = {}, []
    for path, (data, stat) in json.loads(dump["zookeeper"]):
        x = nodes.pop(path, {})
        found[path] = (None if data is None else from_text(data, "data" in x), x.get("ephemeral", False), x.get("acl"), stat)
        order.append(path)
    for k in want.keys() | found.keys():
        if want.get(k) != found.get(k):
            wrong.append("node %s: want %r, found %r" % (k, want.get(k), found.get(k)))
    if nodes:
        wrong.append("extras of nodes that aren't there: %r" % list(nodes)[:3])
    place = {p: i for i, p in enumerate(order)}
    for p in order:
        parent = p[:-1].rpartition("/")[0] + "/"
        if place.get(parent, -1) > place[p]:
            wrong.append("%s stands before its parent" % p)
    for line in wrong[:20]:
        print(line)
    print("%d differences" % len(wrong) if wrong else "equal: %d nodes" % len(found))
    sys.exit(1 if wrong else 0)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("what", choices=["fill", "hold", "change", "compare"])
    p.add_argument("dump", nargs="?")
    arguments(p)
    args = p.parse_intermixed_args()
    {"fill": fill, "hold": hold, "change": change, "compare": compare}[args.what](args)


main()
