#!/usr/bin/env python3
"""Changes a dump at random, as somebody could who changes live databases.

  live_edits.py prepare IN OUT         adds what is odd, with what an export says of it: bytes, times to live, ACLs, null data
  live_edits.py change IN OUT SEED N   makes N changes of cells, rows and nodes, odd ones among them

Written from the descriptions of the formats; it shares nothing with the program under test.
"""
import json
import random
import sys
import time

BLOB = "useragent/useragent_keyval_table"


def load(path):
    d = json.load(open(path))
    d["zookeeper"] = json.loads(d["zookeeper"])
    m = d.setdefault("dumptool", {"schema": "dumptool.live/1"})
    m["cells"] = {tuple(c[:4]): c[4] for c in m.get("cells", [])}
    m["nodes"] = {c[0].strip("/"): c[1] for c in m.get("nodes", [])}
    return d


def store(d, path):
    m = d["dumptool"]
    m["cells"] = [[*k, v] for k, v in m["cells"].items()]
    m["nodes"] = [["/" + k + "/", v] for k, v in m["nodes"].items()]
    d["zookeeper"] = json.dumps(d["zookeeper"])
    json.dump(d, open(path, "w"))


def spelled(b):
    return b.decode("utf-8", "surrogateescape")


def has_bytes(text):
    """Halves of surrogate pairs that stand for bytes, not for themselves."""
    return any("\udc80" <= c <= "\udcff" for c in text)


def put(d, keyspace, table, key, column, value, **says):
    """Says what is odd of a cell, or that nothing is."""
    rows = d["cassandra"].setdefault(keyspace, {}).setdefault(table, {})
    rows.setdefault(key, {})[column] = [value, int(time.time() * 1e6) - 10 ** 9]
    place = (keyspace, table, key, column)
    d["dumptool"]["cells"].pop(place, None)
    for what, text in (("key", key), ("name", column), ("value", value)):
        if has_bytes(text):
            says[what] = "bytes"
    if says:
        d["dumptool"]["cells"][place] = says


def drop(d, keyspace, table, key, column):
    rows = d["cassandra"][keyspace][table]
    del rows[key][column]
    if not rows[key]:
        del rows[key]
    d["dumptool"]["cells"].pop((keyspace, table, key, column), None)


def stat(data):
    return [9, 9, 1500000000000, 1500000000000, 0, 0, 0, 0, len(data or ""), 0, 9]


def inner(nodes, path):
    return any(p.startswith(path + "/") for p in nodes)


def listed(nodes):
    """A node without data above others is not listed, unless its ACL has to be said."""
    return {p: n for p, n in nodes.items() if n[0] or n[1] or not inner(nodes, p)}


def nodes_of(d):
    says = d["dumptool"]["nodes"]
    return {p.strip("/"): [data, says.get(p.strip("/")), s] for p, (data, s) in d["zookeeper"]}


def set_nodes(d, nodes):
    d["zookeeper"] = [["/" + p + "/", [n[0], n[2]]] for p, n in sorted(nodes.items())]
    d["dumptool"]["nodes"] = {p: n[1] for p, n in sorted(nodes.items()) if n[1]}


def some_bytes(r):
    return spelled(bytes(r.randrange(256) for _ in range(r.randrange(1, 30))))


def says_of_data(data, acl):
    says = {}
    if acl:
        says["acl"] = acl
    if has_bytes(data or ""):
        says["data"] = "bytes"
    return says or None


ACLS = [None, [[31, "world", "anyone"], [1, "ip", "10.0.0.1"]], [[31, "ip", "127.0.0.1"], [1, "world", "anyone"]]]


