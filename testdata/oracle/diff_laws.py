#!/usr/bin/env python3
"""Holds `dumptool diff` to its laws: diff_laws.py [options] [DUMP...]

Makes pairs of small dumps that differ in random ways and are spelled in random
ways, compares each pair with the program, and checks the answers against
all_differences.py and against rules of its own. Exit 1 with a line for every
law that is broken, 0 otherwise. The same seed makes the same pairs. DUMPs serve
as starting points beside sample.py's dump.

 1  exit 0 and no change exactly when the dumps are equal
 2  with --all every cell, node, container and member that differs is shown, once,
    with its values
 3  without --all exactly those are left out that the contract names, counted by
    their reasons; what is derived only where it agrees in both dumps
 4  diff B A is the mirror image of diff A B
 5  a dump does not differ from itself in another spelling
 6  neither --memory, --thorough, the container nor an index changes the output
 7  every output is JSON, each line of JSON Lines too; nothing ends in a panic
 8  what is shown and what is ignored for all reasons together are as many as an
    independent comparison of all cells and nodes finds

With --pairs it makes no pairs, but compares each DUMP with each. --leftovers puts
inconsistent leftovers into them before, some into all of them and some into one:
what derives from nothing, and what lacks although something implies it.
"""

import collections
import copy
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile

import all_differences
import dumpfile
import leftovers
import objectview
import primary_changes
import random_runs
import zkpath
from random_dumps import Spelling

UUIDS = (dumpfile.OBJECT_KEYSPACE, dumpfile.UUID_TABLE)
NAMES = (dumpfile.OBJECT_KEYSPACE, dumpfile.NAME_TABLE)
SHARED = (dumpfile.OBJECT_KEYSPACE, dumpfile.SHARED_TABLE)
REASONS = (
    "timestamp latest-col-ts last-modified derived-ref derived-index derived-zk zk-stat ephemeral spelling".split()
)


# -------------------------------------------------------- what has to be found


def differences(a, b):
    """Every difference, as (kind, where...) -> (old, new): cells, empty rows, nodes, empty containers, members."""
    found = {}
    for ks in a.keyspaces.keys() | b.keyspaces.keys():
        old_tables, new_tables = a.keyspaces.get(ks), b.keyspaces.get(ks)
        if not old_tables and not new_tables and (old_tables is None or new_tables is None):
            found["container", ks, None] = (old_tables, new_tables)
        for t in (old_tables or {}).keys() | (new_tables or {}).keys():
            old_rows, new_rows = (old_tables or {}).get(t), (new_tables or {}).get(t)
            if not old_rows and not new_rows and (old_rows is None or new_rows is None):
                found["container", ks, t] = (old_rows, new_rows)
            for k in (old_rows or {}).keys() | (new_rows or {}).keys():
                old, new = (old_rows or {}).get(k), (new_rows or {}).get(k)
                if not old and not new and (old is None or new is None):
                    found["row", (ks, t), k] = (old, new)
                for c in (old or {}).keys() | (new or {}).keys():
                    x, y = (old or {}).get(c), (new or {}).get(c)
                    if cells_differ((ks, t), x, y):
                        found["cell", (ks, t), k, c] = (x, y)
    old_nodes, new_nodes = ({zkpath.normal(n.path): n for n in d.nodes} for d in (a, b))
    for path in old_nodes.keys() | new_nodes.keys():
        x, y = old_nodes.get(path), new_nodes.get(path)
        if x is None or y is None or x.data != y.data or x.stat != y.stat:
            found["node", path] = (x, y)
    for name in a.members.keys() | b.members.keys():
        absent = object()
        if a.members.get(name, absent) != b.members.get(name, absent):
            found["member", name] = (a.members.get(name), b.members.get(name))
    return found


def cells_differ(table, x, y):
    return all_differences.cell_difference(all_differences.Count(), table in all_differences.MEANT, x, y)


