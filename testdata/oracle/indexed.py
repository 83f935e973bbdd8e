"""Reads indexed dumps, by docs/format.md alone.

    indexed.py FILE [--count N] [--seed N]

Checks every checksum and digest of FILE, then looks N (default 100) random rows, objects and ZooKeeper nodes up, reads
each where the index says that it stands, and computes its hashes again. Prints what was checked; exit 1 if anything
contradicts the format, exit 2 if the file could not be read.
"""

import argparse
import functools
import hashlib
import json
import random
import re
import subprocess
import sys
import zlib
from json.decoder import scanstring

from xxh3 import M128, xxh3_128

HASHED_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")


class Wrong(Exception):
    pass


def check(ok, message, *args):
    if not ok:
        raise Wrong(message % args)


def le(b, i, n):
    return int.from_bytes(b[i : i + n], "little")


def unpack(b):
    return subprocess.run(["zstd", "-dcq"], input=b, stdout=subprocess.PIPE, check=True).stdout


class Bytes:
    """What is read from the values of a table, number by number."""

    def __init__(self, b):
        self.b, self.i = b, 0

    def uvarint(self):
        n = shift = 0
        while True:
            c = self.b[self.i]
            self.i += 1
            n |= (c & 0x7F) << shift
            if c < 0x80:
                return n
            shift += 7

    def varint(self):
        n = self.uvarint()
        return n >> 1 if n & 1 == 0 else -(n >> 1) - 1

    def take(self, n):
        check(self.i + n <= len(self.b), "a value is too short")
        self.i += n
        return self.b[self.i - n : self.i]

    def bytes(self):
        return self.take(self.uvarint())

    def fixed(self, n):
        return le(self.take(n), 0, n)

    def newest(self):
        return self.varint() if self.uvarint() else None

    def end(self):
        check(self.i == len(self.b), "a value is too long")


def uvarint(n):
    out = b""
    while n > 0x7F:
        out, n = out + bytes([n & 0x7F | 0x80]), n >> 7
    return out + bytes([n])


def key_of_form(form):
    """Returns the key that stands in a block in this form."""
    key, i = b"", 0
    while i < len(form):
        if form[i] == 0xFD:
            check(i + 17 <= len(form), "a key ends in a uuid")
            h = form[i + 1 : i + 17].hex()
            key += "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:])).encode()
            i += 17
            continue
        i += form[i] == 0xFE
        key += form[i : i + 1]
        i += 1
    return key


