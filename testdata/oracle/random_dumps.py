"""Small dumps that are odd in random ways: made, changed, and written down in random spellings.

Doc is a dump that can be changed, Changer makes one random change of it after
the other, Spelling writes it with the white space, escapes, orders and shapes
(A2, A10, A12, A13) that mean the same. Everything comes from the Random that
is given.
"""

import copy
import json

import dumpfile
import sample
import zkpath

CONFIG = dumpfile.OBJECT_KEYSPACE


class Raw(str):
    """JSON text that is written as it is."""


class Doc:
    """A dump that can be changed. keyspaces -> tables -> rows -> columns -> JSON of the cell."""

    def __init__(self, keyspaces, nodes, members):
        self.keyspaces, self.nodes, self.members = keyspaces, nodes, members

    @classmethod
    def of(cls, stored):
        dump = dumpfile.read(stored)
        keyspaces = {
            ks: {
                t: {k: {c: cls.cell(v) for c, v in row.items()} for k, row in rows.items()}
                for t, rows in tables.items()
            }
            for ks, tables in dump.keyspaces.items()
        }
        nodes = [[n.path, n.data, [Raw(x.text) for x in n.stat]] for n in dump.nodes]
        return cls(keyspaces, nodes, {k: Raw(dumpfile.to_json(v)) for k, v in dump.members.items()})

    @staticmethod
    def cell(cell):
        if cell.timestamp is None:
            return cell.value
        value = cell.value if isinstance(cell.value, str) else Raw(dumpfile.to_json(cell.value))
        return [value, Raw(cell.timestamp.text), *(Raw(dumpfile.to_json(x)) for x in cell.rest)]

    def tables(self):
        return [(ks, t) for ks, tables in self.keyspaces.items() for t in tables]

    def rows(self):
        return [(ks, t, k) for ks, t in self.tables() for k in self.keyspaces[ks][t]]


class Spelling:
    """How a document is written down."""

    def __init__(self, r, plain=False):
        self.r, self.plain = r, plain
        self.comma, self.colon = (
            (", ", ": ") if plain else r.choice([(", ", ": "), (",", ":"), (" ,\n ", " :\t"), (", ", ": ")])
        )
        self.escapes = 0 if plain else r.choice([0, 0, 0.02, 0.5])
        self.raw = not plain and r.random() < 0.4
        self.shuffle = not plain and r.random() < 0.7

    def text(self, s):
        out = []
        for c in s:
            n = ord(c)
            if self.escapes and self.r.random() < self.escapes:
                if c == "/":
                    out.append("\\/")
                elif n < 0x10000:
                    out.append(("\\u%04x" if self.r.random() < 0.5 else "\\u%04X") % n)
                else:
                    out.append(json.dumps(c)[1:-1])
            elif self.raw and n >= 0x80 and not 0xD800 <= n < 0xE000:
                out.append(c)
            else:
                out.append(json.dumps(c)[1:-1])
        return '"' + "".join(out) + '"'

    def json(self, v):
        if isinstance(v, Raw):
            return str(v)
        if isinstance(v, str):
            return self.text(v)
        if isinstance(v, dict):
            items = list(v.items())
            if self.shuffle:
                self.r.shuffle(items)
            return "{" + self.comma.join(self.text(k) + self.colon + self.json(x) for k, x in items) + "}"
        if isinstance(v, list):
            return "[" + self.comma.join(map(self.json, v)) + "]"
        return json.dumps(v)

    def document(self, doc):
        cassandra = doc.keyspaces
        if not self.plain:
            config = cassandra.get(CONFIG, {})
            if (
                list(cassandra) == [CONFIG]
                and set(config) == {dumpfile.UUID_TABLE, dumpfile.NAME_TABLE}
                and self.r.random() < 0.7
            ):
                cassandra = config  # A2
        members = [(k, self.json(v)) for k, v in doc.members.items()]
        members += [("cassandra", self.json(cassandra)), ("zookeeper", self.zookeeper(doc.nodes))]
        if self.shuffle:
            self.r.shuffle(members)
        text = "{" + self.comma.join(self.text(k) + self.colon + v for k, v in members) + "}"
        return text.encode("utf-8")

    def zookeeper(self, nodes):
        if not nodes and not self.plain:
            return self.r.choice(['"[]"', "{}", '""', "null", '"{}"'])
        if not self.plain and self.r.random() < 0.25:
            tree = nested(nodes)
            if tree is not None:
                return self.json(tree) if self.r.random() < 0.5 else self.text(self.inner().json(tree))
        listed = list(nodes)
        if self.shuffle:
            self.r.shuffle(listed)
        return self.text(self.inner().json([[self.path(p), [data, stat]] for p, data, stat in listed]))

    def inner(self):
        return Spelling(self.r, self.plain)

    def path(self, path):
        if self.plain or self.r.random() < 0.9:
            return path
        return path.rstrip("/") or path  # A13


