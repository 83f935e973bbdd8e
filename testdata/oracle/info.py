#!/usr/bin/env python3
"""Recomputes what `dumptool info --json` reports: info.py FILE

Prints one JSON object: encoding ("plain", "gzip", "zstd"), stored_bytes, bytes
(of the text, a BOM included), sha256 (of the text), keyspaces, types, zookeeper.
Exit 0, or 2 when FILE is no dump by strict_dump.py's rules.

rows        row keys of a table, also of rows without a column
columns     cells
bytes       sum over the cells of the UTF-8 length of the decoded column name
            and of the decoded value text (a lone surrogate counts 3 bytes); for
            a value that is no string (A7) the length of its JSON text with
            ", " and ": " as separators
oldest, newest  the smallest and largest timestamp, compared as exact numbers,
            printed as they stand in the file; null when there is none
types       rows of obj_uuid_table by the JSON string in their `type` column,
            by the raw text where that is no JSON string; rows without the
            column are not counted
zookeeper   nodes: entries of the list (leaves of the nested form); families: by
            the first component of the path below the cluster id, see zkpath.py

A table at the place of a keyspace (A2) is counted under config_db_uuid; a flat
name (A3) is listed as it stands, without tables.
"""

import sys

import dumpfile
import zkpath


def describe(dump):
    keyspaces = {}
    for keyspace, tables in sorted(dump.keyspaces.items()):
        keyspaces[keyspace] = {"tables": {name: describe_table(t) for name, t in sorted(tables.items())}}
    families = {}
    for node in dump.nodes:
        top = zkpath.family(node.path)
        families[top] = families.get(top, 0) + 1
    return {
        "encoding": dump.encoding,
        "stored_bytes": dump.stored_bytes,
        "bytes": len(dump.text),
        "sha256": dump.sha256,
        "keyspaces": keyspaces,
        "types": dict(sorted(types(dump).items())),
        "zookeeper": {"nodes": len(dump.nodes), "families": dict(sorted(families.items()))},
    }


def describe_table(rows):
    columns = size = 0
    oldest = newest = None
    for row in rows.values():
        for name, cell in row.items():
            columns += 1
            size += length(name) + length(value_text(cell))
            stamp = cell.timestamp
            if stamp is None:
                continue
            if oldest is None or stamp.exact() < oldest.exact():
                oldest = stamp
            if newest is None or stamp.exact() > newest.exact():
                newest = stamp
    return {"rows": len(rows), "columns": columns, "bytes": size, "oldest": oldest, "newest": newest}


def value_text(cell):
    return cell.value if isinstance(cell.value, str) else dumpfile.to_json(cell.value)


def length(text):
    return len(text.encode("utf-8", "surrogatepass"))


def types(dump):
    counts = {}
    for row in dump.object_rows().values():
        if "type" not in row:
            continue
        text = value_text(row["type"])
        is_json, value = dumpfile.meaning(text)
        name = value if is_json and isinstance(value, str) else text
        counts[name] = counts.get(name, 0) + 1
    return counts


def main(args):
    if len(args) != 1:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        print(dumpfile.to_json(describe(dumpfile.load(args[0]))))
    except (dumpfile.Refused, OSError) as err:
        print("%s: %s" % (args[0], err), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