class File:
    def __init__(self, data):
        self.data = data
        self.open_tail()
        self.version = le(data, self.loc + 12, 2)
        check(self.version in (1, 2, 3), "version %d", self.version)
        self.flags = le(data, self.loc + 14, 2)
        self.text_size, self.data_size = le(data, self.loc + 16, 8), le(data, self.loc + 24, 8)
        self.frames, self.all_frames = le(data, self.loc + 32, 4), le(data, self.loc + 36, 4)
        self.tables = {}
        kind, records = self.block(le(data, self.loc + 40, 8), le(data, self.loc + 48, 4))
        check(kind == 1, "the directory is no leaf")
        for key, value in records:
            v = Bytes(value)
            self.tables[key.decode()] = [v.uvarint() for _ in range(4)] + [[v.fixed(8) for _ in range(4)]]
            v.end()

    def open_tail(self):
        data, size = self.data, len(self.data)
        check(le(data, size - 4, 4) == 0x8F92EAB1 and data[size - 5] == 0, "no seek table")
        n = le(data, size - 9, 4)
        self.table = size - 17 - 8 * n
        self.loc = self.table - 256
        check(le(data, self.table, 4) == 0x184D2A5E and le(data, self.table + 4, 4) == 8 * n + 9, "no seek table")
        loc = data[self.loc : self.table]
        check(loc[:12] == bytes.fromhex("512a4d18f8000000") + b"DT\x03\x00", "no locator")
        check(zlib.crc32(loc[:252]) == le(loc, 252, 4), "checksum of the locator")
        check(zlib.crc32(data[self.table :]) == le(loc, 52, 4), "checksum of the seek table")
        self.entries = [(le(data, i, 4), le(data, i + 4, 4)) for i in range(self.table + 8, size - 9, 8)]

    @functools.lru_cache(maxsize=1000)
    def block(self, off, size):
        """Returns 1 for a leaf and 2 for an interior block, and its records."""
        b = self.data[off : off + size]
        check(le(b, 0, 4) == 0x184D2A51 and le(b, 4, 4) == size - 8 and b[8:10] == b"DT", "no block at %d", off)
        check(zlib.crc32(b[:-4]) == le(b, size - 4, 4), "checksum of the block at %d", off)
        check((b[10] > 3) == (self.version > 2), "kind of the block at %d", off)
        if self.version > 2:
            return b[10] - 3, self.columns(off, b[11], b[12], Bytes(b[13:-4]))
        return self.old_block(off, size, b)

    def columns(self, off, numbers, tail, b):
        """Returns the records of a block."""

        def pack():
            size = b.uvarint()
            if size & 1 == 0:
                return Bytes(b.take(size >> 1))
            out = unpack(b.take(b.uvarint()))
            check(len(out) == size >> 1, "what is packed in the block at %d", off)
            return Bytes(out)

        def column():
            form = b.uvarint()
            check(form in (0, 1, 2, 4, 5, 6), "form of a list in the block at %d", off)
            first = [b.uvarint()] if form & 4 else []
            n = count - len(first)
            if form & 3 == 0:
                listed = [b.uvarint()] * n
            elif form & 3 == 1:
                least, width = b.uvarint(), b.uvarint()
                bits = int.from_bytes(b.take((n * width + 7) // 8), "little")
                listed = [least + (bits >> i * width & (1 << width) - 1) for i in range(n)]
            else:
                listed = [None] * n
            return first, listed

        def number_list(first, listed):
            listed = [packed.uvarint() if v is None else v for v in listed]
            for v in listed if first else []:
                first.append(first[-1] + (v >> 1 if v & 1 == 0 else -(v >> 1) - 1) & (1 << 64) - 1)
            return first or listed

        count, texts = b.uvarint(), pack()
        if count == 0:
            b.end()
            return []
        lists = [column() for _ in range(3 + numbers)]
        packed = pack()
        shared, more, rest, *values = [number_list(*x) for x in lists]
        packed.end()
        forms, form = [], b""
        for same, n in zip(shared, more):
            check(same <= len(form), "a key of the block at %d", off)
            form = form[:same] + texts.take(n)
            forms.append(form)
        records = []
        for i, form in enumerate(forms):
            value = b"".join(uvarint(v[i]) for v in values) + texts.take(rest[i]) + b.take(tail)
            key = key_of_form(form)
            check(not records or records[-1][0] < key, "keys out of order in the block at %d", off)
            records.append((key, value))
        texts.end()
        b.end()
        return records

    def old_block(self, off, size, b):
        split = 24 + le(b, 16, 4)
        keys = unpack(b[24:split]) if b[11] & 1 else b[24:split]
        tail = (b[11] >> 2) * 8
        check(tail == 0 or self.version > 1, "tails in version 1")
        end = size - 4 - Bytes(keys).uvarint() * tail
        check(end >= split, "the tails of the block at %d", off)
        values, tails = b[split:end], Bytes(b[end:-4])
        values = unpack(values) if b[11] & 2 else values
        check(len(keys) == le(b, 12, 4) and len(values) == le(b, 20, 4), "sizes of the block at %d", off)
        k, v = Bytes(keys), Bytes(values)
        heads = [(k.uvarint(), k.uvarint(), k.uvarint()) for _ in range(k.uvarint())]
        records, key = [], b""
        for shared, more, value in heads:
            after = key[:shared] + k.take(more)
            check(not records or after > key, "keys out of order in the block at %d", off)
            key = after
            records.append((key, v.take(value) + tails.take(tail)))
        k.end()
        v.end()
        tails.end()
        return b[10], records

    def child(self, value):
        v = Bytes(value)
        at = v.uvarint(), v.uvarint()
        count, sums = v.uvarint(), [v.fixed(8) for _ in range(4)]
        v.end()
        return at, count, sums

    def walk(self, name):
        """Yields the leaves of a table, and checks counts and sums of interior blocks."""
        if name in self.tables:
            off, size, height, count, sums = self.tables[name]
            yield from self.leaves((off, size), height, count)

    def leaves(self, at, height, count):
        kind, records = self.block(*at)
        check(kind == (2 if height else 1), "kind of the block at %d", at[0])
        if height == 0:
            check(len(records) == count, "number of records of the block at %d", at[0])
            yield records
            return
        total = 0
        for key, value in records:
            below, n, _ = self.child(value)
            check(below[0] < at[0], "a block stands behind what points to it")
            check(self.block(*below)[1][0][0] == key, "first key of the block at %d", below[0])
            total += n
            yield from self.leaves(below, height - 1, n)
        check(total == count, "number of records below the block at %d", at[0])

    def records(self, name):
        for leaf in self.walk(name):
            yield from leaf

    def floor(self, name, key):
        """Returns the last record whose key isn't greater."""
        off, size, height, _, _ = self.tables[name]
        at = off, size
        while True:
            fits = [r for r in self.block(*at)[1] if r[0] <= key]
            if not fits:
                return None
            if height == 0:
                return fits[-1]
            at = self.child(fits[-1][1])[0]
            height -= 1

    def get(self, name, key):
        found = self.floor(name, key)
        return found[1] if found and found[0] == key else None

    @functools.lru_cache(maxsize=64)
    def frame(self, off, size):
        return unpack(self.data[off : off + size])

    def text(self, start, end):
        out = b""
        while start < end:
            key, value = self.floor("frames", start.to_bytes(8, "big"))
            v = Bytes(value)
            off, size, _ = v.uvarint(), v.uvarint(), v.uvarint()
            first = int.from_bytes(key, "big")
            part = self.frame(off, size)[start - first : end - first]
            check(part, "no text at %d", start)
            out += part
            start += len(part)
        return out

    # -- everything is under a checksum

    def check_all(self):
        off, digests, place = 0, b"", 0
        for i, (size, text) in enumerate(self.entries):
            b = self.data[off : off + size]
            if i < self.frames:
                v = Bytes(self.get("frames", place.to_bytes(8, "big")) or b"\0")
                check([v.uvarint() for _ in range(3)] == [off, size, text], "record of frame %d", i)
                check(v.fixed(4) == zlib.crc32(b), "checksum of frame %d", i)
                digest = hashlib.sha256(b).digest()
                check(v.take(32) == digest, "digest of frame %d", i)
                v.end()
                digests += digest
                place += text
            elif i < len(self.entries) - 1:
                check(text == 0, "text in block %d", i)
                self.block(off, size)
            off += size
        check(off == self.table and place == self.text_size, "the frames don't fill the file")
        check(hashlib.sha256(digests).digest() == self.data[self.loc + 56 : self.loc + 88], "root of the digests")
        whole = self.text(0, self.text_size)
        if self.flags & 1:
            check(hashlib.sha256(whole).digest() == self.data[self.loc + 88 : self.loc + 120], "SHA-256 of the text")
        return whole


# -- keys


def part(name):
    return name.replace(b"\0", b"\0\xff") + b"\0\0"


def parts(key, n):
    out = []
    for _ in range(n):
        end = 0
        while key[end : end + 2] != b"\0\0":
            end += 2 if key[end] == 0 else 1
        out.append(key[:end].replace(b"\0\xff", b"\0"))
        key = key[end + 2 :]
    return out, key


def name(text):
    b = text.encode("utf-8", "surrogatepass")
    return b if len(b) <= 1024 else b[:1008] + whole(xxh3_128(canonical(text))).to_bytes(16, "big")


# -- hashes


def canonical(text):
    return json.dumps(text)[1:-1].encode()


def whole(h):
    return h[1] << 64 | h[0]


def high_first(h):
    return h[1].to_bytes(8, "little") + h[0].to_bytes(8, "little")


def low_first(h):
    return h[0].to_bytes(8, "little") + h[1].to_bytes(8, "little")


BLANK = re.compile(r"[ \t\r\n]*")


def skip(s, i, what=""):
    i = BLANK.match(s, i).end()
    check(s.startswith(what, i), "no %r in the text", what)
    return i + len(what)


def value_at(s, i):
    """Returns the hash of the value at i, if it is a string, and where it ends."""
    if s[i] == '"':
        text, end = scanstring(s, i + 1, False)
        return xxh3_128(canonical(text)), True, end
    _, end = json.JSONDecoder(parse_float=str, parse_int=str).raw_decode(s, i)
    return xxh3_128(s[i:end].encode("utf-8", "surrogatepass")), False, end


def cell_hashes(s, i):
    """Returns name and hashes of the cell that begins at i, and where it ends."""
    column, i = scanstring(s, i + 1, False)
    i = skip(s, skip(s, i, ":"))
    shape, time, extra = 0, "", ""
    if s[i] == '"':
        shape = 2
        value, _, i = value_at(s, i)
    else:
        i = skip(s, skip(s, i, "["))
        value, is_text, i = value_at(s, i)
        shape = 0 if is_text else 4
        i = skip(s, skip(s, i, ","))
        number = HASHED_NUMBER.match(s, i)
        time, i = number.group(), number.end()
        i = skip(s, i)
        if s[i] == ",":
            start = i = skip(s, i + 1)
            while True:
                _, _, end = value_at(s, i)
                i = skip(s, end)
                if s[i] == "]":
                    break
                i = skip(s, skip(s, i, ","))
            extra = s[start:end]
        i = skip(s, i, "]")
    c = xxh3_128(bytes([shape]) + high_first(xxh3_128(canonical(column))) + high_first(value) + extra.encode())
    return column, whole(c), whole(xxh3_128(high_first(c) + time.encode())), i


def row_hashes(s):
    """Returns number and sums of the cells of a row."""
    i = skip(s, 0, "{")
    cells, sums = {}, [0, 0]
    i = skip(s, i)
    while s[i] != "}":
        column, untimed, timed, i = cell_hashes(s, i)
        cells[column] = True
        sums = [(sums[0] + untimed) & M128, (sums[1] + timed) & M128]
        i = skip(s, i)
        if s[i] == ",":
            i = skip(s, i + 1)
    check(i == len(s) - 1, "a row is longer than the index says")
    return len(cells), sums


def to_text(b):
    return b.decode("utf-8", "surrogatepass")


class Row:
    def __init__(self, value, version):
        v = Bytes(value)
        self.half = {1: 16, 2: 8}.get(version, 6)
        self.at, self.gap, self.size, self.cells = (v.uvarint() for _ in range(4))
        if version < 3:
            v.newest()
        self.sums = [v.fixed(self.half), v.fixed(self.half)]
        v.end()

    def check(self, f, key):
        names, rest = parts(key, 3)
        check(rest == b"", "a key has more than three parts")
        start = self.at + self.gap
        head = to_text(f.text(self.at, start))
        row_key, _ = scanstring(head, 1, False)
        check(name(row_key) == names[2], "another row key stands at %d", self.at)
        count, sums = row_hashes(to_text(f.text(start, start + self.size)))
        check(count == self.cells, "number of cells of %r", row_key)
        check([s % 256**self.half for s in sums] == self.sums, "hashes of %r", row_key)
        adds = [whole(xxh3_128(low_first(xxh3_128(key)) + s.to_bytes(16, "little"))) for s in sums]
        return adds


def check_node(f, path, value, in_string):
    v = Bytes(value)
    flags, at, size = v.uvarint(), v.uvarint(), v.uvarint()
    half = 8 if f.version < 3 else 6
    untimed, timed = v.fixed(half), v.fixed(half)
    v.end()
    if flags & 1:
        return None
    raw = f.text(at, at + size)
    text = json.loads(b'"' + raw + b'"') if in_string else to_text(raw)
    spelled, (data, _) = json.loads(text)
    normal = "".join("/" + p for p in spelled.split("/") if p) or "/"
    check(name(normal) == path, "another node stands at %d", at)
    stat = re.sub(r"[ \t\r\n]", "", re.search(r"(\[[^\[\]]*\])\s*\]\s*\]\s*$", text).group(1))
    hashed = xxh3_128(canonical(data)) if data is not None else xxh3_128(b"null")
    path_hash = xxh3_128(normal.encode("utf-8", "surrogatepass"))
    n = xxh3_128(bytes([data is None]) + low_first(path_hash) + low_first(hashed))
    with_stat = xxh3_128(low_first(n) + stat.encode())
    check([h[0] % 256**half for h in (n, with_stat)] == [untimed, timed], "hashes of the node %r", normal)
    return whole(n), whole(with_stat)


def check_sums(f, table, adds):
    """Compares the sums of every leaf with what its records add."""
    total = [0, 0]
    off, size, height, count, sums = f.tables[table]
    stack = [((off, size), height, sums)]
    while stack:
        at, height, sums = stack.pop()
        _, records = f.block(*at)
        if height:
            stack += [(below, height - 1, s) for below, _, s in (f.child(v) for _, v in records)]
            continue
        found = [sum(a[i] for k, v in records if (a := adds(k, v)) is not None) & M128 for i in range(2)]
        check([sums[1] << 64 | sums[0], sums[3] << 64 | sums[2]] == found, "sums of a block of %s", table)
        total = [(x + y) & M128 for x, y in zip(total, found)]
    check(total == [f.tables[table][4][1] << 64 | f.tables[table][4][0], f.tables[table][4][3] << 64 | f.tables[table][4][2]],
          "sums of %s", table)


def some(rng, items, n):
    return rng.sample(items, min(n, len(items)))


def run(path, count, seed):
    rng = random.Random(seed)
    with open(path, "rb") as file:
        f = File(file.read())
    text = f.check_all()
    if "rows" not in f.tables:
        return "checksums of %d frames" % f.frames
    rows, nodes = list(f.records("rows")), list(f.records("znodes"))
    document = json.loads(text)
    in_string = isinstance(document.get("zookeeper"), str)
    for key, _ in some(rng, rows, count):
        Row(f.get("rows", key), f.version).check(f, key)
    for path, _ in some(rng, nodes, count):
        check_node(f, path, f.get("znodes", path), in_string)
    objects = list(f.records("contrail.objects")) if "contrail.objects" in f.tables else []
    of_objects = [k for k, _ in rows if k.startswith(key_of("config_db_uuid", "obj_uuid_table"))]
    check_repeated(f, objects)
    for key, value in some(rng, objects, count):
        (kind, joined), uuid = parts(key, 2)
        if f.version > 2:
            v = Bytes(value)
            uuid = parts(of_objects[v.uvarint()], 3)[0][2]
            v.end()
        if f.version == 1:
            check(f.get("contrail.uuids", uuid) == part(kind) + part(joined), "names of %r", uuid)
        row = key_of("config_db_uuid", "obj_uuid_table", to_text(uuid))
        check(f.get("rows", row) is not None, "no row %r", uuid)
        stored = document["cassandra"]["config_db_uuid"]["obj_uuid_table"][to_text(uuid)]
        check(json.loads(stored["type"][0]) == to_text(kind), "type of %r", uuid)
        check(":".join(json.loads(stored["fq_name"][0])) == to_text(joined), "name of %r", uuid)
    if len(text) < 5000:
        check_sums(f, "rows", lambda k, v: Row(v, f.version).check(f, k))
        check_sums(f, "znodes", lambda k, v: check_node(f, k, v, in_string))
    check_info(f, document, rows)
    counts = [min(count, len(x)) for x in (rows, objects, nodes)]
    return "checksums of %d frames, %d rows, %d objects, %d nodes" % (f.frames, *counts)


def check_repeated(f, objects):
    """Objects with the same type and name are told apart by a number."""
    seen = {}
    for key, _ in objects if f.version > 2 else []:
        names, rest = parts(key, 2)
        n = seen.setdefault(b"".join(map(part, names)), 0)
        check(rest == (n.to_bytes(4, "big") if n else b""), "the key of the object %r", names)
        seen[b"".join(map(part, names))] += 1


def key_of(*names):
    return b"".join(part(name(n)) for n in names)


def check_info(f, document, rows):
    """Compares the tables with what Python's json finds in the text."""
    want = {}
    for i, (keyspace, tables) in enumerate(document["cassandra"].items()):
        check(Bytes(f.get("keyspaces", name(keyspace))).uvarint() == i, "keyspace %r", keyspace)
        for table, content in tables.items():
            want[key_of(keyspace, table)] = [len(content), sum(map(len, content.values()))]
            for row in content:
                check(f.get("rows", key_of(keyspace, table, row)) is not None, "no row %r", row)
    got = {}
    for key, value in f.records("tables"):
        v = Bytes(value)
        at = v.uvarint()
        got[key] = [v.uvarint(), v.uvarint()]
        size = v.uvarint()
        table = f.text(at, at + size)
        check(table[:1] == b"{" and len(json.loads(table)) == got[key][0], "the place of a table")
    check(got == want, "the tables differ: %r and %r", got, want)
    check(len(rows) == sum(n for n, _ in want.values()), "number of rows")
    for member in document.keys() - {"cassandra", "zookeeper"}:
        v = Bytes(f.get("members", name(member)))
        at = v.uvarint()
        check(json.loads(f.text(at, at + v.uvarint())) == document[member], "member %r", member)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    try:
        print("%s: %s" % (args.file, run(args.file, args.count, args.seed)))
    except OSError as err:
        print("%s: %s" % (args.file, err), file=sys.stderr)
        return 2
    except (Wrong, IndexError, subprocess.CalledProcessError) as err:
        print("%s: %s" % (args.file, err or "wrong"), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
