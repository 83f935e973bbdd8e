#!/usr/bin/env python3
"""Counts every difference between two dumps: all_differences.py [--list] A B

Prints one JSON object of counts (with --list one line a difference before it).
Exit 0 equal as dumps, 1 different, 2 an input can't be read.

keyspaces, tables, rows, cells   added, removed; cells also `modified` (the value
        or what follows the timestamp differs) and `timestamp` (only the
        timestamp does, by its text; an absent one, A6, is a text of its own).
        What is added or removed as a whole is counted at every level: a new row
        of three cells is one row and three cells. A row without a column counts.
znodes  added, removed, data, stat: nodes paired by normal path. A path listed
        more than once is compared entry by entry in order, the surplus counts as
        added or removed.
members added, removed, modified: unknown top-level members, as JSON.
spelling cells whose text differs but not its JSON meaning; no difference.
by_table the counts of rows and cells for each "keyspace/table" that differs.
changed_columns the cells that differ, counted by the name up to the first ":"
        of the column (obj_uuid_table only).

Values of the three object tables are compared by their JSON meaning with the
text of numbers kept, all others by their text. The spellings A2, A10, A12 are
equal to the ordinary ones.
"""

import argparse
import sys

import dumpfile
import zkpath

MEANT = {
    (dumpfile.OBJECT_KEYSPACE, table) for table in (dumpfile.UUID_TABLE, dumpfile.NAME_TABLE, dumpfile.SHARED_TABLE)
}


class Count:
    def __init__(self, on_difference=None):
        self.levels = {
            "keyspaces": {"added": 0, "removed": 0},
            "tables": {"added": 0, "removed": 0},
            "rows": {"added": 0, "removed": 0},
            "cells": {"added": 0, "removed": 0, "modified": 0, "timestamp": 0},
            "znodes": {"added": 0, "removed": 0, "data": 0, "stat": 0},
            "members": {"added": 0, "removed": 0, "modified": 0},
        }
        self.spelling = 0
        self.by_table = {}
        self.changed_columns = {}
        self.on_difference = on_difference or (lambda level, what, path: None)

    def add(self, level, what, path, table=None):
        self.levels[level][what] += 1
        if table is not None:
            counts = self.by_table.setdefault("/".join(table), {})
            inner = counts.setdefault(level, {})
            inner[what] = inner.get(what, 0) + 1
        self.on_difference(level, what, path)

    def total(self):
        return sum(sum(counts.values()) for counts in self.levels.values())

    def report(self):
        return {
            "equal": self.total() == 0,
            **self.levels,
            "spelling": self.spelling,
            "by_table": dict(sorted(self.by_table.items())),
            "changed_columns": dict(sorted(self.changed_columns.items())),
        }


def compare(a, b, on_difference=None):
    count = Count(on_difference)
    for keyspace, old, new in both(a.keyspaces, b.keyspaces):
        one_sided(count, "keyspaces", keyspace, old, new)
        for table, old_rows, new_rows in both(old or {}, new or {}):
            at = (keyspace, table)
            one_sided(count, "tables", "/".join(at), old_rows, new_rows)
            for key, old_row, new_row in both(old_rows or {}, new_rows or {}):
                if old_row is None or new_row is None or old_row != new_row:
                    compare_rows(count, at, key, old_row, new_row)
    compare_nodes(count, a.nodes, b.nodes)
    for name, old, new in both(a.members, b.members):
        if name not in a.members or name not in b.members:
            count.add("members", "added" if name in b.members else "removed", name)
        elif old != new:
            count.add("members", "modified", name)
    return count


def both(old, new):
    for name in sorted(old.keys() | new.keys()):
        yield name, old.get(name), new.get(name)


def one_sided(count, level, path, old, new, table=None):
    if old is None or new is None:
        count.add(level, "added" if old is None else "removed", path, table)


def compare_rows(count, table, key, old_row, new_row):
    path = "/".join(table) + "/" + key
    one_sided(count, "rows", path, old_row, new_row, table)
    for column, old, new in both(old_row or {}, new_row or {}):
        what = cell_difference(count, table in MEANT, old, new)
        if what is None:
            continue
        count.add("cells", what, path + "/" + column, table)
        if table[1] == dumpfile.UUID_TABLE:
            kind = column.partition(":")[0]
            count.changed_columns[kind] = count.changed_columns.get(kind, 0) + 1


def cell_difference(count, meant, old, new):
    if old is None or new is None:
        return "added" if old is None else "removed"
    if old.value != new.value:
        texts = isinstance(old.value, str) and isinstance(new.value, str)
        if not (meant and texts and dumpfile.meaning(old.value) == dumpfile.meaning(new.value)):
            return "modified"
        count.spelling += 1
    if old.rest != new.rest:
        return "modified"
    return None if old.timestamp == new.timestamp else "timestamp"


def compare_nodes(count, old_nodes, new_nodes):
    for path, old, new in both(by_path(old_nodes), by_path(new_nodes)):
        old, new = old or [], new or []
        for before, after in zip(old, new):
            if before.data != after.data:
                count.add("znodes", "data", path)
            if before.stat != after.stat:
                count.add("znodes", "stat", path)
        for _ in range(len(old) - len(new)):
            count.add("znodes", "removed", path)
        for _ in range(len(new) - len(old)):
            count.add("znodes", "added", path)


def by_path(nodes):
    found = {}
    for node in nodes:
        found.setdefault(zkpath.normal(node.path), []).append(node)
    return found


def main(args):
    parser = argparse.ArgumentParser(description="count every difference between two dumps")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("a")
    parser.add_argument("b")
    options = parser.parse_args(args)

    def show(level, what, path):
        print("%s %s %s" % (level, what, dumpfile.printable(path)))

    try:
        a, b = dumpfile.load(options.a), dumpfile.load(options.b)
    except (dumpfile.Refused, OSError) as err:
        print(err, file=sys.stderr)
        return 2
    count = compare(a, b, show if options.list else None)
    print(dumpfile.to_json(count.report()))
    return 1 if count.total() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