def nested(nodes):
    """The tree of A12, None where the paths don't make one."""
    root = {}
    for path, data, stat in nodes:
        parts = zkpath.components(path)
        if not parts or "//" in path:
            return None
        names = (["/"] if path.startswith("/") else []) + parts
        here = root
        for name in names[:-1]:
            here = here.setdefault(name, {})
            if not isinstance(here, dict):
                return None
        if names[-1] in here:
            return None
        here[names[-1]] = [data, stat]
    return root


# fmt: off
ODD_TEXTS = ["", " ", "a", "\x00", "\x00\x01", "\ud800", "\udc00x", "x\ud83d", "\U0001F600", "n\u00e9t",
    "\u00e9:\u00fc", "%C3%A9", "a+b c", "a/b", '"', "\\", "\u2028", "null", "[", "]", "{}", "[1,2", ":", "::",
    "a:b:c", "\x7f", "\ufeff", "\uffff", "ff" * 40]
ODD_JSON = ['"x"', "null", "true", "7", "7.0", "70e-1", "-0", "1E400", "18446744073709551615", "[]", "{}",
    '{"a": 1, "a": 2}', '{"a": 2, "a": 1}', '{"a": [1, {"b": null}], "c": "\\u0000"}',
    '{"c": "\\u0000", "a":[1,{"b":null}]}', '"\\ud800"', '"\ud800"', '"\u00e9"', '"\\u00e9"', "NaN", "[Infinity]",
    '{"a":\n1}', "[1,2,3,4]", "[4,1,2,3]", '["c", "d", {"k": 1}, "e"]', '["d", {"k": 1, "z": 2}, "e"]',
    '{"l": [[1, 2], {"a": [1]}], "x": 1}', '{"l": [0, [2], {"a": [0, 1], "b": {}}]}', "[[[[]]]]",
    '{"":""}', '{"a.b": {"*": 1}}', " 1", "1 ", "\t[]\n", "1 2",
    "nul", '"\x00"', "{'a': 1}", "01", "[1,]", '{"a":1,}', '"a\tb"', "\ufeff1", "\u00a01", "[" * 40 + "]" * 40]
ODD_CELLS = [lambda r: r.choice(ODD_TEXTS + ODD_JSON), lambda r: [Raw("64512"), 1], lambda r: [Raw('{"a": 1, "b": 2}'),
    1], lambda r: [Raw('{"b":2,"a":1}'), 1], lambda r: [Raw("null"), 1], lambda r: [Raw("[1.50]"), Raw("1.5")],
    lambda r: [r.choice(ODD_JSON), Raw(r.choice(["1579787888.102612", "1.0", "1", "-1", "1e3",
    "99999999999999999999", "0"]))], lambda r: [r.choice(ODD_JSON), 5, Raw(r.choice(["null", "3600", '{"a":1}',
    '{ "a" :1}', "[1, 2]", "1,2", '"]"', '"\\u0041"', '"A"']))]]
