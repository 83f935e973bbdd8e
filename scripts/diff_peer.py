#!/usr/bin/env python3
"""Compares two dumps as a script would: diff_peer.py python|orjson|deepdiff A B

Everything is read into memory. With python and orjson, the standard library or a fast parser, rows and nodes are compared
one by one and the names of those that differ are printed; deepdiff compares the two documents as they are.
"""
import json
import sys


def names(document):
    """Every row and every node by its name."""
    for keyspace, tables in document["cassandra"].items():
        for table, rows in tables.items():
            for key, row in rows.items():
                yield f"{keyspace}/{table}/{key}", row
    nodes = document["zookeeper"]
    for path, value in loads(nodes) if isinstance(nodes, str) else nodes:
        yield path, value


def main(way, *paths):
    documents = []
    for path in paths:
        with open(path, "rb") as file:
            documents.append(loads(file.read()))
    if way == "deepdiff":
        from deepdiff import DeepDiff

        print(DeepDiff(*documents))
        return
    a, b = (dict(names(document)) for document in documents)
    for name in sorted(a.keys() | b.keys()):
        if a.get(name) != b.get(name):
            print(name)


if __name__ == "__main__":
    if sys.argv[1] == "python":
        loads = json.loads
    else:
        from orjson import loads
    main(*sys.argv[1:])
