"""A dump, read whole and strictly.

This is the reading half that all the oracles share. It knows the container
(plain, gzip, zstd), the JSON text and the shapes A1 to A15, and nothing about
what the rows mean. It is written for being right, not for being fast or small:
the whole document stands in memory.

What is kept exactly: the text of every number (Number), lone surrogates (as
Python's own lone surrogates), the order of members, repeated keys (Repeated).
"""

import dataclasses
import decimal
import hashlib
import json
import re
import subprocess
import sys
import zlib

OBJECT_KEYSPACE = "config_db_uuid"
UUID_TABLE = "obj_uuid_table"
NAME_TABLE = "obj_fq_name_table"
SHARED_TABLE = "obj_shared_table"

BOM = b"\xef\xbb\xbf"
GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = 0xFD2FB528
SKIPPABLE_MAGIC = 0x184D2A50

_INTEGER = re.compile(r"-?\d+\Z")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?\Z")


class Refused(Exception):
    """The input is no dump. str() is one line; offset counts bytes of the text."""

    def __init__(self, reason, path=None, offset=None):
        self.reason, self.path, self.offset = reason, path, offset
        line = reason
        if path is not None:
            line += " at " + printable(path)
        if offset is not None:
            line += " (byte %d)" % offset
        super().__init__(line)


class Number:
    """A JSON number as its text, so that 1, 1.0 and 1e0 are three values."""

    __slots__ = ("text",)

    def __init__(self, text):
        self.text = text

    def __eq__(self, other):
        return isinstance(other, Number) and other.text == self.text

    def __hash__(self):
        return hash(("number", self.text))

    def __repr__(self):
        return "Number(%s)" % self.text

    def is_integer(self):
        return _INTEGER.match(self.text) is not None

    def is_finite(self):
        """False for NaN and the infinities, which Python's parser lets through."""
        return _NUMBER.match(self.text) is not None

    def exact(self):
        """The value as an int or a Decimal; the two compare exactly."""
        return int(self.text) if self.is_integer() else decimal.Decimal(self.text)


class Repeated(dict):
    """An object in which a key stands twice. Equal only to one with the same members in the same order."""

    def __init__(self, pairs):
        super().__init__(pairs)
        self.pairs = pairs

    def __eq__(self, other):
        return isinstance(other, Repeated) and other.pairs == self.pairs

    def __ne__(self, other):
        return not self == other

    __hash__ = None

    def repeated_keys(self):
        seen, twice = set(), []
        for key, _ in self.pairs:
            if key in seen and key not in twice:
                twice.append(key)
            seen.add(key)
        return twice


@dataclasses.dataclass(slots=True)
class Cell:
    """One column of a row. timestamp is None for a bare string (A6), rest holds what follows it (A15)."""

    value: object
    timestamp: object = None
    rest: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass(slots=True)
class Node:
    """One ZooKeeper node as listed. data is text or None, stat a list of Number."""

    path: str
    data: object
    stat: list


@dataclasses.dataclass
class Dump:
    keyspaces: dict  # keyspace -> table -> row key -> column -> Cell
    nodes: list
    members: dict  # top-level members of other names
    repeats: list  # (path, key) of every repeated key, empty unless they were allowed
    notes: list
    encoding: str
    stored_bytes: int
    text: bytes

    @property
    def sha256(self):
        return hashlib.sha256(self.text).hexdigest()

    def table(self, keyspace, table):
        """The rows of a table, {} when the dump has no such table."""
        return self.keyspaces.get(keyspace, {}).get(table, {})

    def object_rows(self):
        """The rows of obj_uuid_table that exist: a row without a column is no row."""
        return {key: row for key, row in self.table(OBJECT_KEYSPACE, UUID_TABLE).items() if row}


# ---------------------------------------------------------------- containers


def decompress(stored):
    """Gives (text, encoding). The kind is told by the first bytes, never by a name."""
    if stored[:2] == GZIP_MAGIC:
        return _gunzip(stored), "gzip"
    if len(stored) >= 4 and _is_zstd_magic(int.from_bytes(stored[:4], "little")):
        return _unzstd(stored), "zstd"
    return stored, "plain"


def _gunzip(stored):
    text = []
    while stored:
        if text and stored[:2] != GZIP_MAGIC:
            raise Refused("%d bytes after the gzip stream" % len(stored))
        member = zlib.decompressobj(wbits=31)
        try:
            text.append(member.decompress(stored))
            text.append(member.flush())
        except zlib.error as err:
            raise Refused("damaged gzip stream: %s" % err) from None
        if not member.eof:
            raise Refused("truncated gzip stream")
        stored = member.unused_data
    return b"".join(text)


def _is_zstd_magic(magic):
    return magic == ZSTD_MAGIC or magic & 0xFFFFFFF0 == SKIPPABLE_MAGIC