COLUMNS = ["prop:x", "propl:l:0", "propm:m:k", "prop:", ":", "", "type", "fq_name", "parent_type",
    "META:latest_col_ts", "prop:id_perms", "UUID", "backref:x", "ref:virtual_network", "children:a:b:c",
    "relaxbackref:11111111-1111-4111-8111-111111111111", "\u00e9", "\ud800", "a\x00b", "prop:perms2", "a\\b", 'a"b',
    "prop:\U0001F600"]
KEYS = ["", "k", "\x00", "\ud800", "\u00e9", "11111111-1111-4111-8111-111111111111",
    "22222222-2222-4222-8222-222222222222", "virtual_network", "a/b", 'q"', "project"]
NODE_PATHS = ["/x/", "x/", "/x/y/", "/c9/id/virtual-networks/0000000001/", "c9/id/virtual-networks/0000000002/",
    "/fq-name-to-uuid/project:nobody/", "/fq-name-to-uuid/a/b/",
    "/api-server/subnets/default-domain:demo:red:10.0.0.0/24/0167772999/", "/id/virtual-networks/0000000001/",
    "/id/security-groups/id/0000000000/", "/\u00e9/", "/\ud800/", "/zz//y/", "//w/", "/id/tags/types/0000000009/",
    "/api-server-election/l__lock__0/", "/id/bgp/route-targets/type0/0000000007/", "/a\x00/", "/q\"\\/", "/",
    "/svc-monitor/abc/"]
# fmt: on


