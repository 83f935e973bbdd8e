#!/usr/bin/env python3
"""Holds `dumptool diff --format patch` and `dumptool patch` to their laws: patch_laws.py [options] [DUMP...]

Makes pairs of small dumps that differ in random ways and are spelled in random
ways, and checks patches between them against all_differences.py, which parses
the text inside of values and of the list of nodes too. Exit 1 with a line for
every law that is broken, 0 otherwise. The same seed makes the same pairs. DUMPs
serve as starting points beside sample.py's dump.

 1  exit 1 exactly when the dumps differ; the lines are JSON, their number and
    hash stand in the last one; there is a line for each difference and no other
 2  applied to A it gives a dump that does not differ from B, in a file of mode 0600
 3  reversed and applied to B it gives one that does not differ from A
 4  neither the spelling of the base, nor its container, nor --memory, nor
    standard output matters
 5  a base that differs in one thing that the patch touches is refused: exit 2,
    the thing is named, and there is no output
 6  --three-way takes B for patched; what law 5 refuses it merges as the rules of
    three_way say, or refuses it as well where they don't
"""

import copy
import gzip
import json
import os
import stat
import subprocess
import sys

import all_differences
import dumpfile
import xxh3
import random_runs
import zkpath
from random_dumps import Raw, Spelling

LEVELS = {"keyspace": "keyspaces", "table": "tables", "row": "rows", "cell": "cells", "member": "members"}


class Broken(Exception):
    def __init__(self, law, message, *args):
        super().__init__("law %d: %s" % (law, message % args))


def parse(text):
    """The lines of a patch as (kind, object) without the first and the last."""
    lines = text.split(b"\n")
    if lines.pop() != b"":
        raise Broken(1, "no line end at the end")
    objects = [json.loads(line) for line in lines]
    if objects[0] != {"schema": "dumptool.patch/1"}:
        raise Broken(1, "head %r", objects[0])
    before = text[: -len(lines[-1]) - 1]
    low, high = xxh3.xxh3_128(before)
    end = {"lines": len(lines) - 1, "xxh3": "%016x%016x" % (high, low)}
    if objects[-1] != {"end": end}:
        raise Broken(1, "end %r, want %r", objects[-1], end)
    kinds = (*LEVELS, "node")
    return [(next(k for k in kinds if k in o), o) for o in objects[1:-1]]


class Conflict(Exception):
    pass


def three_way(meant, base, old, new):
    """What becomes of a cell that is base, and that a patch turns from old into new (None if it is removed)."""

    def same(x, y):
        if (x.timestamp is None) != (y.timestamp is None):
            return False  # a text without a time, A6
        if meant and isinstance(x.value, str) and isinstance(y.value, str):
            return dumpfile.meaning(x.value) == dumpfile.meaning(y.value)
        return x.value == y.value

    if new is None:
        if same(base, old) and base.rest == old.rest:
            return None
        raise Conflict
    if same(base, new) and base.rest == new.rest and base.timestamp == new.timestamp:
        return base
    if same(base, new) or same(old, new):
        value, bare = base.value, base.timestamp is None
    elif same(base, old):
        value, bare = new.value, new.timestamp is None
    else:
        value, bare = merged(meant, base, old, new), False
    if base.timestamp == old.timestamp or base.timestamp is None:
        written = new.timestamp
    elif new.timestamp in (None, old.timestamp):
        written = base.timestamp
    else:
        written = max(base.timestamp, new.timestamp, key=dumpfile.Number.exact)
    if (written is None) != bare:
        raise Conflict
    return dumpfile.Cell(value, written, new.rest)


def merged(meant, base, old, new):
    """The value with both changes. The base is the old one with a further member, or no JSON."""
    texts = [x.value for x in (base, old, new)]
    if not meant or None in [x.timestamp for x in (base, old, new)] or not all(isinstance(t, str) for t in texts):
        raise Conflict
    (_, mine), (_, was), (is_json, yours) = map(dumpfile.meaning, texts)
    if not (is_json and all(isinstance(v, dict) for v in (mine, was, yours)) and {**was, MEMBER: mine.get(MEMBER)} == mine):
        raise Conflict
    return dumpfile.to_json({**yours, MEMBER: mine[MEMBER]})


