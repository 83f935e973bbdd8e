#!/usr/bin/env python3
"""What somebody would write in an afternoon instead of `dumptool validate`: peer_validate.py DUMP

Loads a dump with orjson (json, if that is not there) and looks for a few kinds of faults. It is here to be measured
against, not to be relied on: it knows a tenth of the rules, and needs five times the size of the dump in memory.
Prints how often each condition holds.
"""
import sys
from collections import Counter

try:
    from orjson import loads
except ImportError:
    from json import loads


def main(name):
    with open(name, "rb") as f:
        dump = loads(f.read())
    database = dump["cassandra"]["config_db_uuid"]
    rows = database["obj_uuid_table"]
    found = Counter()
    names = {}
    for uuid, row in rows.items():
        values = {}
        for column, cell in row.items():
            try:
                values[column] = loads(cell[0])
            except ValueError:
                found["not JSON"] += 1
        for column in ("type", "fq_name", "prop:id_perms"):
            if column not in row:
                found["mandatory field missing"] += 1
        if "type" in values and "fq_name" in values:
            names[uuid] = (values["type"], ":".join(values["fq_name"]))
        for column in row:
            kind, _, rest = column.partition(":")
            if kind not in ("parent", "children", "ref", "backref"):
                continue
            other = rows.get(rest.partition(":")[2])
            if other is None:
                found["link to nothing"] += 1
                continue
            typ = values.get("type")
            answer = {"parent": "children", "children": "parent", "ref": "backref", "backref": "ref"}[kind]
            if f"{answer}:{typ}:{uuid}" not in other and f"{kind}:{typ}:{uuid}" not in other:
                found["link without an answer"] += 1
    indexed = set()
    for typ, entries in database["obj_fq_name_table"].items():
        for entry in entries:
            name, _, uuid = entry.rpartition(":")
            indexed.add(uuid)
            if names.get(uuid) != (typ, name):
                found["index entry without its object"] += 1
    found["object without index entry"] += sum(uuid not in indexed for uuid in names)
    for path, (data, _) in loads(dump["zookeeper"]):
        parts = path.strip("/").split("/", 1)
        if parts[0] == "fq-name-to-uuid":
            typ, _, name = parts[1].partition(":")
            if names.get(data) != (typ, name):
                found["name lock without its object"] += 1
        elif "/subnets/" in path and data not in rows:
            found["address lock without its object"] += 1
    for what, n in sorted(found.items()):
        print(n, what)


if __name__ == "__main__":
    main(sys.argv[1])