class Meaning:
    """What one dump says about what is derived in it."""

    def __init__(self, dump):
        self.dump = dump
        self.rows = dump.table(*UUIDS)
        self.by_name = collections.defaultdict(list)
        for uuid, row in self.rows.items():
            kind, name = self.type(uuid), self.name(uuid)
            if kind is not None and name is not None:
                self.by_name[kind, ":".join(name)].append(uuid)

    def value(self, uuid, column):
        return primary_changes.stored_value(self.rows.get(uuid, {}).get(column))

    def type(self, uuid):
        value = self.value(uuid, "type")
        return value if isinstance(value, str) else None

    def name(self, uuid):
        value = self.value(uuid, "fq_name")
        ok = isinstance(value, list) and value and all(isinstance(p, str) for p in value)
        return value if ok else None

    def link_agrees(self, uuid, column, cell, other):
        """None: not a link that can be judged."""
        kind, _, rest = column.partition(":")
        parts = rest.split(":")
        own = self.type(uuid) if uuid in self.rows else other.type(uuid)
        if len(parts) != 2 or not own or not parts[0]:
            return None
        opposite = {"backref": "ref", "children": "parent"}[kind]
        source = self.rows.get(parts[1], {}).get("%s:%s:%s" % (opposite, own.replace("-", "_"), uuid))
        if source is not None and not is_text(source):
            source = None
        implied = source is not None and self.type(parts[1]) == parts[0]
        if cell is None:
            return not implied
        return implied and is_text(cell) and same_text(cell.value, source.value)

    def index_agrees(self, kind, column, cell):
        name, _, uuid = column.rpartition(":")
        mine = self.name(uuid)
        implied = self.type(uuid) == kind and mine is not None and name in spellings(":".join(mine))
        if cell is None:
            return not implied
        return implied and is_text(cell) and same_text(cell.value, "null")

    def share_agrees(self, kind, column, cell):
        parts = column.split(":")
        if len(parts) != 3:
            return None
        uuid = parts[2]
        perms = self.value(uuid, "prop:perms2")
        want = None
        if self.type(uuid) == kind and isinstance(perms, dict):
            if parts[:2] == ["global", ""]:
                level = perms.get("global_access")
                if isinstance(level, dumpfile.Number) and level.text != "0":
                    want = level.text
            for entry in perms.get("share") or []:
                tenant = entry.get("tenant", "")
                tenant = tenant if ":" in tenant else "tenant:" + tenant
                if parts[0] + ":" + parts[1] == tenant:
                    want = dumpfile.to_json(entry["tenant_access"])
        if cell is None:
            return want is None
        return want is not None and is_text(cell) and same_text(cell.value, want)

    def node_agrees(self, path, node):
        """The locks of names and of the ids of networks and groups; None for all other nodes."""
        parts = zkpath.split_cluster(path)[1]
        below = "/".join(parts)
        if parts[0] == "fq-name-to-uuid" and len(parts) > 1:
            kind, _, name = below.partition("/")[2].partition(":")
            if node is None:
                return not self.by_name.get((kind, name))
            mine = self.name(node.data)
            return self.type(node.data) == kind and mine is not None and ":".join(mine) == name
        return None


def is_text(cell):
    return isinstance(cell.value, str) and cell.timestamp is not None


def same_text(a, b):
    (is_json, x), (other_is, y) = dumpfile.meaning(a), dumpfile.meaning(b)
    return a == b or is_json and other_is and x == y


def spellings(name):
    if name.isascii():
        return [name]
    quoted = "".join(
        "+" if b == 32 else chr(b) if chr(b).isalnum() and b < 128 or b in b"_.-" else "%%%02X" % b
        for b in name.encode("utf-8", "surrogatepass")
    )
    return [name, quoted]


MAYBE = "?"  # either answer is right


def reason(a, b, key, old, new):
    """The reason to leave a difference out, None to show it, MAYBE where this program can't tell."""
    if key[0] == "cell":
        table, row, column = key[1:]
        same = old is not None and new is not None and cells_differ(table, old, new) == "timestamp"
        if same and (old.timestamp is None) != (new.timestamp is None):
            same = False  # another shape (A6) is no other time
        if table == UUIDS:
            if column == "META:latest_col_ts":
                return "latest-col-ts"
            if same:
                return "timestamp"
            if column == "prop:id_perms" and old and new and only_last_modified(old, new):
                return "last-modified"
            if column.startswith(("backref:", "children:")):
                return both("derived-ref", a.link_agrees(row, column, old, b), b.link_agrees(row, column, new, a))
            return None
        if same:
            return "timestamp"
        if table == NAMES:
            if not objectview.is_uuid(column.rpartition(":")[2].lower()) or ":" not in column:
                return None
            return both("derived-index", a.index_agrees(row, column, old), b.index_agrees(row, column, new))
        if table == SHARED:
            return both("derived-index", a.share_agrees(row, column, old), b.share_agrees(row, column, new))
        return None
    if key[0] == "node":
        ephemeral = any(n is not None and len(n.stat) == 11 and n.stat[7].text != "0" for n in (old, new))
        if ephemeral:
            return "ephemeral"
        if old and new and old.data == new.data:
            return "zk-stat"
        if (old and old.data is None) or (new and new.data is None):
            return None
        parts = zkpath.split_cluster((old or new).path)[1]
        if parts[:1] == ["fq-name-to-uuid"]:
            return both("derived-zk", a.node_agrees((old or new).path, old), b.node_agrees((old or new).path, new))
        return MAYBE if parts[:1] in (["id"], ["api-server"]) else None
    return None


