#!/usr/bin/env python3
"""Recomputes the primary object changes between two dumps.

    primary_changes.py A B                     prints {"changes": [...]}, exit 0
    primary_changes.py A B --compare FILE      compares with a truth file or with
        [--allow-other-kinds] [--any-order]    `dumptool diff` as json or jsonl
                                               ("-" is standard input): exit 0
                                               equal, 1 with a line a difference

Exit 2 when an input can't be read.

Objects are the rows of obj_uuid_table that have a type and an fq_name (from the
columns; where a column is absent or not readable, from the index). They are
paired by uuid. A removed and an added object of one type and fq_name are one
change, `modified` with `recreated_from`; several of them pair up in the order
of their uuids. Fields are the columns whose values differ, without what is
derived or volatile: `backref:*`, `children:*`, `META:latest_col_ts`, and
`prop:id_perms` when nothing but its last_modified differs. Timestamps do not
count. Values are compared by their JSON meaning with the text of numbers kept;
what is no JSON (A8) by its text. Such a value is printed as `old_raw` or
`new_raw`, a value that is no string (A7) likewise, as its JSON text.

Changes are sorted by type, fq_name, uuid, fields by path, all by code points.

A comparison leaves out `edits`, `old_timestamp`, `new_timestamp` of fields and
all top-level members but `changes`. Changes of other kinds than "object" are an
error unless allowed. Members that do not apply (`old` of an added field,
`renamed_from` of an object not renamed) may be absent or null. Where the other
side shows a raw text, the decoded value text, its JSON text and the JSON text of
the whole cell are all taken as right. The order of the changes must be by type,
then fq_name (as a list or joined by ":"), then uuid.
"""

import argparse
import json
import sys

import dumpfile

VOLATILE = "META:latest_col_ts"
DERIVED = ("backref:", "children:")


class Thing:
    """An object of one dump: its identity and its primary columns."""

    def __init__(self, uuid, type_, fq_name, row):
        self.uuid, self.type, self.fq_name, self.row = uuid, type_, fq_name, row

    def name_key(self):
        return self.type, tuple(self.fq_name)


def is_primary(column):
    return column != VOLATILE and not column.startswith(DERIVED)


def objects(dump):
    """uuid -> Thing for every row that says what it is."""
    indexed = {}
    for type_, row in dump.table(dumpfile.OBJECT_KEYSPACE, dumpfile.NAME_TABLE).items():
        for column in row:
            name, _, uuid = column.rpartition(":")
            indexed.setdefault(uuid, (type_, [name]))
    found = {}
    for uuid, row in dump.object_rows().items():
        type_, fq_name = indexed.get(uuid, (None, None))
        stored = stored_value(row.get("type"))
        if isinstance(stored, str):
            type_ = stored
        stored = stored_value(row.get("fq_name"))
        if isinstance(stored, list) and all(isinstance(part, str) for part in stored):
            fq_name = stored
        if type_ is not None and fq_name is not None:
            found[uuid] = Thing(uuid, type_, fq_name, row)
    return found


def stored_value(cell):
    """The decoded JSON of a cell, None when there is none."""
    if cell is None or not isinstance(cell.value, str):
        return None
    is_json, value = dumpfile.meaning(cell.value)
    return value if is_json else None


def changes(a, b):
    old, new = objects(a), objects(b)
    # A row that lost its type is no longer an object; it counts as removed.
    removed = {uuid: thing for uuid, thing in old.items() if uuid not in new}
    added = {uuid: thing for uuid, thing in new.items() if uuid not in old}
    pairs = [(thing, new[uuid]) for uuid, thing in old.items() if uuid in new]
    pairs += recreated(removed, added)
    found = [change for change in (modification(*pair) for pair in pairs) if change]
    found += [whole("removed", thing) for thing in removed.values()]
    found += [whole("added", thing) for thing in added.values()]
    found.sort(key=lambda change: (change["type"], change["fq_name"], change["uuid"]))
    return found


def recreated(removed, added):
    """Takes the pairs of one type and name out of both."""
    waiting = {}
    for uuid in sorted(removed):
        waiting.setdefault(removed[uuid].name_key(), []).append(uuid)
    pairs = []
    for uuid in sorted(added):
        old = waiting.get(added[uuid].name_key())
        if old:
            pairs.append((removed.pop(old.pop(0)), added.pop(uuid)))
    return pairs