def _unzstd(stored):
    # The zstd program also decodes other formats when they follow a frame, so the
    # sequence of frames is walked here first.
    at = 0
    while at < len(stored):
        at = _end_of_frame(stored, at)
    done = subprocess.run(["zstd", "-dcq", "--long=31"], input=stored, capture_output=True)
    if done.returncode != 0:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"]
        raise Refused("damaged zstd stream: %s" % why[-1])
    return done.stdout


def _end_of_frame(stored, at):
    def take(count):
        nonlocal at
        if at + count > len(stored):
            raise Refused("truncated zstd stream")
        part = stored[at : at + count]
        at += count
        return int.from_bytes(part, "little")

    start = at
    magic = take(4) if at + 4 <= len(stored) else None
    if magic is None or not _is_zstd_magic(magic):
        raise Refused("%d bytes after the zstd stream" % (len(stored) - start))
    if magic != ZSTD_MAGIC:
        take(take(4))
        return at
    descriptor = take(1)
    single = descriptor >> 5 & 1
    if descriptor & 8:
        raise Refused("damaged zstd frame: reserved bit")
    if not single:
        take(1)
    take((0, 1, 2, 4)[descriptor & 3])
    take((single, 2, 4, 8)[descriptor >> 6])
    last = False
    while not last:
        header = take(3)
        last, kind, size = header & 1, header >> 1 & 3, header >> 3
        if kind == 3:
            raise Refused("damaged zstd frame: reserved block type")
        take(1 if kind == 1 else size)
    if descriptor >> 2 & 1:
        take(4)
    return at


# ---------------------------------------------------------------------- JSON


def parse(text):
    """Parses JSON text (bytes, one BOM allowed); gives (value, list of Repeated)."""
    skip = len(BOM) if text.startswith(BOM) else 0
    try:
        decoded = text[skip:].decode("utf-8")
    except UnicodeDecodeError as err:
        raise Refused("invalid UTF-8: %s" % err.reason, offset=skip + err.start) from None
    try:
        return parse_text(decoded)
    except json.JSONDecodeError as err:
        before = decoded[: err.pos].encode("utf-8", "surrogatepass")
        raise Refused("not JSON: %s" % err.msg, offset=skip + len(before)) from None
    except RecursionError:
        raise Refused("nested deeper than this parser goes") from None


def parse_text(text):
    """The same for text that is decoded already; lets json's own exceptions through."""
    repeats = []

    def as_object(pairs):
        value = dict(pairs)
        if len(value) != len(pairs):
            value = Repeated(pairs)
            repeats.append(value)
        return value

    value = json.loads(text, object_pairs_hook=as_object, parse_int=Number, parse_float=Number, parse_constant=Number)
    return value, repeats


def meaning(text):
    """What a stored value means: (True, JSON value) or, where it is no JSON (A8), (False, text)."""
    try:
        return True, parse_text(text)[0]
    except (json.JSONDecodeError, RecursionError):
        return False, text