def both(why, in_a, in_b):
    if in_a is None or in_b is None:
        return None
    return why if in_a and in_b else None


def only_last_modified(old, new):
    if (
        isinstance(old.value, str) != isinstance(new.value, str)
        or (old.timestamp is None) != (new.timestamp is None)
        or old.rest != new.rest
    ):
        return False
    values = []
    for cell in (old, new):
        is_json, value = dumpfile.meaning(cell.value) if isinstance(cell.value, str) else (True, cell.value)
        if not is_json or not isinstance(value, dict) or isinstance(value, dumpfile.Repeated):
            return False
        values.append({k: v for k, v in value.items() if k != "last_modified"})
    return values[0] == values[1]


# ----------------------------------------------------------------- the answers


class Broken(Exception):
    def __init__(self, law, message, *args):
        self.law = law
        super().__init__("law %s: " % law + (message % args if args else message))


class Answer:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err
        if status not in (0, 1) or b"panic" in err or b"goroutine" in err:
            raise Broken(7, "exit %d: %s", status, err.decode("utf-8", "replace")[-300:])
        try:
            self.document = dumpfile.parse_text(out.decode("utf-8"))[0]
            json.loads(out, parse_int=str, parse_float=str)
        except (ValueError, RecursionError) as why:
            raise Broken(7, "output is not JSON: %s", why) from None
        self.changes = self.document["changes"]
        self.ignored = {k: int(v.text) for k, v in self.document["summary"]["ignored"].items()}
        counted = sum(
            int(n.text)
            for part in ("types", "tables", "zookeeper")
            for c in self.document["summary"][part].values()
            for n in c.values()
        )
        if counted != sum(c["kind"] in ("object", "row", "znode") for c in self.changes):
            raise Broken(7, "the summary counts %d changes", counted)
        if (status == 1) != bool(self.changes):
            raise Broken(1, "exit %d with %d changes", status, len(self.changes))

    def items(self):
        """The differences that are shown, under the keys of differences(); re-created objects apart."""
        found, recreated = {}, []
        for change in self.changes:
            kind = change["kind"]
            if kind == "object" and "recreated_from" in change:
                recreated.append(change)
                continue
            if kind in ("object", "row"):
                table = UUIDS if kind == "object" else (change["keyspace"], change["table"])
                row = change["uuid"] if kind == "object" else change["key"]
                fields = change["fields" if kind == "object" else "columns"]
                entries = [(("cell", table, row, f["path" if kind == "object" else "name"]), f) for f in fields]
                if not entries:
                    entries = [(("row", table, row), change)]
            elif kind == "znode":
                entries = [(("node", change["path"]), change)]
            elif kind == "container":
                entries = [(("container", change["keyspace"], change.get("table")), change)]
            else:
                entries = [(("member", change["name"]), change)]
            for key, entry in entries:
                if key in found:
                    raise Broken(2, "shown twice: %s", key)
                found[key] = entry
        return found, recreated


def check_field(key, field, old, new):
    want = "added" if old is None else "removed" if new is None else "modified"
    if field["op"] != want:
        raise Broken(2, "%s: %s instead of %s", key, field["op"], want)
    for side, cell in (("old", old), ("new", new)):
        if cell is None:
            if side in field or side + "_raw" in field:
                raise Broken(2, "%s: has %s", key, side)
        elif side + "_raw" in field:
            if not primary_changes.is_text_of(field[side + "_raw"], cell):
                raise Broken(2, "%s: %s_raw is %.80r", key, side, field[side + "_raw"])
        elif side not in field:
            raise Broken(2, "%s: no %s", key, side)
        elif not isinstance(cell.value, str) or dumpfile.meaning(cell.value) != (True, field[side]):
            raise Broken(2, "%s: %s is %.80r", key, side, field[side])
    for edit in field.get("edits", ()):
        side = "new" if edit["op"] == "added" else "old"
        if edit["op"] not in ("added", "removed", "modified") or edit[side] not in at_path(field[side], edit["path"]):
            raise Broken(2, "%s: no %s in the %s value", key, edit, side)
    if old and new and old.timestamp is not None and new.timestamp is not None:
        for side, cell in (("old", old), ("new", new)):
            shown = field.get(side + "_timestamp")
            if (old.timestamp != new.timestamp) != (shown is not None) or shown is not None and shown != cell.timestamp:
                raise Broken(2, "%s: %s_timestamp is %r", key, side, shown)