def modification(old, new):
    change = {"kind": "object", "op": "modified", "type": new.type, "uuid": new.uuid, "fq_name": new.fq_name}
    if old.fq_name != new.fq_name:
        change["renamed_from"] = old.fq_name
    if old.uuid != new.uuid:
        change["recreated_from"] = old.uuid
    if old.type != new.type:
        change["type_was"] = old.type
    plain = len(change)
    change["fields"] = fields(old.row, new.row)
    return change if change["fields"] or plain > 5 else None


def whole(op, thing):
    rows = (thing.row, {}) if op == "removed" else ({}, thing.row)
    return {
        "kind": "object",
        "op": op,
        "type": thing.type,
        "uuid": thing.uuid,
        "fq_name": thing.fq_name,
        "fields": fields(*rows),
    }


def fields(old, new):
    found = []
    for column in sorted(filter(is_primary, old.keys() | new.keys())):
        before, after = old.get(column), new.get(column)
        if before is not None and after is not None:
            if same_value(column, before, after):
                continue
            op = "modified"
        else:
            op = "removed" if after is None else "added"
        field = {"path": column, "op": op}
        for name, cell in (("old", before), ("new", after)):
            if cell is not None:
                put_value(field, name, cell)
        found.append(field)
    return found


def same_value(column, before, after):
    if before.value == after.value:
        return True
    if not isinstance(before.value, str) or not isinstance(after.value, str):
        return False
    x, y = dumpfile.meaning(before.value), dumpfile.meaning(after.value)
    if x == y:
        return True
    if column == "prop:id_perms" and isinstance(x[1], dict) and isinstance(y[1], dict):
        return without_last_modified(x[1]) == without_last_modified(y[1])
    return False


def without_last_modified(perms):
    return {name: value for name, value in perms.items() if name != "last_modified"}


def put_value(field, name, cell):
    if isinstance(cell.value, str):
        is_json, value = dumpfile.meaning(cell.value)
        field[name if is_json else name + "_raw"] = value
    else:
        field[name + "_raw"] = dumpfile.to_json(cell.value)


# ---------------------------------------------------------------- comparison


class Comparison:
    """Collects what differs between the recomputed changes and another list."""

    def __init__(self, a, b):
        self.old = a.table(dumpfile.OBJECT_KEYSPACE, dumpfile.UUID_TABLE)
        self.new = b.table(dumpfile.OBJECT_KEYSPACE, dumpfile.UUID_TABLE)
        self.expected = changes(a, b)
        self.messages = []

    def say(self, text, *values):
        self.messages.append(text % values)

    def run(self, others, allow_other_kinds, any_order):
        listed = []
        for i, other in enumerate(others):
            if not isinstance(other, dict):
                self.say("changes[%d]: not an object", i)
            elif other.get("kind") == "object":
                listed.append(other)
            elif not allow_other_kinds:
                self.say("changes[%d]: kind %s is not a primary object change", i, dumpfile.to_json(other.get("kind")))
        by_uuid = {}
        for other in listed:
            uuid = other.get("uuid")
            if not isinstance(uuid, str):
                self.say("a change without uuid: %s", dumpfile.to_json(other)[:200])
            elif uuid in by_uuid:
                self.say("%s: listed twice", uuid)
            else:
                by_uuid[uuid] = other
        for change in self.expected:
            other = by_uuid.pop(change["uuid"], None)
            if other is None:
                self.say("%s: missing", title(change))
            else:
                self.change(change, other)
        for other in by_uuid.values():
            self.say("%s: not a change between these dumps", title(other))
        if not any_order:
            self.order(listed)

    def change(self, change, other):
        at = title(change)
        for member in ("op", "type", "fq_name"):
            self.member(at, member, change[member], other.get(member))
        for member in ("renamed_from", "recreated_from", "type_was"):
            self.member(at, member, change.get(member), other.get(member))
        self.unknown(at, other, "kind op type uuid fq_name renamed_from recreated_from type_was fields")
        listed = other.get("fields")
        if not isinstance(listed, list) or not all(isinstance(field, dict) for field in listed):
            self.say("%s: fields is not a list of objects", at)
            return
        paths = [field.get("path") for field in listed]
        if not all(isinstance(path, str) for path in paths):
            self.say("%s: a field without path", at)
            return
        if paths != sorted(set(paths)):
            self.say("%s: fields are not in order, or one is there twice", at)
        by_path = dict(zip(paths, listed))
        for field in change["fields"]:
            path = field["path"]
            if path in by_path:
                self.field(at + " " + path, change, field, by_path.pop(path))
            else:
                self.say("%s %s: field missing (%s)", at, path, field["op"])
        for path, field in by_path.items():
            self.say("%s %s: field does not differ, listed as %s", at, path, dumpfile.to_json(field.get("op")))

    def field(self, at, change, field, other):
        self.member(at, "op", field["op"], other.get("op"))
        self.unknown(at, other, "path op edits old new old_raw new_raw old_timestamp new_timestamp")
        for side, rows, uuid in (
            ("old", self.old, change.get("recreated_from", change["uuid"])),
            ("new", self.new, change["uuid"]),
        ):
            if field["op"] == ("added" if side == "old" else "removed"):
                for name in (side, side + "_raw"):
                    self.member(at, name, None, other.get(name))
            elif other.get(side + "_raw") is not None:
                cell = rows[uuid][field["path"]]
                if not is_text_of(other[side + "_raw"], cell):
                    self.say("%s: %s_raw is %s", at, side, dumpfile.to_json(other[side + "_raw"]))
            elif side not in other:
                self.say("%s: no %s", at, side)
            elif side + "_raw" in field:
                self.say("%s: %s instead of %s_raw", at, side, side)
            else:
                self.member(at, side, field[side], other[side])

    def member(self, at, name, expected, got):
        if expected != got:
            self.say("%s: %s is %s, expected %s", at, name, dumpfile.to_json(got), dumpfile.to_json(expected))

    def unknown(self, at, other, known):
        for name in other.keys() - set(known.split()):
            self.say("%s: unknown member %s", at, json.dumps(name))

    def order(self, listed):
        def keys(join):
            return [(c.get("type"), ":".join(c["fq_name"]) if join else c["fq_name"], c.get("uuid")) for c in listed]

        try:
            for join in (False, True):
                if keys(join) == sorted(keys(join)):
                    return
        except (KeyError, TypeError):
            pass  # a member is missing or of another type, which is said already
        self.say("changes are not in the order of type, fq_name, uuid")