class Changer:
    """Makes one random change of a document after the other."""

    def __init__(self, r, doc):
        self.r, self.doc = r, doc

    def change(self):
        kinds = (
            [self.cell] * 8
            + [self.row] * 3
            + [self.table] * 1
            + [self.node] * 4
            + [self.member] * 1
            + [self.link] * 3
            + [self.object] * 4
            + [self.times] * 2
        )
        self.r.choice(kinds)()

    def pick_row(self):
        rows = self.doc.rows()
        if not rows:
            return None
        ks, t, k = self.r.choice(rows)
        return self.doc.keyspaces[ks][t][k]

    def stamp(self):
        return self.r.choice([1600000000000000 + self.r.randrange(1000), 1])

    def value(self):
        text = self.r.choice(ODD_JSON if self.r.random() < 0.7 else ODD_TEXTS)
        if self.r.random() < 0.004:
            text = json.dumps("\u00e9" * self.r.randrange(1 << 18, 1 << 20) + self.r.choice("ab"))
        return text

    def cell(self):
        row = self.pick_row()
        if row is None:
            return
        name = self.r.choice(list(row) if row and self.r.random() < 0.75 else COLUMNS)
        what = self.r.randrange(8)
        if what == 0:
            row.pop(name, None)
        elif what <= 2:
            row[name] = [self.value(), self.stamp()]
        elif what == 3:
            row[name] = self.r.choice(ODD_CELLS)(self.r)
        elif what == 4 and isinstance(row.get(name), list):
            row[name] = [row[name][0], self.stamp(), *row[name][2:]]
        elif (
            what == 5
            and isinstance(row.get(name), list)
            and isinstance(row[name][0], str)
            and not isinstance(row[name][0], Raw)
        ):
            row[name] = [self.respelled(row[name][0]), *row[name][1:]]
        elif what == 6:
            other = self.pick_row()
            if other:
                row[name] = copy.deepcopy(self.r.choice(list(other.values())))
        else:
            for i in range(self.r.choice([1, 40, 200])):
                row["prop:wide%d" % i] = [self.r.choice(["1", "2", '"\u00e9"']), 1]

    def respelled(self, text):
        is_json, value = dumpfile.meaning(text)
        if not is_json:
            return text
        return self.r.choice(
            [
                dumpfile.to_json(value),
                " " + dumpfile.to_json(value).replace(", ", ","),
                text + "\n",
                reorder(self.r, value),
            ]
        )

    def row(self):
        tables = self.doc.tables()
        if not tables:
            return
        ks, t = self.r.choice(tables)
        rows = self.doc.keyspaces[ks][t]
        what = self.r.randrange(6)
        if what == 0:
            rows[self.r.choice(KEYS)] = {}
        elif what == 1:
            rows[self.r.choice(KEYS)] = {
                self.r.choice(COLUMNS): [self.value(), self.stamp()] for _ in range(self.r.randrange(4))
            }
        elif rows:
            key = self.r.choice(list(rows))
            row = rows[key]
            if what in (2, 4):
                del rows[key]
            if what in (3, 4):
                rows[self.r.choice(KEYS)] = copy.deepcopy(row)
            if what == 4:
                other = self.r.choice(tables)
                self.doc.keyspaces[other[0]][other[1]][key] = row
            if what == 5:
                for name in ("type", "fq_name"):
                    if self.r.random() < 0.5:
                        row.pop(name, None)

    def table(self):
        ks = self.r.choice(
            list(self.doc.keyspaces) + ["", "new", "\u00e9", "a/b", "useragent", "to_bgp_keyspace", CONFIG]
        )
        what = self.r.randrange(5)
        if what == 0:
            self.doc.keyspaces.pop(ks, None)
        elif what == 1:
            self.doc.keyspaces.setdefault(ks, {})
        elif what == 2:
            self.doc.keyspaces.setdefault(ks, {}).setdefault(
                self.r.choice(["", "t", "\u00e9", "obj_uuid_table", "obj_shared_table"]), {}
            )
        elif self.doc.keyspaces.get(ks):
            name = self.r.choice(list(self.doc.keyspaces[ks]))
            rows = self.doc.keyspaces[ks].pop(name)
            if what == 3:
                self.doc.keyspaces.setdefault(self.r.choice(["moved", CONFIG]), {})[name] = rows
            if what == 4:
                self.doc.keyspaces[ks][name] = {}

    def node(self):
        nodes = self.doc.nodes
        what = self.r.randrange(7)
        stat = [9, 9, 1600000000000, 1600000000000, 0, 0, 0, self.r.choice([0, 0, 0, 5, 72057594037927936]), 1, 0, 9]
        if what == 0 or not nodes:
            self.put([self.r.choice(NODE_PATHS), self.r.choice(ODD_TEXTS + [None]), stat])
        elif what == 1:
            self.r.choice(nodes)[1] = self.r.choice(ODD_TEXTS + [None])
        elif what == 2:
            self.r.choice(nodes)[2] = self.r.choice(
                [stat, [Raw("1579787888111.1792")], [Raw("7")], stat[:10] + [Raw("18446744073709551615")]]
            )
        elif what == 3:
            del nodes[self.r.randrange(len(nodes))]
        elif what == 4:
            node = self.r.choice(nodes)
            nodes.remove(node)
            self.put(
                [
                    self.r.choice(
                        [node[0].lstrip("/"), "/" + node[0], node[0].rstrip("/"), "c9/" + node[0].lstrip("/")]
                    ),
                    *node[1:],
                ]
            )
        elif what == 5:
            node = copy.deepcopy(self.r.choice(nodes))
            node[0] = node[0].rstrip("/") + self.r.choice(["1/", "/sub/", "/\u00e9/"])
            self.put(node)
        else:
            self.r.choice(nodes)[1] = self.r.choice(nodes)[1]

    def put(self, node):
        """Adds a node, unless its path is there (B-STR-12)."""
        path = zkpath.normal(node[0])
        self.doc.nodes = [n for n in self.doc.nodes if zkpath.normal(n[0]) != path] + [node]

    def member(self):
        name = self.r.choice(["dumptool", "extra", "", "\u00e9", "\ud800", "Cassandra"])
        if self.r.random() < 0.3:
            self.doc.members.pop(name, None)
        else:
            self.doc.members[name] = Raw(
                self.r.choice(
                    [
                        "1",
                        "1.0",
                        "null",
                        '{"a": 1, "b": [2]}',
                        '{"b":\n[2],"a":1}',
                        '"x"',
                        '"\\u0078"',
                        "[]",
                        "false",
                        '"\\ud800"',
                    ]
                )
            )

    def objects(self):
        return self.doc.keyspaces.get(CONFIG, {}).get(dumpfile.UUID_TABLE, {})

    def names(self):
        return self.doc.keyspaces.get(CONFIG, {}).get(dumpfile.NAME_TABLE, {})

    def link(self):
        """Half a reference, or a whole one."""
        rows = self.objects()
        if len(rows) < 2:
            return
        (u, a), (v, b) = self.r.sample(list(rows.items()), 2)
        ta, tb = type_of(a), type_of(b)
        if not ta or not tb:
            return
        forth, back = self.r.choice([("ref", "backref"), ("parent", "children")])
        text = self.r.choice(["null", '{"attr": null}', '{"attr": {"x": 1}}'])
        other = text if self.r.random() < 0.8 else '{"attr": 2}'
        if self.r.random() < 0.8:
            a["%s:%s:%s" % (forth, tb, v)] = [text, self.stamp()]
        if self.r.random() < 0.8:
            b["%s:%s:%s" % (back, ta, u)] = [other, self.stamp()]
        if self.r.random() < 0.2:
            links = [c for c in a if c.startswith(("backref:", "children:", "ref:", "parent:"))]
            if links:
                del a[self.r.choice(links)]

    def object(self):
        """A consistent change of an object, or one that is done by half."""
        rows, names = self.objects(), self.names()
        if not rows:
            return
        uuid = self.r.choice(list(rows))
        row = rows[uuid]
        kind, name = type_of(row), name_of(row)
        if not kind or not name:
            return
        half = lambda: self.r.random() < 0.15
        what = self.r.randrange(5)
        joined = ":".join(name)
        if what == 0:  # renamed
            new = name[:-1] + [self.r.choice([name[-1] + "2", "n\u00e9t", "a b", "x:y", "\ud800", ""])]
            if not half():
                row["fq_name"] = [json.dumps(new, ensure_ascii=self.r.random() < 0.5), self.stamp()]
            self.rename(kind, joined, ":".join(new), uuid, half)
        elif what == 1:  # removed
            del rows[uuid]
            if not half():
                names.get(kind, {}).pop(joined + ":" + uuid, None)
            if not half():
                for other in rows.values():
                    for column in [c for c in other if c.endswith(":" + uuid) and not half()]:
                        del other[column]
            if not half():
                self.doc.nodes = [n for n in self.doc.nodes if n[1] != uuid and (n[1] != joined or half())]
        elif what == 2:  # re-created
            new = "%08x%s" % (self.r.getrandbits(32), uuid[8:])
            fresh = rows.pop(uuid)
            rows[new] = {
                c: [v[0], self.stamp(), *v[2:]] if isinstance(v, list) and self.r.random() < 0.7 else v
                for c, v in fresh.items()
            }
            if names.get(kind, {}).pop(joined + ":" + uuid, None) and not half():
                names[kind][joined + ":" + new] = ["null", self.stamp()]
            for other in rows.values():
                for column in [c for c in other if c.endswith(":" + uuid) and not half()]:
                    other[column[: -len(uuid)] + new] = other.pop(column)
            for node in self.doc.nodes:
                if node[1] == uuid and not half():
                    node[1] = new
        elif what == 3:  # shared
            level = self.r.choice([0, 5, 7])
            tenant = "99999999-0000-4000-8000-000000000001"
            share = self.r.choice(
                [[], [{"tenant": "tenant:" + tenant, "tenant_access": 5}], [{"tenant": tenant, "tenant_access": 7}]]
            )
            row["prop:perms2"] = [json.dumps({"owner": "x", "global_access": level, "share": share}), self.stamp()]
            shared = self.doc.keyspaces[CONFIG].setdefault(dumpfile.SHARED_TABLE, {}).setdefault(kind, {})
            for column in [c for c in shared if c.endswith(uuid)]:
                del shared[column]
            if level and not half():
                shared["global::" + uuid] = [str(level if not half() else 1), self.stamp()]
            for entry in share:
                if not half():
                    shared["tenant:%s:%s" % (tenant, uuid)] = [str(entry["tenant_access"]), self.stamp()]
        else:  # the spelling of the index
            column = joined + ":" + uuid
            if column in names.get(kind, {}) and not joined.isascii():
                quoted = "".join(
                    (
                        c
                        if c.isascii() and (c.isalnum() or c in "_.-")
                        else "".join("%%%02X" % b for b in c.encode("utf-8", "surrogatepass"))
                    )
                    for c in joined
                )
                names[kind][quoted + ":" + uuid] = names[kind].pop(column)

    def rename(self, kind, old, new, uuid, half):
        names = self.names().setdefault(kind, {}) if self.names() is not None else {}
        if not half() and names.pop(old + ":" + uuid, None):
            if not half():
                names[new + ":" + uuid] = ["null", self.stamp()]
        for node in list(self.doc.nodes):
            if half():
                continue
            if node[1] == old:
                node[1] = new
            elif node[1] == uuid and node[0].rstrip("/").endswith(":" + old) and "fq-name-to-uuid" in node[0]:
                self.doc.nodes.remove(node)
                self.put([node[0].rstrip("/")[: -len(old)] + new + "/", *node[1:]])

    def times(self):
        """Written again: all times of a row, and last_modified."""
        row = self.pick_row()
        for name in row or ():
            if isinstance(row[name], list) and self.r.random() < 0.8:
                row[name] = [row[name][0], self.stamp(), *row[name][2:]]
        perms = row and row.get("prop:id_perms")
        if isinstance(perms, list) and isinstance(perms[0], str) and "last_modified" in perms[0]:
            is_json, value = dumpfile.meaning(perms[0])
            if is_json and isinstance(value, dict) and not isinstance(value, dumpfile.Repeated):
                value["last_modified"] = "2021-01-01T00:00:00.%06d" % self.r.randrange(10**6)
                if self.r.random() < 0.2:
                    value["enable"] = self.r.choice([True, False, dumpfile.Number("1")])
                row["prop:id_perms"] = [dumpfile.to_json(value), *perms[1:]]