def at_path(value, path):
    """What can stand at a path of gjson in which every special character is escaped."""
    names, escaped = [""], False
    for c in path:
        if not escaped and c == ".":
            names.append("")
        elif not escaped and c == "\\":
            escaped = True
        else:
            names[-1] += c
            escaped = False
    # The empty path is the whole value, or a member with an empty name.
    whole = [value] if path == "" else []
    try:
        for name in names:
            value = value[int(name)] if isinstance(value, list) else value[name]
    except (LookupError, TypeError, ValueError):
        return whole
    return [*whole, value]


def check_entry(key, entry, old, new):
    if key[0] == "cell":
        check_field(key, entry, old, new)
    elif key[0] == "node":
        want = "added" if old is None else "removed" if new is None else "modified"
        if entry["op"] != want:
            raise Broken(2, "%s: %s", key, entry["op"])
        for side, node in (("old", old), ("new", new)):
            if node is not None and (side not in entry or entry[side] != node.data):
                raise Broken(2, "%s: %s is %.80r", key, side, entry.get(side))
        if (
            old
            and new
            and (old.stat != new.stat)
            != ("old_stat" in entry and entry["old_stat"] == old.stat and entry["new_stat"] == new.stat)
        ):
            raise Broken(2, "%s: stat", key)
    elif key[0] == "member":
        for side, value in (("old", old), ("new", new)):
            if side in entry and entry[side] != value:
                raise Broken(2, "%s: %s", key, side)


