#!/usr/bin/env python3
"""Takes cells away that follow from others: damage.py COUNT IN OUT

COUNT back-references, children and parent types, evenly spread over a large plain dump as 'dumptool generate' writes it.
Each is one finding of 'dumptool validate'.
"""
import mmap
import re
import sys

count, source, target = int(sys.argv[1]), sys.argv[2], sys.argv[3]
cell = re.compile(rb'"(?:backref:[a-z_]+:[0-9a-f-]{36}|children:[a-z_]+:[0-9a-f-]{36}|parent_type)": \["(?:[^"\\]|\\.)*", [0-9]+\], ')
with open(source, "rb") as file, open(target, "wb") as out:
    text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    at = taken = 0
    step = len(text) // 2 // count  # the objects stand in more than half of a dump
    while taken < count:
        found = cell.search(text, min(at + step, len(text)))
        if not found:
            break
        for start in range(at, found.start(), 1 << 20):
            out.write(text[start : min(start + (1 << 20), found.start())])
        at = found.end()
        taken += 1
    for start in range(at, len(text), 1 << 20):
        out.write(text[start : start + (1 << 20)])
print(f"{taken} cells taken away", file=sys.stderr)