def reorder(r, value):
    if isinstance(value, dict) and not isinstance(value, dumpfile.Repeated):
        items = list(value.items())
        r.shuffle(items)
        return "{%s}" % ",".join("%s:%s" % (json.dumps(k), reorder(r, v)) for k, v in items)
    if isinstance(value, list):
        return "[ %s]" % " ,".join(reorder(r, v) for v in value)
    return dumpfile.to_json(value)


def stored(cell):
    return cell[0] if isinstance(cell, list) and isinstance(cell[0], str) and not isinstance(cell[0], Raw) else None


def json_of(row, name):
    text = stored(row.get(name))
    if text is None:
        return None
    is_json, value = dumpfile.meaning(text)
    return value if is_json else None


def type_of(row):
    value = json_of(row, "type")
    return value if isinstance(value, str) else None


def name_of(row):
    value = json_of(row, "fq_name")
    return value if isinstance(value, list) and value and all(isinstance(p, str) for p in value) else None


def base(r, dumps):
    which = r.randrange(4 + 2 * len(dumps))
    if which == 0:
        return Doc({}, [], {})
    if which == 1:
        return Doc({CONFIG: {dumpfile.UUID_TABLE: {}, dumpfile.NAME_TABLE: {}}}, [], {})
    if which <= 3:
        return Doc.of(sample.consistent(r.choice(["", "c1"])).bytes())
    return copy.deepcopy(dumps[which % len(dumps)])