class Case:
    def __init__(self, program, folder, a, b):
        self.program, self.folder = program, folder
        self.files = []
        for name, stored in (("a.json", a), ("b.json", b)):
            path = os.path.join(folder, name)
            with open(path, "wb") as file:
                file.write(stored)
            self.files.append(path)
        self.dumps = [dumpfile.read(stored) for stored in (a, b)]

    def diff(self, *args, files=None, stdin=None):
        try:
            done = subprocess.run(
                [self.program, "-q", "diff", "--json", *args, *(files or self.files)],
                capture_output=True,
                timeout=60,
                stdin=stdin,
            )
        except subprocess.TimeoutExpired:
            raise Broken(7, "no answer in 60 s") from None
        return Answer(done.returncode, done.stdout, done.stderr)

    def check(self, r):
        a, b = self.dumps
        everything = self.diff("--all")
        ordinary = self.diff()
        self.first(everything, a, b)
        expected = differences(a, b)
        expected, merged = self.second(everything, expected, a, b)
        self.third(everything, ordinary, expected, merged)
        self.eighth(ordinary, expected, merged)
        self.fourth(everything, self.diff("--all", files=self.files[::-1]))
        self.sixth(r, everything, ordinary)
        self.lines(everything)

    def first(self, answer, a, b):
        count = all_differences.compare(a, b)
        if (count.total() == 0) != (answer.status == 0):
            raise Broken(1, "exit %d, differences %d", answer.status, count.total())
        if any(n for why, n in answer.ignored.items() if why != "spelling"):
            raise Broken(1, "ignored with --all: %s", answer.ignored)

    def second(self, answer, expected, a, b):
        found, recreated = answer.items()
        merged = {}
        for change in recreated:
            old, new = change["recreated_from"], change["uuid"]
            rows = a.table(*UUIDS).get(old), b.table(*UUIDS).get(new)
            if rows[0] is None or rows[1] is None or old in b.table(*UUIDS) or new in a.table(*UUIDS):
                raise Broken(2, "re-created: %s", new)
            for uuid in (old, new):
                expected = {k: v for k, v in expected.items() if k[1:3] != (UUIDS, uuid)}
            fields = {f["path"]: f for f in change["fields"]}
            for column in rows[0].keys() | rows[1].keys():
                x, y = rows[0].get(column), rows[1].get(column)
                what = cells_differ(UUIDS, x, y)
                if bool(what) != (column in fields):
                    raise Broken(2, "re-created %s: %s %s: %s", new, column, what, fields.get(column))
                if what:
                    check_field(("recreated", new, column), fields.pop(column), x, y)
                    merged[old, new, column] = (x, y)
            if fields:
                raise Broken(2, "re-created %s: %s", new, list(fields))
        for key in expected.keys() - found.keys():
            raise Broken(2, "not shown: %s", key)
        for key in found.keys() - expected.keys():
            raise Broken(2, "shown for nothing: %s", key)
        for key, (old, new) in expected.items():
            check_entry(key, found[key], old, new)
        return expected, merged

    def third(self, everything, ordinary, expected, merged):
        a, b = map(Meaning, self.dumps)
        found, recreated = ordinary.items()
        hidden = collections.Counter()
        maybe = 0
        whole = {k[1:3] for k in expected if k[0] == "cell" and k[1] == UUIDS and (k[2] in a.rows) != (k[2] in b.rows)}
        for key, (old, new) in expected.items():
            why = reason(a, b, key, old, new)
            if why == MAYBE:
                maybe += key not in found
            elif why is None:
                if key not in found:
                    raise Broken(3, "left out: %s, ignored %s", key, ordinary.ignored)
            else:
                hidden[why] += 1
                if key in found:
                    raise Broken(3, "shown in spite of %s: %s", why, key)
        for key in found.keys() - expected.keys():
            if key[0] == "row" and key[1:] in whole:
                continue  # an object of which every cell is left out is still one that came or went
            raise Broken(3, "shown for nothing: %s", key)
        for row in whole:
            if not any(k[1:3] == row for k in found):
                raise Broken(3, "no change for the object %s", row)
        if not merged and not recreated:
            for why in REASONS[:-1]:
                n = ordinary.ignored.get(why, 0)
                if why == "derived-zk":
                    n -= maybe
                if n != hidden[why]:
                    raise Broken(3, "ignored %s, expected %s", ordinary.ignored, dict(hidden))
        if everything.ignored.get("spelling") != ordinary.ignored.get("spelling"):
            raise Broken(3, "spelling: %s and %s", everything.ignored, ordinary.ignored)

    def eighth(self, ordinary, expected, merged):
        found, recreated = ordinary.items()
        shown = sum(key in expected for key in found) + sum(len(change["fields"]) for change in recreated)
        ignored = sum(n for why, n in ordinary.ignored.items() if why != "spelling")
        differ = most = len(expected) + len(merged)
        # What is derived in an object that was made again is judged in each of its rows, so it is counted once or twice.
        for change in recreated:
            uuids = change["recreated_from"], change["uuid"]
            rows = [dump.table(*UUIDS)[uuid] for dump, uuid in zip(self.dumps, uuids)]
            for column in rows[0].keys() | rows[1].keys():
                if column.startswith(("backref:", "children:", "META:latest_col_ts")):
                    most += (column in rows[0]) + (column in rows[1]) - ((*uuids, column) in merged)
        if not differ <= shown + ignored <= most:
            raise Broken(8, "%d shown, %d ignored, but %d to %d differ", shown, ignored, differ, most)

    def fourth(self, forth, back):
        there, recreated = forth.items()
        here, recreated_back = back.items()
        if there.keys() != here.keys() or len(recreated) != len(recreated_back):
            raise Broken(4, "%s", list(there.keys() ^ here.keys())[:3])
        mirror = {"added": "removed", "removed": "added", "modified": "modified"}
        for key, entry in there.items():
            other = here[key]
            for x, y in (
                ("old", "new"),
                ("old_raw", "new_raw"),
                ("old_timestamp", "new_timestamp"),
                ("old_stat", "new_stat"),
            ):
                if entry.get(x) != other.get(y) or entry.get(y) != other.get(x):
                    raise Broken(4, "%s", key)
            if mirror[entry["op"]] != other["op"]:
                raise Broken(4, "%s: %s", key, other["op"])
        if {(c["uuid"], c["recreated_from"]) for c in recreated} != {
            (c["recreated_from"], c["uuid"]) for c in recreated_back
        }:
            raise Broken(4, "re-created objects")
        if forth.ignored != back.ignored:
            raise Broken(4, "ignored %s and %s", forth.ignored, back.ignored)

    def sixth(self, r, everything, ordinary):
        a, b = self.files
        way = r.randrange(9)
        if way == 0:
            self.same("--memory", everything, self.diff("--all", "--memory", "32MiB"))
        elif way == 1:
            self.same("--thorough", everything, self.diff("--all", "--thorough"))
        elif way == 2:
            self.same("--thorough", ordinary, self.diff("--thorough"))
        elif way == 3:
            with open(a, "rb") as file, open(a + ".gz", "wb") as packed:
                packed.write(gzip.compress(file.read(), 1))
            self.same("gzip", ordinary, self.diff(files=[a + ".gz", b]))
        elif way == 4:
            subprocess.run(["zstd", "-q", "-f", b, "-o", b + ".zst"], check=True)
            self.same("zstd", everything, self.diff("--all", files=[a, b + ".zst"]))
        elif way == 5:
            self.same("an index", ordinary, self.diff(files=[self.indexed(a), self.indexed(b)]), spelling=False)
        elif way == 6:
            self.same("an index", everything, self.diff("--all", files=[self.indexed(a), self.indexed(b)]), spelling=False)
        elif way == 7:
            files = [self.indexed(a), b] if r.random() < 0.5 else [a, self.indexed(b)]
            self.same("one index", ordinary, self.diff(files=files))
        else:
            with open(b, "rb") as file:
                cat = subprocess.Popen(["cat"], stdin=file, stdout=subprocess.PIPE)
                with cat:
                    self.same("a pipe", everything, self.diff("--all", files=[a, "-"], stdin=cat.stdout))

    def indexed(self, file):
        done = subprocess.run(
            [self.program, "-q", "compress", "--force", file, "-o", file + ".zst"], capture_output=True, timeout=60
        )
        if done.returncode:
            raise Broken(6, "compress: %s", done.stderr[-300:])
        return file + ".zst"

    def same(self, what, x, y, spelling=True):
        summaries = []
        for answer in (x, y):
            summary = copy.deepcopy(answer.document["summary"])
            if not spelling:  # an index doesn't say how a path was written
                summary["ignored"].pop("spelling", None)
            summaries.append(summary)
        if x.document["changes"] != y.document["changes"] or summaries[0] != summaries[1]:
            raise Broken(6, "another answer with %s", what)

    def lines(self, everything):
        done = subprocess.run(
            [self.program, "-q", "diff", "--all", "--format", "jsonl", *self.files], capture_output=True, timeout=60
        )
        try:
            lines = [dumpfile.parse_text(line)[0] for line in done.stdout.decode("utf-8").split("\n")[:-1]]
        except ValueError as why:
            raise Broken(7, "JSON Lines: %s", why) from None
        if lines[1:-1] != everything.changes:
            raise Broken(7, "JSON Lines and JSON differ")
        text = subprocess.run([self.program, "-q", "diff", "--all", *self.files], capture_output=True, timeout=60)
        if text.returncode != everything.status:
            raise Broken(7, "text: exit %d: %s", text.returncode, text.stderr[-300:])


