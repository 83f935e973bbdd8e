"""Tests of the reading oracles: strict_dump, info, primary_changes, all_differences, damage."""

import contextlib
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest

import all_differences
import damage
import dumpfile
import info
import primary_changes
import sample
import strict_dump
import zkpath
from sample import PROJECT, uuid_of

SHARED_DUMPS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared", "dumps")
VM = uuid_of("virtual_machine", ["vm-1"])
RED = uuid_of("virtual_network", [*PROJECT, "red"])
GROUP = uuid_of("security_group", [*PROJECT, "default"])
NOBODY = "99999999-9999-4999-8999-999999999999"


def shared_dumps():
    """The dumps handed to this project, none where they are not at hand."""
    if not os.path.isdir(SHARED_DUMPS):
        return []
    return [os.path.join(SHARED_DUMPS, n) for n in sorted(os.listdir(SHARED_DUMPS)) if ".json" in n]


def cell_dump(cell):
    return ('{"cassandra": {"k": {"t": {"r": {"c": %s}}}}, "zookeeper": "[]"}' % cell).encode()


def zookeeper_dump(text):
    return ('{"cassandra": {}, "zookeeper": %s}' % text).encode()


def run(module, *args):
    """(exit status, standard output) of a script's main."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        status = module.main(list(args))
    return status, out.getvalue()


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path


STAT = json.dumps([1] * 11)


class Strict(Folder):
    ACCEPTED = {
        "no keyspaces": b'{"cassandra":{},"zookeeper":"[]"}',
        "other order and white space": b'\n{ "zookeeper" :\t"[]" ,\r\n"cassandra" : {} }\n',
        "empty keyspace, table, row": b'{"cassandra": {"a": {}, "b": {"c": {}, "d": {"e": {}}}}, "zookeeper": "[]"}',
        "unknown members": b'{"cassandra": {}, "zookeeper": "[]", "dumptool": {"a": [1, null]}}',
        "no zookeeper": b'{"cassandra": {}}',
        "byte order mark": b'\xef\xbb\xbf{"cassandra": {}, "zookeeper": "[]"}',
        "A2": b'{"cassandra": {"obj_uuid_table": {"r": {"c": ["v", 1]}}, "obj_fq_name_table": {}}}',
        "A3": b'{"cassandra": {"useragent_useragent_keyval_table": {}}}',
        "A4": cell_dump('["v", 1]'),
        "A5": cell_dump('["v", 1579787888.102612]'),
        "A6": cell_dump('"v"'),
        "A7": cell_dump("[64512, 1]"),
        "A7 with null": cell_dump("[null, 1]"),
        "A7 with an object": cell_dump('[{"a": 1}, 1]'),
        "A15": cell_dump('["v", 1, 600, {"x": null}]'),
        "NaN as a value": cell_dump("[NaN, 1]"),
        "negative timestamp": cell_dump('["v", -1]'),
        "timestamp of 30 digits": cell_dump('["v", 123456789012345678901234567890]'),
        "timestamp with an exponent": cell_dump('["v", 1.5E+3]'),
        "invalid JSON in a value": cell_dump('["{", 1]'),
        "duplicate keys in the JSON of a value": cell_dump('["{\\"a\\":1,\\"a\\":1}", 1]'),
        "lone surrogate": cell_dump('["\\ud800", 1]'),
        "surrogates the wrong way round": cell_dump('["\\ude00\\ud83d", 1]'),
        "escaped NUL": cell_dump('["\\u0000", 1]'),
        "raw DEL": cell_dump('["\x7f", 1]'),
        "raw U+2028": cell_dump('["\u2028\U0001f600\ufeff", 1]'),
        "all escapes": cell_dump('["\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9", 1]'),
        "keys of different case": b'{"cassandra": {"a": {}, "A": {}, "\\u00e1": {}, "a\\u0301": {}}}',
        "a key and its spelled-out escape": b'{"cassandra": {"a": {}, "\\\\u0061": {}}}',
        "one key at two levels": b'{"cassandra": {"cassandra": {"cassandra": {}}}}',
        "two lone surrogates": b'{"cassandra": {"\\ud800": {}, "\\ud801": {}, "?": {}, "\\ufffd": {}}}',
        "a row of one name in two tables": b'{"cassandra": {"k": {"t": {"r": {}}, "u": {"r": {}}}}}',
        "A9": zookeeper_dump(json.dumps('[["/a/", ["x", %s]]]' % STAT)),
        "A9 with white space": zookeeper_dump(json.dumps(" [ ] ")),
        "null data": zookeeper_dump(json.dumps('[["/a/", [null, %s]]]' % STAT)),
        "one path twice": zookeeper_dump(json.dumps('[["/a", ["", [1]]], ["/a", ["", [1]]]]')),
        "lone surrogate in ZooKeeper": zookeeper_dump(json.dumps('[["/a", ["\\ud800", [1]]]]')),
        "A10 object": zookeeper_dump("{}"),
        "A10 empty": zookeeper_dump('""'),
        "A10 null": zookeeper_dump("null"),
        "A10 text": zookeeper_dump('"{}"'),
        "A11": zookeeper_dump(json.dumps('[["c/a/", ["x", [1579787888111.1792]]]]')),
        "A12 text": zookeeper_dump(json.dumps('{"/": {"a": {"b": ["x", %s]}, "c": [null, [1.5]]}}' % STAT)),
        "A12 object": zookeeper_dump('{"c1/": {"a": ["x", %s]}}' % STAT),
        "bare list": zookeeper_dump('[["/a/", ["x", %s]]]' % STAT),
    }
    REFUSED = {
        "A2 with a table more": b'{"cassandra": {"obj_uuid_table": {"r": {"c": ["v", 1]}},'
        b' "obj_fq_name_table": {}, "x": {}}}',
        "A3 with rows": b'{"cassandra": {"useragent_useragent_keyval_table": {"r": {"c": ["v", 1]}}}}',
        "NaN as a timestamp": cell_dump('["v", NaN]'),
        "infinite timestamp": cell_dump('["v", -Infinity]'),
        "NaN in a stat": zookeeper_dump(json.dumps('[["/a", ["x", [NaN]]]]')),
        "zookeeper text is null": zookeeper_dump('"null"'),
        "zookeeper twice wrapped": zookeeper_dump(json.dumps(json.dumps("[]"))),
        "stat of A11 with a text": zookeeper_dump(json.dumps('[["/a", ["x", ["1"]]]]')),
        "nested too deep": cell_dump("[" * 100000 + "]" * 100000),
    }

    def test_accepts(self):
        for label, text in self.ACCEPTED.items():
            with self.subTest(label):
                dumpfile.read(text)

    def test_refuses(self):
        for label, text in self.REFUSED.items():
            with self.subTest(label), self.assertRaises(dumpfile.Refused):
                dumpfile.read(text)

    def test_refusal_says_where(self):
        with self.assertRaises(dumpfile.Refused) as caught:
            dumpfile.read(cell_dump('["\u00e9", 1], "\\u0063": 2'))
        self.assertEqual(str(caught.exception), 'duplicate key "c" at k/t/r/c')
        with self.assertRaises(dumpfile.Refused) as caught:
            dumpfile.read('{"\u00e9": x}'.encode())
        self.assertEqual(caught.exception.offset, 7)

    def test_containers(self):
        text = sample.consistent().bytes()
        zst = damage.zstandard(text)
        skippable = b"\x5e\x2a\x4d\x18\x03\x00\x00\x00abc"
        halves = [f(half) for f in (gzip.compress, damage.zstandard) for half in (text[:999], text[999:])]
        for label, stored, encoding in (
            ("plain", text, "plain"),
            ("gzip", gzip.compress(text), "gzip"),
            ("gzip of two members", halves[0] + halves[1], "gzip"),
            ("gzip with an empty member", gzip.compress(b"") + gzip.compress(text), "gzip"),
            ("zstd", zst, "zstd"),
            ("zstd of two frames", halves[2] + halves[3], "zstd"),
            ("skippable frames all around", skippable + halves[2] + skippable + halves[3] + skippable, "zstd"),
            (
                "zstd without checksum",
                subprocess.run(["zstd", "-cq", "--no-check"], input=text, capture_output=True).stdout,
                "zstd",
            ),
        ):
            with self.subTest(label):
                dump = dumpfile.read(stored)
                self.assertEqual((dump.encoding, dump.text, dump.stored_bytes), (encoding, text, len(stored)))

    def test_every_cut_is_refused(self):
        text = damage.BASE
        for stored in (text, gzip.compress(text), damage.zstandard(text)):
            step = 1 if stored is text else 37
            for end in range(0, len(stored), step):
                with self.assertRaises(dumpfile.Refused, msg=end):
                    dumpfile.read(stored[:end])

    def test_command(self):
        good = self.write("good.json", b'{"cassandra": {}}')
        bad = self.write("bad.json", b'{"cassandra": []}')
        self.assertEqual(run(strict_dump, good), (0, good + ": accepted\n"))
        status, out = run(strict_dump, good, bad)
        self.assertEqual((status, out.splitlines()[1]), (1, bad + ": refused: cassandra is not an object"))
        self.assertEqual(run(strict_dump, os.path.join(self.folder, "none"))[0], 2)

    def test_shared_dumps(self):
        for path in shared_dumps():
            with self.subTest(os.path.basename(path)):
                dumpfile.load(path)


class Info(Folder):
    def test_counts(self):
        text = (
            b'{"zookeeper": "[[\\"c1/id/a/\\", [\\"\\", [1]]], [\\"c1/id/b/\\", [null, [1]]],'
            b' [\\"/x/fq-name-to-uuid/a\\", [\\"\\", [1]]]]",'
            b' "cassandra": {"config_db_uuid": {"obj_uuid_table": {'
            b'"r1": {"type": ["\\"domain\\"", 10], "n\\u00e9": ["\\ud800\\ud83d\\ude00", 9007199254740993]},'
            b'"r2": {"type": ["\\"domain\\"", 9007199254740992.5]},'
            b'"r3": {"type": "\\"\\u00e9\\""},'
            b'"r4": {"type": ["oops", 5.50]},'
            b'"r5": {}}, "empty": {}}, "dm_keyspace": {}}}'
        )
        found = info.describe(dumpfile.read(text))
        table = found["keyspaces"]["config_db_uuid"]["tables"]["obj_uuid_table"]
        self.assertEqual(table["rows"], 5)
        self.assertEqual(table["columns"], 5)
        # type and "domain" twice, n\u00e9 with 3 + 4 bytes, type and "\u00e9", type and oops
        self.assertEqual(table["bytes"], 2 * (4 + 8) + (3 + 7) + (4 + 4) + (4 + 4))
        self.assertEqual((table["oldest"].text, table["newest"].text), ("5.50", "9007199254740993"))
        empty = {"rows": 0, "columns": 0, "bytes": 0, "oldest": None, "newest": None}
        self.assertEqual(found["keyspaces"]["config_db_uuid"]["tables"]["empty"], empty)
        self.assertEqual(found["keyspaces"]["dm_keyspace"], {"tables": {}})
        self.assertEqual(found["types"], {"domain": 2, "\u00e9": 1, "oops": 1})
        self.assertEqual(found["zookeeper"], {"nodes": 3, "families": {"fq-name-to-uuid": 1, "id": 2}})
        self.assertEqual(found["bytes"], len(text))

    def test_same_from_every_encoding(self):
        text = sample.consistent("c7").bytes()
        found = []
        for i, stored in enumerate((text, gzip.compress(text), damage.zstandard(text))):
            status, out = run(info, self.write(str(i), stored))
            self.assertEqual(status, 0)
            answer = json.loads(out)
            self.assertEqual(answer.pop("encoding"), ["plain", "gzip", "zstd"][i])
            self.assertEqual(answer.pop("stored_bytes"), len(stored))
            found.append(answer)
        self.assertEqual(found[0], found[1])
        self.assertEqual(found[0], found[2])

    def test_damaged(self):
        self.assertEqual(run(info, self.write("x", b"{"))[0], 2)

    def test_families(self):
        for path, family in {
            "/": "",
            "c1/": "",
            "/id/x": "id",
            "id/x": "id",
            "c1/id/x": "id",
            "/c1/id/x": "id",
            "/c1/other/x": "c1",
            "c1/other/x": "other",
            "//fq-name-to-uuid//x/": "fq-name-to-uuid",
            "/analytics-discovery-/x": "analytics-discovery-",
            "analytics-discovery-c1/x": "analytics-discovery-c1",
            "Some.Class/api-server/subnets": "api-server",
            "/k8s/kube-manager/lock": "k8s",
            "/ids/x": "ids",
        }.items():
            self.assertEqual(zkpath.family(path), family, path)


def changed(change):
    """The changes that primary_changes finds when a consistent dump is changed."""
    old, new = sample.consistent(), sample.consistent()
    change(new)
    return primary_changes.changes(dumpfile.read(old.bytes()), dumpfile.read(new.bytes()))


class PrimaryChanges(Folder):
    def test_nothing(self):
        self.assertEqual(changed(lambda s: None), [])

    def test_what_does_not_count(self):
        def change(s):
            row = s.rows[VM]
            row["META:latest_col_ts"] = ["1", 5]
            row["backref:tag:" + NOBODY] = ["null", 5]
            row["children:tag:" + NOBODY] = ["null", 5]
            row["type"][1] = 5
            row["fq_name"] = ['[ "vm-1" ]', 6]
            perms = json.loads(row["prop:id_perms"][0])
            perms["last_modified"] = "2021"
            row["prop:id_perms"][0] = json.dumps(perms, sort_keys=True)
            s.names["tag"].clear()
            s.nodes.clear()
            s.rows[NOBODY] = {"prop:id_perms": ["{}", 5]}

        self.assertEqual(changed(change), [])

    def test_modified(self):
        def change(s):
            row = s.rows[RED]
            row["prop:virtual_network_network_id"] = ["2.0", 5]
            row["prop:display_name"] = ['"red"', 5]
            del row["prop:route_target_list"]
            row["prop:perms2"] = ["{", 5]
            perms = json.loads(row["prop:id_perms"][0])
            perms["enable"] = True
            row["prop:id_perms"] = [json.dumps(perms), 5]

        (found,) = changed(change)
        self.assertEqual(
            {name: found[name] for name in ("kind", "op", "type", "uuid", "fq_name")},
            {"kind": "object", "op": "modified", "type": "virtual_network", "uuid": RED, "fq_name": [*PROJECT, "red"]},
        )
        self.assertEqual(
            [(field["path"], field["op"]) for field in found["fields"]],
            [
                ("prop:display_name", "added"),
                ("prop:id_perms", "modified"),
                ("prop:perms2", "modified"),
                ("prop:route_target_list", "removed"),
                ("prop:virtual_network_network_id", "modified"),
            ],
        )
        fields = {field["path"]: field for field in found["fields"]}
        self.assertEqual(fields["prop:display_name"], {"path": "prop:display_name", "op": "added", "new": "red"})
        self.assertEqual(fields["prop:perms2"]["new_raw"], "{")
        self.assertIn("old", fields["prop:perms2"])
        number = fields["prop:virtual_network_network_id"]
        self.assertEqual((number["old"].text, number["new"].text), ("2", "2.0"))

    def test_one_number_in_its_text(self):
        for old, new, differs in (
            ("1", "1.0", True),
            ("1e2", "100", True),
            ("-0", "0", True),
            ("[1, 2]", "[1,2]", False),
            ('"a"', '"\\u0061"', False),
            ("[1,2]", "[2,1]", True),
            ("true", "1", True),
            ('"1"', "1", True),
            ("null", '"null"', True),
            ('{"a":1,"b":2}', '{"b":2,"a":1}', False),
            ('{"a":1,"a":2}', '{"a":2}', True),
        ):
            a, b = sample.consistent(), sample.consistent()
            a.rows[VM]["prop:x"], b.rows[VM]["prop:x"] = [old, 1], [new, 1]
            found = primary_changes.changes(dumpfile.read(a.bytes()), dumpfile.read(b.bytes()))
            self.assertEqual(bool(found), differs, (old, new))

    def test_added_and_removed(self):
        def change(s):
            s.add("virtual_machine", ["vm-2"], display_name="two")
            del s.rows[VM]

        removed, added = changed(change)
        self.assertEqual((removed["op"], removed["uuid"]), ("removed", VM))
        self.assertEqual((added["op"], added["fq_name"]), ("added", ["vm-2"]))
        paths = ["fq_name", "prop:display_name", "prop:id_perms", "prop:perms2", "type"]
        self.assertEqual([field["path"] for field in added["fields"]], paths)
        self.assertTrue(all("new" in f and "old" not in f and f["op"] == "added" for f in added["fields"]))
        self.assertTrue(all("old" in f and "new" not in f and f["op"] == "removed" for f in removed["fields"]))

    def test_renamed(self):
        (found,) = changed(lambda s: s.rows[VM].update({"fq_name": ['["vm-9"]', 1]}))
        self.assertEqual((found["renamed_from"], found["fq_name"]), (["vm-1"], ["vm-9"]))
        self.assertEqual([field["path"] for field in found["fields"]], ["fq_name"])

    def test_recreated(self):
        def change(s):
            s.rows[NOBODY] = s.rows.pop(VM)

        (found,) = changed(change)
        self.assertEqual((found["op"], found["uuid"], found["recreated_from"]), ("modified", NOBODY, VM))
        self.assertEqual(found["fields"], [])

    def test_same_name_of_another_type_is_no_recreation(self):
        def change(s):
            s.rows[NOBODY] = s.rows.pop(VM)
            s.rows[NOBODY]["type"] = ['"virtual_router"', 1]

        self.assertEqual(sorted(c["op"] for c in changed(change)), ["added", "removed"])

    def test_references_are_primary(self):
        found = changed(lambda s: s.ref(VM, GROUP))
        self.assertEqual([c["uuid"] for c in found], [VM])
        self.assertEqual([f["path"] for f in found[0]["fields"]], ["ref:security_group:" + GROUP])
        tags = [uuid_of("tag", ["tier=" + value]) for value in "ab"]
        found = changed(lambda s: [s.rows[a].pop("ref:tag:" + b) for a, b in (tags, tags[::-1])])
        self.assertEqual(sorted(c["uuid"] for c in found), sorted(tags))

    def test_order(self):
        def change(s):
            for name in ("b", "a:c", "a"):
                s.add("virtual_machine", [name])
                s.add("domain", [name])

        found = [(c["type"], c["fq_name"]) for c in changed(change)]
        self.assertEqual(found, sorted(found))
        self.assertEqual(len(found), 6)

    def files(self):
        old, new = sample.consistent(), sample.consistent()
        new.rows[VM]["prop:display_name"] = ['"one"', 1]
        new.rows[RED]["fq_name"] = [json.dumps([*PROJECT, "crimson"]), 1]
        new.rows[NOBODY] = new.rows.pop(GROUP)
        new.add("domain", ["other"])
        a, b = self.write("a", old.bytes()), self.write("b", gzip.compress(new.bytes()))
        status, out = run(primary_changes, a, b)
        self.assertEqual(status, 0)
        return a, b, json.loads(out)

    def test_compare(self):
        a, b, truth = self.files()
        self.assertEqual(
            [c["type"] for c in truth["changes"]], ["domain", "security_group", "virtual_machine", "virtual_network"]
        )

        def compare(document, *options):
            path = self.write("truth", json.dumps(document).encode())
            return run(primary_changes, a, b, "--compare", path, *options)

        self.assertEqual(compare(truth), (0, ""))
        decorated = json.loads(json.dumps(truth))
        decorated.update(schema="dumptool.diff/1", a="a", b="b", summary={})
        for change in decorated["changes"]:
            for field in change["fields"]:
                field.update(edits=[], old_timestamp=1, new_timestamp=None)
        self.assertEqual(compare(decorated), (0, ""))
        other = {"changes": truth["changes"] + [{"kind": "znode", "op": "added", "path": "/x"}]}
        self.assertEqual(compare(other)[0], 1)
        self.assertEqual(compare(other, "--allow-other-kinds")[0], 0)
        turned = {"changes": truth["changes"][::-1]}
        self.assertEqual(compare(turned)[0], 1)
        self.assertEqual(compare(turned, "--any-order")[0], 0)
        lines = "\n".join(json.dumps(c) for c in truth["changes"]) + '\n{"summary": {}}\n'
        path = self.write("lines", lines.encode())
        self.assertEqual(run(primary_changes, a, b, "--compare", path), (0, ""))

    def test_compare_notices(self):
        a, b, truth = self.files()

        def spoil(change):
            spoiled = json.loads(json.dumps(truth))
            change({c["type"]: c for c in spoiled["changes"]}, spoiled["changes"])
            path = self.write("truth", json.dumps(spoiled).encode())
            status, out = run(primary_changes, a, b, "--compare", path)
            self.assertEqual(status, 1)
            return out

        for label, change, message in (
            ("missing", lambda by, all_: all_.pop(0), "added domain other"),
            ("twice", lambda by, all_: all_.append(all_[-1]), "listed twice"),
            ("too many", lambda by, all_: all_.append(dict(all_[-1], uuid=NOBODY[::-1])), "not a change"),
            ("op", lambda by, all_: by["domain"].update(op="modified"), "op is"),
            ("type", lambda by, all_: by["domain"].update(type="project"), "type is"),
            ("renamed_from", lambda by, all_: by["virtual_network"].pop("renamed_from"), "renamed_from is"),
            ("recreated_from", lambda by, all_: by["security_group"].update(recreated_from=VM), "recreated_from is"),
            ("field missing", lambda by, all_: by["domain"]["fields"].pop(), "field missing"),
            ("field order", lambda by, all_: by["domain"]["fields"].reverse(), "not in order"),
            (
                "field too many",
                lambda by, all_: by["virtual_machine"]["fields"].append({"path": "x", "op": "added", "new": 1}),
                "does not differ",
            ),
            ("field op", lambda by, all_: by["virtual_machine"]["fields"][0].update(op="modified"), "op is"),
            ("value", lambda by, all_: by["virtual_machine"]["fields"][0].update(new="two"), "new is"),
            ("no value", lambda by, all_: by["virtual_machine"]["fields"][0].pop("new"), "no new"),
            ("raw instead", lambda by, all_: by["virtual_machine"]["fields"][0].update(new_raw="two"), "new_raw is"),
            ("unknown member", lambda by, all_: by["domain"].update(remark=1), "unknown member"),
        ):
            with self.subTest(label):
                self.assertIn(message, spoil(change))

    def test_compare_of_raw_values(self):
        head = b'{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"u": {"type": ["\\"t\\"", 1], '
        head += b'"fq_name": ["[\\"n\\"]", 1], '
        a = self.write("a", head + b'"x": [64512, 1]}}}}}')
        b = self.write("b", head + b'"x": ["{", 1]}}}}}')
        change = {"kind": "object", "op": "modified", "type": "t", "uuid": "u", "fq_name": ["n"]}
        for raw, right in (("64512", True), ("[64512, 1]", True), ("64513", False), ("[64512]", False)):
            field = {"path": "x", "op": "modified", "old_raw": raw, "new_raw": "{"}
            path = self.write("truth", json.dumps({"changes": [{**change, "fields": [field]}]}).encode())
            self.assertEqual(run(primary_changes, a, b, "--compare", path)[0], 0 if right else 1, raw)


class AllDifferences(Folder):
    def count(self, change):
        old, new = sample.consistent(), sample.consistent()
        old.members["extra"] = new.members["extra"] = {"a": 1}
        change(new)
        return all_differences.compare(dumpfile.read(old.bytes()), dumpfile.read(new.bytes()))

    def expect(self, change, **expected):
        """Every count that is not named must be zero."""
        count = self.count(change)
        found = {level + "_" + what: n for level, counts in count.levels.items() for what, n in counts.items() if n}
        self.assertEqual(found, expected)
        self.assertEqual(count.report()["equal"], not expected)
        return count

    def test_levels(self):
        row = len(sample.consistent().rows[VM])
        self.expect(lambda s: None)
        self.expect(lambda s: s.rows[VM].pop("type"), cells_removed=1)
        self.expect(lambda s: s.rows[VM].update(x=["null", 1]), cells_added=1)
        self.expect(lambda s: s.rows[VM].update({"fq_name": ['["x"]', 1]}), cells_modified=1)
        self.expect(lambda s: s.rows[VM]["fq_name"].__setitem__(1, 1), cells_timestamp=1)
        self.expect(lambda s: s.rows[VM]["fq_name"].append(600), cells_modified=1)
        self.expect(lambda s: s.rows[VM].update({"fq_name": '["vm-1"]'}), cells_timestamp=1)
        self.expect(lambda s: s.rows.pop(VM), rows_removed=1, cells_removed=row)
        self.expect(lambda s: s.rows.update({NOBODY: {}}), rows_added=1)
        self.expect(lambda s: setattr(s, "shared", None), tables_removed=1, rows_removed=1, cells_removed=1)
        self.expect(lambda s: s.nodes.pop(), znodes_removed=1)
        self.expect(lambda s: s.node("x", "y"), znodes_added=1)
        self.expect(lambda s: s.nodes.append(s.nodes[0]), znodes_added=1)
        self.expect(lambda s: s.nodes[0][1].__setitem__(0, None), znodes_data=1)
        self.expect(lambda s: s.nodes[0][1][1].__setitem__(0, 1), znodes_stat=1)
        self.expect(lambda s: s.nodes.reverse())
        self.expect(lambda s: s.nodes[0].__setitem__(0, s.nodes[0][0].strip("/")))
        self.expect(lambda s: s.members.update(extra={"a": 1.0}), members_modified=1)
        self.expect(lambda s: s.members.pop("extra"), members_removed=1)
        self.expect(lambda s: s.members.update(more=None), members_added=1)

    def test_spelling(self):
        count = self.expect(lambda s: s.rows[VM]["fq_name"].__setitem__(0, '[ "vm-1"]'))
        self.assertEqual(count.spelling, 1)
        # Outside of the object tables a value is its text.
        self.expect(lambda s: s.targets.popitem()[1], rows_removed=1, cells_removed=1)
        self.expect(lambda s: next(iter(s.targets.values()))["rtgt_num"].__setitem__(0, " 8000000"), cells_modified=1)

    def test_by_table(self):
        count = self.count(lambda s: (s.rows[VM].pop("type"), s.useragent.clear()))
        report = count.report()
        self.assertEqual(report["by_table"]["config_db_uuid/obj_uuid_table"], {"cells": {"removed": 1}})
        n = len(sample.consistent().useragent)
        self.assertEqual(
            report["by_table"]["useragent/useragent_keyval_table"], {"rows": {"removed": n}, "cells": {"removed": n}}
        )
        self.assertEqual(report["changed_columns"], {"type": 1})

    def test_other_spellings_are_equal(self):
        rows = '{"u": {"c": ["v", 1]}}'
        plain = (
            b'{"cassandra": {"config_db_uuid": {"obj_uuid_table": %s, "obj_fq_name_table": {}}}, "zookeeper": "[]"}'
            % rows.encode()
        )
        flat = b'{"zookeeper": {}, "cassandra": {"obj_uuid_table": %s, "obj_fq_name_table": {}}}' % rows.encode()
        self.assertEqual(all_differences.compare(dumpfile.read(plain), dumpfile.read(flat)).total(), 0)
        listed = zookeeper_dump(json.dumps('[["/a/b/", ["x", [1]]]]'))
        nested = zookeeper_dump('{"/": {"a": {"b": ["x", [1]]}}}')
        self.assertEqual(all_differences.compare(dumpfile.read(listed), dumpfile.read(nested)).total(), 0)

    def test_command(self):
        a = self.write("a", cell_dump('["v", 1]'))
        b = self.write("b", cell_dump('["w", 1]'))
        self.assertEqual(run(all_differences, a, a)[0], 0)
        status, out = run(all_differences, "--list", a, b)
        self.assertEqual((status, out.splitlines()[0]), (1, "cells modified k/t/r/c"))
        self.assertEqual(json.loads(out.splitlines()[-1])["cells"]["modified"], 1)
        self.assertEqual(run(all_differences, a, self.write("c", b""))[0], 2)


class Damage(Folder):
    CATEGORIES = ("truncation", "types", "keys", "encodings", "containers", "zookeeper")

    def test_the_base_is_good(self):
        for stored in (damage.BASE, damage.gzipped(damage.BASE), damage.zstandard(damage.BASE)):
            dump = dumpfile.read(stored)
            self.assertEqual((len(dump.nodes), len(dump.object_rows()), dump.notes), (4, 3, []))

    def test_all_are_refused(self):
        for damaged in damage.collect():
            with self.subTest(damaged.file), self.assertRaises(dumpfile.Refused) as caught:
                dumpfile.read(damaged.data)
            refusal = caught.exception
            if refusal.path is not None and damaged.path is not None:
                with self.subTest(damaged.file):
                    # One of them may know the place less exactly.
                    same = min(len(refusal.path), len(damaged.path))
                    self.assertEqual(refusal.path[:same], damaged.path[:same])
            if damaged.category in ("encodings", "syntax") and refusal.offset is not None:
                with self.subTest(damaged.file):
                    self.assertLessEqual(abs(refusal.offset - damaged.offset), 1)

    def test_enough_of_each(self):
        files = [damaged.file for damaged in damage.collect()]
        self.assertEqual(len(files), len(set(files)))
        self.assertGreaterEqual(len(files), 90)
        for category in self.CATEGORIES:
            self.assertGreaterEqual(sum(file.startswith(category) for file in files), 15, category)

    def test_no_two_are_the_same(self):
        data = [damaged.data for damaged in damage.collect()]
        self.assertEqual(len(data), len(set(data)))

    def test_files_and_index(self):
        folder = os.path.join(self.folder, "new", "folder")
        self.assertEqual(damage.main([folder]), 0)
        with open(os.path.join(folder, "index.json"), encoding="ascii") as file:
            index = json.load(file)
        self.assertEqual(sorted(e["file"] for e in index), sorted(set(os.listdir(folder)) - {"index.json"}))
        paths = [os.path.join(folder, e["file"]) for e in index]
        status, out = run(strict_dump, *paths)
        self.assertEqual(status, 1)
        self.assertEqual(len(out.splitlines()), len(index))
        self.assertNotIn(": accepted", out)
        for entry, path in zip(index, paths):
            self.assertEqual(set(entry), {"file", "category", "description", "offset", "path"})
            if entry["offset"] is not None:
                self.assertLessEqual(entry["offset"], os.path.getsize(path))


class Scripts(unittest.TestCase):
    def test_usage_of_each(self):
        """Run as programs, from another folder, they find their modules."""
        here = os.path.dirname(os.path.abspath(__file__))
        for script in ("strict_dump", "info", "primary_changes", "all_differences", "check_consistency", "damage"):
            done = subprocess.run([sys.executable, os.path.join(here, script + ".py")], cwd="/", capture_output=True)
            self.assertEqual(done.returncode, 2, script)
            self.assertEqual(done.stdout, b"", script)


if __name__ == "__main__":
    unittest.main()
