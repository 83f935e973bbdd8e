#!/usr/bin/env python3
"""Cuts dumps and tears holes into them, has them salvaged, and judges the result.

    salvage_laws.py DUMPTOOL FOLDER SEED ROUNDS DUMP

For each round and each form (plain, gzip, indexed) there is one cut and one hole of 512 bytes: of zeros, of ones, or of
random bytes. Every row and node of the dump that lies outside of the damage has to be kept, and everything that is kept
has to be in the dump, at the same place. The damage is: in a plain file the bytes themselves; in gzip everything from
the first byte on whose unpacking depends on the damage; in the indexed form the frames that are touched, while all others
have to be kept, whether or not the index survives.
"""
import gzip
import json
import os
import random
import subprocess
import sys
import zlib

DECODER = json.JSONDecoder()
HOLE = 512


def blank(text, i):
    while text[i] in " \t\r\n":
        i += 1
    return i


def members(text, i):
    """Yields (start of name, name, start of value) of an object at i; the caller sends where the value ends."""
    i = blank(text, i + 1)
    while text[i] != "}":
        name, end = DECODER.raw_decode(text, i)
        value = blank(text, blank(text, end) + 1)
        stop = yield i, name, value
        yield
        i = blank(text, stop)
        if text[i] == ",":
            i = blank(text, i + 1)
    yield None, None, i + 1


def walk(text, i, visit):
    """Goes through an object; visit(start, name, value) returns where the value ends. Returns where the object does."""
    g = members(text, i)
    start, name, value = next(g)
    while start is not None:
        g.send(visit(start, name, value))
        start, name, value = next(g)
    return value


class Original:
    """A dump with the places of its rows and nodes."""

    def __init__(self, data):
        self.data = data
        self.text = text = data.decode("ascii")
        self.rows = {}   # (keyspace, table, key) -> (start, end, value)
        self.nodes = {}  # path -> (start, end, value)

        def root(start, name, value):
            if name == "cassandra":
                return walk(text, value, keyspace)
            end = DECODER.raw_decode(text, value)[1]
            if name == "zookeeper":
                self.list(value, end)
            return end

        def keyspace(start, ks, value):
            def table(start, t, value):
                def row(start, key, value):
                    content, end = DECODER.raw_decode(text, value)
                    self.rows[ks, t, key] = (start, end, content)
                    return end
                return walk(text, value, row)
            return walk(text, value, table)

        walk(text, 0, root)

    def list(self, start, end):
        """The nodes, with the places of their characters in the escaped text."""
        places, i = [], start + 1
        while i < end - 1:
            places.append(i)
            i += 1 if self.text[i] != "\\" else 6 if self.text[i + 1] == "u" else 2
        places.append(end - 1)
        inner = json.loads(self.text[start:end])
        assert len(inner) == len(places) - 1
        i = blank(inner, 1)
        while inner[i] != "]":
            node, stop = DECODER.raw_decode(inner, i)
            self.nodes["/" + node[0].strip("/")] = (places[i], places[stop], node[1])
            i = blank(inner, stop)
            if inner[i] == ",":
                i = blank(inner, i + 1)


def content(data):
    doc = json.loads(data)
    rows = {(ks, t, key): row for ks, tables in doc["cassandra"].items() for t, rows in tables.items() for key, row in rows.items()}
    nodes = {"/" + n[0].strip("/"): n[1] for n in json.loads(doc["zookeeper"])}
    return rows, nodes


def frames(data):
    """The frames of a zstd file: (start, end, is data)."""
    out, i = [], 0
    while i < len(data):
        start = i
        magic = int.from_bytes(data[i:i + 4], "little")
        if magic & 0xFFFFFFF0 == 0x184D2A50:
            i += 8 + int.from_bytes(data[i + 4:i + 8], "little")
            out.append((start, i, False))
            continue
        assert magic == 0xFD2FB528
        descriptor = data[i + 4]
        single = descriptor >> 5 & 1
        size = (1 if single else 0, 2, 4, 8)[descriptor >> 6]
        i += 5 + (0 if single else 1) + (0, 1, 2, 4)[descriptor & 3] + size
        while True:
            header = int.from_bytes(data[i:i + 3], "little")
            i += 3 + (1 if header >> 1 & 3 == 1 else header >> 3)
            if header & 1:
                break
        i += 4 if descriptor >> 2 & 1 else 0
        out.append((start, i, True))
    return out


def unpack(frame):
    return subprocess.run(["zstd", "-dcq"], input=frame, stdout=subprocess.PIPE, check=True).stdout