def to_json(value):
    """JSON text of a parsed value: numbers as they stood, ASCII only, members in their order."""
    if isinstance(value, Number):
        return value.text
    if isinstance(value, Repeated):
        return "{%s}" % ", ".join("%s: %s" % (json.dumps(k), to_json(v)) for k, v in value.pairs)
    if isinstance(value, dict):
        return "{%s}" % ", ".join("%s: %s" % (json.dumps(k), to_json(v)) for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return "[%s]" % ", ".join(map(to_json, value))
    return json.dumps(value)


def printable(text):
    """One line of ASCII, whatever the text holds."""
    return json.dumps(text)[1:-1].replace('\\"', '"')


# -------------------------------------------------------------------- shapes


def load(path, allow_repeats=False):
    """Reads a dump from a file ("-" is standard input). Raises Refused, OSError."""
    if path == "-":
        stored = sys.stdin.buffer.read()
    else:
        with open(path, "rb") as file:
            stored = file.read()
    return read(stored, allow_repeats)


def read(stored, allow_repeats=False):
    """Reads a dump from the bytes of a file."""
    text, encoding = decompress(stored)
    notes = ["byte order mark"] if text.startswith(BOM) else []
    document, repeats = parse(text)
    found = _located(document, repeats, ())
    if found and not allow_repeats:
        raise Refused("duplicate key %s" % json.dumps(found[0][1]), found[0][0])
    if not isinstance(document, dict):
        raise Refused("top level is not an object")
    members = {k: v for k, v in document.items() if k not in ("cassandra", "zookeeper")}
    if "cassandra" not in document:
        raise Refused("no member cassandra")
    keyspaces = _keyspaces(document["cassandra"])
    if "zookeeper" not in document:
        notes.append("warning: no member zookeeper")
    nodes = _nodes(document.get("zookeeper"), notes, found if allow_repeats else None)
    return Dump(keyspaces, nodes, members, found, notes, encoding, len(stored), text)


def _located(value, repeats, path):
    """(path, key) for every repeated key below value; the walk is made only when there is one."""
    if not repeats:
        return []
    found = []
    stack = [(value, path)]
    while stack:
        here, at = stack.pop()
        if isinstance(here, dict):
            if isinstance(here, Repeated):
                found += [("/".join(at + (key,)), key) for key in here.repeated_keys()]
            pairs = here.pairs if isinstance(here, Repeated) else here.items()
            # "cassandra" is no part of a path: a path begins with the keyspace.
            stack += [(v, () if at == () and k == "cassandra" else at + (k,)) for k, v in pairs]
        elif isinstance(here, list):
            stack += [(v, at[:-1] + ("%s[%d]" % (at[-1] if at else "", i),)) for i, v in enumerate(here)]
    return sorted(set(found))


def _object(value, what, path):
    if not isinstance(value, dict):
        raise Refused("%s is not an object" % what, path or None)
    return value


def _keyspaces(cassandra):
    _object(cassandra, "cassandra", "")
    if set(cassandra) == {UUID_TABLE, NAME_TABLE}:  # A2
        cassandra = {OBJECT_KEYSPACE: cassandra}
    keyspaces = {}
    for keyspace, tables in cassandra.items():
        at = keyspace
        keyspaces[keyspace] = {}
        for table, rows in _object(tables, "keyspace", at).items():
            at = keyspace + "/" + table
            keyspaces[keyspace][table] = {}
            for key, columns in _object(rows, "table", at).items():
                at_row = at + "/" + key
                _object(columns, "row", at_row)
                keyspaces[keyspace][table][key] = {name: _cell(cell, at_row, name) for name, cell in columns.items()}
    return keyspaces


def _cell(cell, row, name):
    if isinstance(cell, str):
        return Cell(cell)
    if not isinstance(cell, list) or len(cell) < 2:
        raise Refused("cell is neither [value, timestamp] nor a string", row + "/" + name)
    if not isinstance(cell[1], Number) or not cell[1].is_finite():
        raise Refused("timestamp is not a number", row + "/" + name)
    return Cell(cell[0], cell[1], cell[2:])


def _nodes(value, notes, repeats):
    if value is None:  # A10, or absent
        return []
    if isinstance(value, str):
        if value == "":
            return []
        try:
            value, twice = parse_text(value)
        except json.JSONDecodeError as err:
            raise Refused("text is not JSON: %s at character %d of it" % (err.msg, err.pos), "zookeeper") from None
        except RecursionError:
            raise Refused("nested deeper than this parser goes", "zookeeper") from None
        found = _located(value, twice, ("zookeeper",))
        if found and repeats is None:
            raise Refused("duplicate key %s" % json.dumps(found[0][1]), found[0][0])
        if found:
            repeats += found
        if not isinstance(value, (list, dict)):
            raise Refused("text is no list of nodes", "zookeeper")
    elif isinstance(value, list):
        notes.append("warning: zookeeper is a bare list")
    elif not isinstance(value, dict):
        raise Refused("neither text nor null nor an object", "zookeeper")
    if isinstance(value, dict):  # A10 or A12
        nodes = []
        _nested_nodes(value, "", nodes)
        return nodes
    return [_node(element, i) for i, element in enumerate(value)]


def _node(element, i):
    at = "zookeeper[%d]" % i
    if not isinstance(element, list) or len(element) != 2:
        raise Refused("element is not [path, [data, stat]]", at)
    if not isinstance(element[0], str):
        raise Refused("path is not a string", at)
    return Node(element[0], *_data_and_stat(element[1], at))


def _nested_nodes(children, prefix, nodes):
    for name, child in children.items():
        path = prefix + name if name.endswith("/") else prefix + name + "/"
        if isinstance(child, dict):
            _nested_nodes(child, path, nodes)
        else:
            nodes.append(Node(path, *_data_and_stat(child, "zookeeper[%s]" % path)))


def _data_and_stat(pair, at):
    if not isinstance(pair, list) or len(pair) != 2:
        raise Refused("node is not [data, stat]", at)
    data, stat = pair
    if data is not None and not isinstance(data, str):
        raise Refused("data is neither a string nor null", at)
    if not isinstance(stat, list) or not all(isinstance(n, Number) and n.is_finite() for n in stat):
        raise Refused("stat is not a list of numbers", at)
    if len(stat) == 1:  # A11
        return data, stat
    if len(stat) != 11 or not all(n.is_integer() for n in stat):
        raise Refused("stat is not 11 integers", at)
    return data, stat