def pairs(options):
    stored = []
    for path in options.dumps:
        with open(path, "rb") as file:
            text = file.read()
        stored.append(gzip.decompress(text) if text[:2] == b"\x1f\x8b" else text)
    if options.leftovers:
        stored = leftovers.put(random.Random(options.seed), stored, options.leftovers)
    texts = list(zip(options.dumps, stored))
    broken = 0
    r = random.Random(options.seed)
    for first, a in texts:
        for second, b in texts:
            with tempfile.TemporaryDirectory() as folder:
                try:
                    Case(options.program, folder, a, b).check(r)
                except Broken as why:
                    broken += 1
                    print("%s, %s: %s" % (first, second, dumpfile.printable(str(why))), flush=True)
    print("%d pairs, %d broken" % (len(texts) ** 2, broken))
    return 1 if broken else 0


def main(args):
    def more(parser):
        parser.add_argument("--pairs", action="store_true", help="compare each DUMP with each")
        parser.add_argument("--leftovers", type=int, default=0, metavar="N", help="with --pairs: add N leftovers before")

    options = random_runs.options("hold dumptool diff to its laws", args, more)
    if options.pairs:
        return pairs(options)

    def case(r, dumps, folder):
        a, b = random_runs.pair(r, dumps)
        alike = r.random() < 0.4  # written by the same program: most rows are the same text
        texts = [Spelling(r, alike or r.random() < 0.3).document(d) for d in (a, b)]
        try:
            Case(options.program, folder, *texts).check(r)
            again = Case(options.program, folder, texts[0], Spelling(r).document(a)).diff("--all")
            if again.changes:
                raise Broken(5, "%s", dumpfile.to_json(again.changes[0])[:300])
        except Broken as why:
            return dict(zip("ab", texts)), why
        return {}, None

    return random_runs.run(options, case, "pairs")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