class Indexed:
    def __init__(self, data):
        self.data = data
        self.spans = []  # (start, end, start of text, end of text)
        at = 0
        for start, end, is_data in frames(data):
            if is_data:
                n = len(unpack(data[start:end]))
                self.spans.append((start, end, at, at + n))
                at += n

    def damage(self, start, end):
        """The text that is lost with the bytes from start to end."""
        return [(a, b) for s, e, a, b in self.spans if s < end and start < e]


def main():
    tool, folder, seed, rounds, name = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
    # The indexed form has draws of its own: how long it is must not decide about the damage of the others.
    draws, indexed_draws = random.Random(seed), random.Random(-1 - seed)
    with open(name, "rb") as f:
        original = Original(f.read())
    packed = os.path.join(folder, "whole.json.zst")
    subprocess.run([tool, "-q", "compress", "--force", name, "-o", packed], check=True)
    with open(packed, "rb") as f:
        indexed = Indexed(f.read())
    zipped = gzip.compress(original.data, mtime=0)
    failures = tried = cut_rows = 0

    def judge(form, data, damage, what):
        nonlocal tried, cut_rows
        tried += 1
        damaged = os.path.join(folder, "damaged")
        rest = os.path.join(folder, "rest.json")
        with open(damaged, "wb") as f:
            f.write(data)
        if os.path.exists(rest):
            os.remove(rest)
        run = subprocess.run([tool, "repair", "--salvage", damaged, "-o", rest], stdout=subprocess.PIPE, stderr=subprocess.PIPE)

        def fail(why):
            nonlocal failures
            failures += 1
            print(f"{form}, {what}: {why}\n{run.stderr.decode(errors='replace')[-600:]}")

        outside = lambda start, end: not any(start < b and a < end for a, b in damage)
        must_rows = {k for k, (start, end, _) in original.rows.items() if outside(start, end)}
        must_nodes = {k for k, (start, end, _) in original.nodes.items() if outside(start, end)}
        cut_rows += len(original.rows) - len(must_rows)
        if run.returncode == 2 and not must_rows and not must_nodes and not os.path.exists(rest):
            return
        if run.returncode not in (0, 3):
            return fail(f"exit code {run.returncode}")
        with open(rest, "rb") as f:
            rows, nodes = content(f.read())
        missing = [k for k in must_rows if k not in rows] + [k for k in must_nodes if k not in nodes]
        if missing:
            fail(f"{len(missing)} that are whole are missing: {missing[:3]}")
        invented = [k for k, v in rows.items() if k not in original.rows or original.rows[k][2] != v]
        invented += [k for k, v in nodes.items() if k not in original.nodes or original.nodes[k][2] != v]
        if invented:
            fail(f"{len(invented)} are invented: {invented[:3]}")
        if run.returncode == 0 and (len(rows) < len(original.rows) or len(nodes) < len(original.nodes)):
            fail("something is lost, and nothing is said")

    def filling(rnd):
        kind = rnd.randrange(3)
        return ("zeros", "ones", "random")[kind], (bytes(HOLE), b"\xff" * HOLE, rnd.randbytes(HOLE))[kind]

    def torn(data, at, fill):
        return data[:at] + fill[:max(0, len(data) - at)] + data[at + HOLE:]

    for _ in range(rounds):
        end = len(original.data)
        at = draws.randrange(1, end)
        judge("plain", original.data[:at], [(at, end)], f"cut at {at}")
        at = draws.randrange(end)
        word, fill = filling(draws)
        judge("plain", torn(original.data, at, fill), [(at, at + HOLE)], f"{word} at {at}")

        for cut in (True, False):
            at = draws.randrange(20, len(zipped))
            whole = len(zlib.decompressobj(31).decompress(zipped[:at]))
            word, fill = filling(draws)
            data = zipped[:at] if cut else torn(zipped, at, fill)
            judge("gzip", data, [(whole, end)], f"cut at {at}" if cut else f"{word} at {at}")

        at = indexed_draws.randrange(20, len(indexed.data))
        judge("indexed", indexed.data[:at], indexed.damage(at, len(indexed.data)), f"cut at {at}")
        at = indexed_draws.randrange(len(indexed.data))
        word, fill = filling(indexed_draws)
        judge("indexed", torn(indexed.data, at, fill), indexed.damage(at, at + HOLE), f"{word} at {at}")

    print(f"{tried} damaged dumps, {cut_rows} rows in the damage, {failures} failures")
    return 1 if failures or not cut_rows else 0


if __name__ == "__main__":
    sys.exit(main())