def prepare(d, r):
    d["dumptool"].setdefault("tables", {})[BLOB] = "blob"
    for i in range(20):
        put(d, "useragent", "useragent_keyval_table", "odd%d" % i, "value", some_bytes(r))
        put(d, "useragent", "useragent_keyval_table", some_bytes(r), some_bytes(r), "v")
        put(d, "config_db_uuid", "obj_uuid_table", "expires%d" % i, "prop:x", '"x"', expires=int(time.time()) + 500000)
        put(d, "config_db_uuid", "table_of_others", "r%d" % (i % 5), "c%d" % i, "not JSON")
    nodes = nodes_of(d)
    for i in range(10):
        data = [None, "", "x", some_bytes(r)][i % 4]
        acl = ACLS[i % 3]
        nodes["odd/a%d/b/c" % i] = [data, says_of_data(data, acl), stat(data)]
        nodes["odd/d%d" % i] = [data, says_of_data(data, None), stat(data)]
    set_nodes(d, listed(nodes))


def value(r, old=""):
    return r.choice(['"%d"' % r.randrange(1000), "", "null", '{"b": 1, "a": [%d, null]}' % r.randrange(9), "\u00e9\U0001f600",
                     "x" * r.randrange(100000), old + " "])


def change_cell(d, r):
    tables = [(k, t) for k, ts in d["cassandra"].items() for t, rows in ts.items() if rows]
    k, t = r.choice(tables)
    rows = d["cassandra"][k][t]
    key = r.choice(sorted(rows))
    what = r.randrange(7)
    blob = k + "/" + t == BLOB
    if what == 0:
        for column in sorted(rows[key]):
            drop(d, k, t, key, column)
    elif what == 1:
        key = r.choice(["new%d" % r.randrange(1000), some_bytes(r)])
        for i in range(r.randrange(1, 150)):
            put(d, k, t, key, "prop:c%d" % i, value(r))
    elif what == 2:
        drop(d, k, t, key, r.choice(sorted(rows[key])))
    elif what == 3:
        put(d, k, t, key, r.choice(["prop:new%d" % r.randrange(1000), some_bytes(r)]), value(r))
    elif what == 4 and t != "obj_uuid_table":
        put(d, k, t, key, r.choice(sorted(rows[key])), "x", expires=int(time.time()) + 100000 + r.randrange(100000))
    else:
        column = r.choice(sorted(rows[key]))
        old = rows[key][column][0]
        put(d, k, t, key, column, some_bytes(r) if blob and r.randrange(2) else value(r, old))


def put_node(nodes, path, data, acl):
    """ZooKeeper counts the versions of an ACL: another ACL never comes with the same stat."""
    s = stat(data)
    if path in nodes:
        old = nodes[path]
        s[6] = old[2][6] + ((old[1] or {}).get("acl") != acl)
    nodes[path] = [data, says_of_data(data, acl), s]


def change_node(d, r):
    nodes = nodes_of(d)
    path = r.choice(sorted(nodes))
    what = r.randrange(6)
    if what == 0:
        # All nodes below one go, and it with them.
        top = path.rsplit("/", r.randrange(1, 3))[0] if r.randrange(3) == 0 else path
        for p in [p for p in nodes if p == top or p.startswith(top + "/")][:50]:
            del nodes[p]
    elif what in (1, 2):
        data = r.choice([None, "", "text", some_bytes(r), "x" * r.randrange(50000)])
        below = path + "/" if r.randrange(2) else "odd/"
        put_node(nodes, below + "/".join("n%d" % r.randrange(6) for _ in range(r.randrange(1, 4))), data, r.choice(ACLS))
    elif what == 3:
        put_node(nodes, path, nodes[path][0], r.choice(ACLS))
    else:
        data = r.choice([None, "", "text", some_bytes(r)])
        put_node(nodes, path, data, (nodes[path][1] or {}).get("acl"))
    set_nodes(d, listed(nodes))


def main():
    what, source, target = sys.argv[1:4]
    d = load(source)
    if what == "prepare":
        prepare(d, random.Random(1))
    else:
        r = random.Random(int(sys.argv[4]))
        for _ in range(int(sys.argv[5])):
            r.choice([change_cell, change_node])(d, r)
    store(d, target)


main()