def title(change):
    fq_name = change.get("fq_name")
    name = ":".join(map(str, fq_name)) if isinstance(fq_name, list) else "?"
    return dumpfile.printable("%s %s %s %s" % (change.get("op"), change.get("type"), name, change.get("uuid")))


def is_text_of(text, cell):
    if not isinstance(text, str):
        return False
    if text == cell.value:
        return True
    whole_cell = cell.value if cell.timestamp is None else [cell.value, cell.timestamp, *cell.rest]
    is_json, value = dumpfile.meaning(text)
    return is_json and (value == cell.value or value == whole_cell)


def read_changes(path):
    """The changes of a truth file, of a diff as JSON, or of a diff as JSON Lines."""
    if path == "-":
        text = sys.stdin.buffer.read()
    else:
        with open(path, "rb") as file:
            text = file.read()
    try:
        document = dumpfile.parse(text)[0]
    except dumpfile.Refused:
        lines = [dumpfile.parse(line)[0] for line in text.splitlines() if line.strip()]
        return [line for line in lines if isinstance(line, dict) and "kind" in line]
    if isinstance(document, dict) and isinstance(document.get("changes"), list):
        return document["changes"]
    if isinstance(document, dict) and "summary" in document:
        return []  # JSON Lines of a diff that found nothing
    if isinstance(document, dict) and "kind" in document:
        return [document]
    raise dumpfile.Refused("no list of changes in %s" % path)


def main(args):
    parser = argparse.ArgumentParser(description="primary object changes between two dumps")
    parser.add_argument("a")
    parser.add_argument("b")
    parser.add_argument("--compare", metavar="FILE")
    parser.add_argument("--allow-other-kinds", action="store_true")
    parser.add_argument("--any-order", action="store_true")
    options = parser.parse_args(args)
    try:
        a, b = dumpfile.load(options.a), dumpfile.load(options.b)
        others = read_changes(options.compare) if options.compare else None
    except (dumpfile.Refused, OSError) as err:
        print(err, file=sys.stderr)
        return 2
    if others is None:
        lines = ",\n".join(map(dumpfile.to_json, changes(a, b)))
        print('{"changes": [%s]}' % ("\n" + lines + "\n" if lines else ""))
        return 0
    comparison = Comparison(a, b)
    comparison.run(others, options.allow_other_kinds, options.any_order)
    for message in comparison.messages:
        print(message)
    return 1 if comparison.messages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
