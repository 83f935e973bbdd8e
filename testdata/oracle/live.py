#!/usr/bin/env python3
"""Looks at live databases with the Python driver of Cassandra and with kazoo.

  live.py compare DUMP   are the databases as the dump says? Prints what differs, exit 1
  live.py names          keyspaces and top nodes, a line each
  live.py clean          removes all keyspaces of the cluster id, and all nodes

Written from the description of the format; it shares nothing with the program under test.
"""
import argparse
import gzip
import json
import sys

from livedb import IGNORED, OUTSIDE, arguments, connect, live_name, to_bytes, zookeeper

TOPS = {"fq-name-to-uuid", "api-server", "id"}


def load(path):
    raw = open(path, "rb").read()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    return json.loads(raw)


def compare(args):
    dump = load(args.dump)
    wrong = []
    cluster, session = connect(args)
    for keyspace, tables in dump["cassandra"].items():
        for table, rows in tables.items():
            want = {}
            for key, cells in rows.items():
                for name, cell in cells.items():
                    time = args.now if args.now else cell[1]
                    want[to_bytes(key), to_bytes(name)] = (to_bytes(cell[0]), time)
            found = {}
            query = 'SELECT key, column1, value AS v, writetime(value) AS w, ttl(value) AS t FROM "%s"."%s"'
            for row in session.execute(query % (live_name(args, keyspace), table)):
                value = row.v if isinstance(row.v, bytes) else row.v.encode("utf-8", "surrogatepass")
                found[bytes(row.key), bytes(row.column1)] = (value, row.w)
                if row.t is not None:
                    wrong.append("%s.%s %r has a time to live" % (keyspace, table, row.key))
            for k in want.keys() | found.keys():
                got = found.get(k)
                if args.now == 1 and got:
                    got = (got[0], 1)
                if want.get(k) != got:
                    wrong.append("%s.%s %r: want %r, found %r" % (keyspace, table, k, want.get(k), got))
    cluster.shutdown()

    want = {}
    for path, (data, stat) in json.loads(dump["zookeeper"] or "[]"):
        path = "/" + path.strip("/")
        if len(stat) > 7 and stat[7]:
            continue
        first = path.split("/")[1]
        if args.from_id and first == args.from_id:
            path = path[1 + len(first):]
            if path.split("/")[1] in IGNORED:
                continue
            if args.cluster_id:
                path = "/" + args.cluster_id + path
        elif first in IGNORED:
            continue
        elif not args.from_id and args.cluster_id and first in TOPS and not path.startswith(tuple(p + "/" for p in OUTSIDE)):
            path = "/" + args.cluster_id + path
        want[path] = None if data is None else to_bytes(data)
    z = zookeeper(args)
    found = {}

    def walk(path):
        data, stat = z.get(path)
        children = z.get_children(path)
        if path != "/" and (data or not children):
            found[path] = data
        if stat.ephemeralOwner:
            wrong.append("%s is ephemeral" % path)
        acls, _ = z.get_acls(path)
        if path != "/" and not (len(acls) == 1 and acls[0].id.scheme == "world" and acls[0].perms == 31):
            wrong.append("%s has ACL %r" % (path, acls))
        for c in children:
            if path == "/" and c == "zookeeper":
                continue
            walk(path.rstrip("/") + "/" + c)

    walk("/")
    z.stop()
    for k in want.keys() | found.keys():
        if want.get(k, "none") != found.get(k, "none"):
            wrong.append("node %s: want %r, found %r" % (k, want.get(k, "none"), found.get(k, "none")))
    for line in wrong[:20]:
        print(line)
    print("%d differences" % len(wrong) if wrong else "equal")
    sys.exit(1 if wrong else 0)


def names(args):
    cluster, session = connect(args)
    for row in session.execute("SELECT keyspace_name FROM system_schema.keyspaces"):
        if not row.keyspace_name.startswith("system"):
            print("keyspace", row.keyspace_name)
    cluster.shutdown()
    z = zookeeper(args)
    for c in sorted(z.get_children("/")):
        if c != "zookeeper":
            print("node /" + c)
    z.stop()


def clean(args):
    cluster, session = connect(args)
    for row in list(session.execute("SELECT keyspace_name FROM system_schema.keyspaces")):
        name = row.keyspace_name
        if not name.startswith("system"):
            session.execute('DROP KEYSPACE "%s"' % name)
    cluster.shutdown()
    z = zookeeper(args)
    z.add_auth("digest", "user:secret")  # what other programs of the tests guard nodes with
    for c in z.get_children("/"):
        if c != "zookeeper":
            z.delete("/" + c, recursive=True)
    z.stop()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("what", choices=["compare", "names", "clean"])
    p.add_argument("dump", nargs="?")
    arguments(p)
    p.add_argument("--from-id", default="")
    p.add_argument("--now", type=int, default=0, help="timestamp of all cells; 1 for any")
    args = p.parse_intermixed_args()
    {"compare": compare, "names": names, "clean": clean}[args.what](args)


main()