MEMBER = "a member that nobody else has"


class Case:
    def __init__(self, program, folder, a, b):
        self.program, self.folder = program, folder
        self.docs = a, b
        self.outputs = 0

    def path(self, name, stored):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(stored)
        return path

    def run(self, law, *args, stdin=None):
        try:
            return subprocess.run([self.program, "-q", *args], capture_output=True, timeout=60, input=stdin)
        except subprocess.TimeoutExpired:
            raise Broken(law, "no answer in 60 s: %s", args) from None

    def patch(self, law, *args, stdin=None):
        """Applies; returns what was written, None if that was refused."""
        self.outputs += 1
        out = os.path.join(self.folder, "out%d.json" % self.outputs)
        done = self.run(law, "patch", "-o", out, *args, stdin=stdin)
        if done.returncode == 2:
            if os.path.exists(out) or len([f for f in os.listdir(self.folder) if "tmp" in f]) > 0:
                raise Broken(law, "refused, and something is left")
            return None, done.stderr.decode("utf-8")
        if done.returncode != 0 or done.stderr or done.stdout:
            raise Broken(law, "exit %d: %s", done.returncode, done.stderr[-300:])
        if stat.S_IMODE(os.stat(out).st_mode) != 0o600:
            raise Broken(law, "mode")
        with open(out, "rb") as file:
            return file.read(), ""

    def equals(self, law, result, wanted):
        stored, why = result
        if stored is None:
            raise Broken(law, "refused: %s", why[-500:])
        found = []
        try:
            all_differences.compare(dumpfile.read(stored), wanted, lambda *what: found.append(what))
        except dumpfile.Refused as why:
            raise Broken(law, "no dump: %s", why) from None
        if found:
            raise Broken(law, "differs: %.300r", found[:3])

    def check(self, r, texts):
        a, b = (self.path(n, t) for n, t in zip(("a.json", "b.json"), texts))
        old, new = (dumpfile.read(t) for t in texts)
        done = self.run(1, "diff", "--format", "patch", a, b)
        self.lines(done, old, new)
        if r.random() < 0.5:
            self.indexed(a, b, done.stdout)
        p = self.path("p", done.stdout)
        self.equals(2, self.patch(2, a, p), new)
        self.equals(3, self.patch(3, "--reverse", b, p), old)
        self.other_ways(r, a, p, old, new)
        self.refused(r, p, old, new)
        self.equals(6, self.patch(6, "--three-way", b, p), new)

    def lines(self, done, old, new):
        count = all_differences.compare(old, new)
        if done.returncode != (1 if count.total() else 0):
            raise Broken(1, "exit %d, differences %d", done.returncode, count.total())
        lines = parse(done.stdout)
        for kind, level in LEVELS.items():
            n = sum(1 for k, o in lines if k == kind and o.get("op") != "modified")
            want = sum(count.levels[level].values())
            if n != want:
                raise Broken(1, "%d lines about a %s, want %d", n, kind, want)
        nodes = [{zkpath.normal(n.path): (n.data, n.stat) for n in d.nodes} for d in (old, new)]
        want = {p for p in nodes[0].keys() | nodes[1].keys() if nodes[0].get(p) != nodes[1].get(p)}
        if {o["node"] for k, o in lines if k == "node"} != want:
            raise Broken(1, "other nodes than %r", want)
        self.touched = lines

    def indexed(self, a, b, want):
        files = [a + ".zst", b + ".zst"]
        for file, indexed in zip((a, b), files):
            done = self.run(4, "compress", file, "-o", indexed)
            if done.returncode:
                raise Broken(4, "compress: %s", done.stderr)
        if self.run(4, "diff", "--format", "patch", *files).stdout != want:
            raise Broken(4, "another patch between the indexed forms")

    def other_ways(self, r, a, p, old, new):
        way = r.randrange(5)
        if way == 0:
            self.equals(4, self.patch(4, self.path("again.json", Spelling(r).document(self.docs[0])), p), new)
        elif way == 1:
            with open(a, "rb") as file:
                self.equals(4, self.patch(4, self.path("a.gz", gzip.compress(file.read(), 1)), p), new)
        elif way == 2:
            with open(a, "rb") as file:
                self.equals(4, self.patch(4, "--memory", "32MiB", "-", p, stdin=file.read()), new)
        elif way == 3:
            with open(p, "rb") as file:
                self.equals(4, self.patch(4, a, "-", stdin=gzip.compress(file.read(), 1)), new)
        else:
            done = self.run(4, "patch", a, p)
            self.equals(4, (done.stdout if done.returncode == 0 else None, repr(done.stderr)), new)

    def refused(self, r, p, old, new):
        doc = copy.deepcopy(self.docs[0])
        place = self.spoil(r, doc)
        if place is None:
            return
        text = Spelling(r).document(doc)
        name = place[-1].rpartition("/")[2] if len(place) == 1 else place[-1]
        bad = self.path("bad.json", text)
        self.named(5, name, self.patch(5, bad, p))
        done = self.patch(6, "--three-way", bad, p)
        try:
            wanted = self.both(place, dumpfile.read(text), old, new)
        except Conflict:
            self.named(6, name, done)
        else:
            self.equals(6, done, wanted)

    def named(self, law, name, done):
        """Checks that what differs was refused, by its name."""
        stored, why = done
        if stored is not None:
            raise Broken(law, "accepted although %s differs", name)
        if name.isascii() and name.isprintable() and not set(name) & set("%;/ \\\"'") and name not in why:
            raise Broken(law, "%s is not named: %s", name, why[-300:])

    def both(self, place, base, old, new):
        """The dump with the changes of the patch and that of spoil."""
        wanted = copy.deepcopy(new)
        if len(place) == 1:
            mine, was, yours = (
                next((n for n in d.nodes if zkpath.normal(n.path) == place[0]), None) for d in (base, old, wanted)
            )
            if yours is None or mine.data != yours.data and was.data != yours.data:
                raise Conflict
            yours.data, yours.stat = mine.data, mine.stat
            return wanted
        ks, t, k, c = place
        mine, was = (d.keyspaces[ks][t][k][c] for d in (base, old))
        rows = wanted.keyspaces.get(ks, {}).get(t, {})
        cell = three_way((ks, t) in all_differences.MEANT, mine, was, rows.get(k, {}).get(c))
        if cell is not None:
            rows[k][c] = cell
        return wanted

    def spoil(self, r, doc):
        """Changes one thing that the patch touches, and returns the names that lead to it."""
        row, places = None, []
        for kind, o in self.touched:
            if kind == "row":
                row = o["row"]
            elif kind == "cell" and "old" in o:
                places.append((*row, o["cell"]))
            elif kind == "node" and "old" in o:
                places.append((o["node"],))
        if not places:
            return None
        place = r.choice(places)
        if len(place) == 1:
            for node in doc.nodes:
                if zkpath.normal(node[0]) == place[0]:
                    node[1] = (node[1] or "") + "!"
            return place
        ks, t, k, c = place
        cell = doc.keyspaces[ks][t][k][c]
        if not isinstance(cell, list):
            doc.keyspaces[ks][t][k][c] = cell + "!"
        elif r.random() < 0.6 and isinstance(cell[0], str) and not isinstance(cell[0], Raw):
            self.spoil_value(r, cell)
        else:
            cell[1] = Raw("77")
        return place

    @staticmethod
    def spoil_value(r, cell):
        is_json, value = dumpfile.meaning(cell[0])
        if is_json and isinstance(value, dict) and MEMBER not in value and r.random() < 0.7:
            cell[0] = dumpfile.to_json({**value, MEMBER: dumpfile.Number("1")})
        else:
            cell[0] += "!"


def main(args):
    options = random_runs.options("hold dumptool patch to its laws", args)

    def case(r, dumps, folder):
        a, b = random_runs.pair(r, dumps)
        texts = [Spelling(r, r.random() < 0.3).document(d) for d in (a, b)]
        try:
            Case(options.program, folder, a, b).check(r, texts)
        except Broken as why:
            return dict(zip("ab", texts)), why
        return {}, None

    return random_runs.run(options, case, "pairs")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
