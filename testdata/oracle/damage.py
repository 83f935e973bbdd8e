#!/usr/bin/env python3
"""Writes damaged dumps: damage.py OUTDIR

Each file is a small valid dump (BASE below) with one thing wrong with it. All of
them must be refused. OUTDIR is made where it is missing; index.json in it lists

    {"file", "category", "description", "offset", "path"}

category  truncation, types, keys, encodings, containers, zookeeper, syntax
offset    byte offset in the decompressed text where the damage begins (for a
          truncation the length of what is left; for a repeated key its second
          opening quote), null where that has no meaning. A reader may as well
          name the beginning of the token in which it stands, or its end
path      where in the dump: keyspace/table/row/column as far as it is known, or
          zookeeper, zookeeper[N] (N counts from 0); null where it has no meaning

zookeeper holds damage inside of the text, its offsets point into the outer text.
The same call writes the same bytes (those of .zst files depend on the zstd program).
"""

import dataclasses
import gzip
import io
import json
import os
import subprocess
import sys
import zlib

DOMAIN = "1b6c0d6e-0d52-4a3c-9d8e-7f0a4f3f0a01"
PROJECT = "2c7d1e7f-1e63-4b4d-8e9f-80115e401b02"
NETWORK = "3d8e2f80-2f74-4c5e-9fa0-91226f512c03"
SUBNET = "4e9f3091-3085-4d6f-80b1-a2337f623d04"
UUIDS = "config_db_uuid/obj_uuid_table"


def cell(value, stamp):
    return [value, 1600000000000000 + stamp]


def base():
    """The dump that is damaged: two keyspaces, three objects, four nodes."""
    stat = [5, 5, 1600000000000, 1600000000000, 0, 0, 0, 0, 36, 0, 5]
    domain, project = ["default-domain"], ["default-domain", "caf\u00e9"]
    network = [*project, "net \U0001f600"]

    def row(type_, fq_name, stamp, **links):
        cells = {"fq_name": json.dumps(fq_name), "prop:display_name": json.dumps(fq_name[-1])}
        cells.update({name.replace("__", ":"): "null" for name in links})
        cells["type"] = json.dumps(type_)
        return {name: cell(text, stamp + i) for i, (name, text) in enumerate(cells.items())}

    rows = {
        DOMAIN: row("domain", domain, 10),
        PROJECT: row("project", project, 20),
        NETWORK: row("virtual_network", network, 30),
    }
    rows[DOMAIN]["children:project:" + PROJECT] = cell("null", 14)
    rows[PROJECT]["parent:domain:" + DOMAIN] = cell("null", 24)
    names = {"domain": (domain, DOMAIN), "project": (project, PROJECT), "virtual_network": (network, NETWORK)}
    nodes = [["/fq-name-to-uuid/%s:%s/" % (t, ":".join(n)), [u, stat]] for t, (n, u) in names.items()]
    nodes.append(["/id/virtual-networks/0000000004/", [":".join(network), stat]])
    cassandra = {
        "config_db_uuid": {
            "obj_uuid_table": rows,
            "obj_fq_name_table": {t: {":".join(n) + ":" + u: cell("null", 40)} for t, (n, u) in names.items()},
        },
        "useragent": {"useragent_keyval_table": {SUBNET: {"value": cell(NETWORK + " 10.1.0.0/24", 50)}}},
    }
    return cassandra, nodes


CASSANDRA, NODES = base()
INNER = json.dumps(NODES)
HEAD = '{"cassandra": %s, "zookeeper": ' % json.dumps(CASSANDRA)
BASE = (HEAD + json.dumps(INNER) + "}").encode()
NAME_CELL = UUIDS + "/" + PROJECT + "/prop:display_name"


@dataclasses.dataclass
class Damaged:
    file: str
    category: str
    description: str
    offset: object
    path: object
    data: bytes


class Collection:
    def __init__(self):
        self.all = []

    def add(self, category, name, description, data, offset=None, path=None, suffix=".json"):
        self.all.append(Damaged("%s-%s%s" % (category, name, suffix), category, description, offset, path, data))

    def replace(self, category, name, description, old, new, path=None, shift=0, after=""):
        """Replaces the first occurrence of old after the text `after`; the damage begins shift bytes into new."""
        old, new, after = (part if isinstance(part, bytes) else part.encode() for part in (old, new, after))
        at = BASE.index(old, BASE.index(after))
        self.add(category, name, description, BASE[:at] + new + BASE[at + len(old) :], at + shift, path)

    def cut(self, name, description, marker, shift, path=None, after=""):
        """Keeps the text up to shift bytes into the first occurrence of marker."""
        at = BASE.index(marker.encode(), BASE.index(after.encode())) + shift
        self.add("truncation", name, description, BASE[:at], at, path)


def truncations(out):
    project = '"%s": {' % PROJECT
    name = '"prop:display_name": ["'
    row, table = UUIDS + "/" + PROJECT, UUIDS
    out.cut("brace", "nothing but the opening brace", "{", 1)
    out.cut("member-name", "inside the name of the first member", '"cassandra"', 5)
    out.cut("member-colon", "after the first member's colon", '"cassandra":', 12)
    out.cut("keyspace-name", "inside a keyspace name", '"config_db_uuid"', 8)
    out.cut("keyspace-open", "after the opening brace of a keyspace", '"config_db_uuid": {', 19, "config_db_uuid")
    out.cut("table-name", "inside a table name", '"obj_uuid_table"', 6, "config_db_uuid")
    out.cut("table-open", "after the opening brace of a table", '"obj_uuid_table": {', 19, table)
    out.cut("row-key", "inside a row key", project, 20, table)
    out.cut("row-colon", "after a row key", project, 38, row)
    out.cut("row-open", "after the opening brace of a row", project, 41, row)
    out.cut("column-name", "inside a column name", name, 9, row, project)
    out.cut("column-colon", "after a column's colon", name, 20, NAME_CELL, project)
    out.cut("value", "inside a value", name, 26, NAME_CELL, project)
    out.cut("value-backslash", "after a backslash", '\\\\u00e9\\"', 1, row + "/fq_name", project)
    out.cut("value-end", "after a value's closing quote", '\\"", ', 3, NAME_CELL, project)
    out.cut("timestamp", "inside a timestamp", "1600000000000021", 9, NAME_CELL)
    out.cut("cell-end", "after a cell", "1600000000000021]", 17, NAME_CELL)
    out.cut("between-rows", "after the comma between two rows", "}, " + project[:-3], 2, table)
    out.cut("before-zookeeper", "after the comma before zookeeper", ', "zookeeper"', 2)
    out.cut("zookeeper-colon", "after zookeeper's colon", '"zookeeper": ', 13)
    out.cut("zookeeper-text", "in the middle of the ZooKeeper text", "/fq-name-to-uuid/project", 12, "zookeeper")
    out.cut(
        "zookeeper-escape",
        "between the two backslashes of an escape in the ZooKeeper text",
        "\\\\u00e9",
        1,
        "zookeeper",
        '"zookeeper"',
    )
    out.add("truncation", "last-quote", "the ZooKeeper text is not closed", BASE[:-2], len(BASE) - 2, "zookeeper")
    out.add("truncation", "last-brace", "only the last brace is missing", BASE[:-1], len(BASE) - 1)
    out.add("truncation", "white-space", "white space only", b" \n\t\r\n", 5)
    out.add("truncation", "bom", "a byte order mark only", b"\xef\xbb\xbf", 3)


def types(out):
    def top(name, description, text):
        out.add("types", name, description, text.encode(), 0)

    top("top-list", "top level is a list", "[%s]" % BASE.decode())
    top("top-string", "top level is a string", json.dumps("cassandra"))
    top("top-null", "top level is null", "null")
    top("top-number", "top level is a number", "17")
    zookeeper = json.dumps(INNER)
    out.add("types", "cassandra-absent", "no member cassandra", ('{"zookeeper": %s}' % zookeeper).encode())
    for name, value in (("list", "[]"), ("null", "null"), ("string", '"{}"'), ("number", "1")):
        text = '{"cassandra": %s, "zookeeper": %s}' % (value, zookeeper)
        out.add("types", "cassandra-" + name, "cassandra is %s" % value, text.encode(), 14)
    useragent = json.dumps(CASSANDRA["useragent"])
    table = json.dumps(CASSANDRA["useragent"]["useragent_keyval_table"])
    row = json.dumps(CASSANDRA["useragent"]["useragent_keyval_table"][SUBNET])
    path = "useragent"
    for level, text, more in (
        ("keyspace", useragent, ""),
        ("table", table, "/useragent_keyval_table"),
        ("row", row, "/" + SUBNET),
    ):
        path += more
        for name, value in (("list", "[]"), ("null", "null"), ("string", '"x"'), ("number", "0"), ("true", "true")):
            out.replace("types", "%s-%s" % (level, name), "a %s is %s" % (level, value), text, value, path)
    good = json.dumps(CASSANDRA["useragent"]["useragent_keyval_table"][SUBNET]["value"])
    path += "/value"
    for name, value in (
        ("number", "5"),
        ("null", "null"),
        ("false", "false"),
        ("object", '{"value": "x"}'),
        ("empty", "[]"),
        ("no-timestamp", '["x"]'),
    ):
        out.replace("types", "cell-" + name, "a cell is %s" % value, good, value, path)
    for name, value in (
        ("string", '"1600000000000050"'),
        ("null", "null"),
        ("true", "true"),
        ("list", "[1]"),
        ("object", "{}"),
    ):
        out.replace("types", "timestamp-" + name, "a timestamp is %s" % value, "1600000000000050", value, path)
    for name, value in (("number", "7"), ("true", "true"), ("false", "false")):
        text = (HEAD + value + "}").encode()
        out.add("types", "zookeeper-" + name, "zookeeper is %s" % value, text, len(HEAD), "zookeeper")


def keys(out):
    row = UUIDS + "/" + PROJECT
    name = json.dumps("prop:display_name")
    project = '"%s": {' % PROJECT

    def append(label, description, marker, extra, path):
        """Puts extra, ", " and a member, after the text marker, so that its key is the second one."""
        at = BASE.index(marker.encode()) + len(marker)
        extra = extra.encode()
        out.add("keys", label, description, BASE[:at] + extra + BASE[at:], at + 2, path)

    last = json.dumps(CASSANDRA["config_db_uuid"]["obj_uuid_table"][PROJECT]["parent:domain:" + DOMAIN])
    end_of_row = '"parent:domain:%s": %s' % (DOMAIN, last)
    end_of_table = end_of_row + "}, " + '"%s": ' % NETWORK
    network = json.dumps(CASSANDRA["config_db_uuid"]["obj_uuid_table"][NETWORK])
    append("column", "a column twice", end_of_row, ', %s: ["\\"x\\"", 1]' % name, NAME_CELL)
    append(
        "column-same",
        "a column twice with the same cell",
        end_of_row,
        ", " + end_of_row,
        row + "/parent:domain:" + DOMAIN,
    )
    append(
        "column-escaped",
        'a column twice, once as "prop:displ\\u0061y_name"',
        end_of_row,
        ', "prop:displ\\u0061y_name": ["\\"x\\"", 1]',
        NAME_CELL,
    )
    append(
        "column-upper-hex",
        'a column twice, once with "\\u003A" for the colon',
        end_of_row,
        ', "prop\\u003Adisplay_name": ["\\"x\\"", 1]',
        NAME_CELL,
    )
    append("row", "a row key twice", end_of_table + network, ', "%s": {}' % PROJECT, row)
    append(
        "row-escaped",
        "a row key twice, once with an escaped dash",
        end_of_table + network,
        ', "%s": {}' % PROJECT.replace("-", "\\u002d", 1),
        row,
    )
    tables = json.dumps(CASSANDRA["config_db_uuid"])[:-1]
    append("table", "a table twice", tables, ', "obj_uuid_table": {}', "config_db_uuid/obj_uuid_table")
    append(
        "table-escaped",
        'a table twice, once as "obj\\u005fuuid_table"',
        tables,
        ', "obj\\u005fuuid_table": {}',
        "config_db_uuid/obj_uuid_table",
    )
    append("keyspace", "a keyspace twice", json.dumps(CASSANDRA)[:-1], ', "useragent": {}', "useragent")
    append(
        "keyspace-escaped",
        'a keyspace twice, once as "\\u0075seragent"',
        json.dumps(CASSANDRA)[:-1],
        ', "\\u0075seragent": {}',
        "useragent",
    )
    append("cassandra", "the member cassandra twice", BASE.decode()[:-1], ', "cassandra": {}', None)
    append("zookeeper", "the member zookeeper twice", BASE.decode()[:-1], ', "zookeeper": "[]"', None)
    append(
        "zookeeper-escaped",
        'the member zookeeper twice, once as "zoo\\u006beeper"',
        BASE.decode()[:-1],
        ', "zoo\\u006beeper": "[]"',
        None,
    )
    extra = ', "remarks": 1, "remarks": 2'
    at = len(BASE) - 1
    out.add(
        "keys", "unknown-member", "an unknown member twice", BASE[:at] + extra.encode() + BASE[at:], at + 16, "remarks"
    )
    extra = ', "remarks": {"a": [{"b": 1, "b": 1}]}'
    out.add(
        "keys",
        "inside-unknown",
        "a key twice inside an unknown member",
        BASE[:at] + extra.encode() + BASE[at:],
        at + extra.rindex('"b"'),
        None,
    )
    emoji = json.dumps("default-domain:caf\u00e9:net \U0001f600:" + NETWORK)
    plain = emoji.replace("\\ud83d\\ude00", "\U0001f600")
    index_end = emoji + ': ["null", 1600000000000040]'
    append(
        "surrogate-pair",
        "a column twice, once with an escaped pair, once as UTF-8",
        index_end,
        ', %s: ["null", 1]' % plain,
        "config_db_uuid/obj_fq_name_table/virtual_network/" + json.loads(emoji),
    )
    slash = ', "a/b": ["x", 1], "a\\/b": ["y", 2]'
    at = BASE.index(end_of_row.encode()) + len(end_of_row)
    out.add(
        "keys",
        "escaped-slash",
        'two columns "a/b" and "a\\/b"',
        BASE[:at] + slash.encode() + BASE[at:],
        at + slash.index('"a\\/b"'),
        row + "/a/b",
    )
    empty = ', "": ["x", 1], "": ["y", 2]'
    out.add(
        "keys",
        "empty-name",
        "two columns with an empty name",
        BASE[:at] + empty.encode() + BASE[at:],
        at + empty.rindex('""'),
        row + "/",
    )
    value = ', "prop:x": [{"a": 1, "a": 2}, 3]'
    out.add(
        "keys",
        "inside-value",
        "a key twice inside a value that is an object",
        BASE[:at] + value.encode() + BASE[at:],
        at + value.rindex('"a"'),
        row + "/prop:x",
    )
    rest = ', "prop:x": ["null", 3, {"a": 1, "a": 2}]'
    out.add(
        "keys",
        "inside-rest",
        "a key twice behind the timestamp",
        BASE[:at] + rest.encode() + BASE[at:],
        at + rest.rindex('"a"'),
        row + "/prop:x",
    )
    lone = ', "x\\ud800": ["null", 3], "x\\uD800": ["null", 3]'
    out.add(
        "keys",
        "lone-surrogate",
        "two columns with the same lone surrogate",
        BASE[:at] + lone.encode() + BASE[at:],
        at + lone.rindex('"x'),
        row,
    )
    for label, key in (
        ("number", "1"),
        ("null", "null"),
        ("list", "[]"),
        ("bare", "prop"),
        ("single-quotes", "'prop'"),
    ):
        out.replace("keys", label, "a key is %s" % key, name, key, row, after=project)
    out.replace("keys", "no-colon", "no colon after a key", name + ":", name, NAME_CELL, len(name) + 1, after=project)
    out.replace(
        "keys", "two-colons", "two colons after a key", name + ":", name + "::", NAME_CELL, len(name) + 1, after=project
    )
    out.replace("keys", "no-key", "a colon without a key", name, "", row, after=project)
    out.replace(
        "keys",
        "no-value",
        "a key without a value",
        end_of_row,
        end_of_row.partition(": ")[0],
        row + "/parent:domain:" + DOMAIN,
        len(end_of_row.partition(": ")[0]),
    )


def encodings(out):
    quoted = json.dumps(json.dumps("caf\u00e9"))  # the project's display name
    cell_at = '"prop:display_name": [' + quoted
    head = cell_at[: -len(quoted)] + '"\\"caf'
    key = '"prop:display'

    def value(name, description, bad, shift=0):
        out.replace(
            "encodings",
            name,
            description,
            cell_at,
            head.encode() + bad + b'\\""',
            NAME_CELL,
            len(head) + shift,
            '"%s": {' % PROJECT,
        )

    value("ff", "a byte FF in a value", b"\xff")
    value("latin-1", "a value in Latin-1", "\u00e9".encode("latin-1"))
    value("continuation", "a lone continuation byte", b"\x80")
    value("cut-sequence", "a two-byte sequence without its second byte", b"\xc3")
    value("cut-four-bytes", "a four-byte sequence without its last byte", b"\xf0\x9f\x98")
    value("overlong-slash", "a slash in two bytes", b"\xc0\xaf")
    value("overlong-three", "a slash in three bytes", b"\xe0\x80\xaf")
    value("overlong-four", "a slash in four bytes", b"\xf0\x80\x80\xaf")
    value("overlong-nul", "NUL in two bytes", b"\xc0\x80")
    value("surrogate", "an encoded surrogate", b"\xed\xa0\x80")
    value("surrogate-pair", "an encoded pair of surrogates", b"\xed\xa0\xbd\xed\xb8\x80")
    value("too-high", "a code point above U+10FFFF", b"\xf4\x90\x80\x80")
    value("f5", "a byte that begins nothing", b"\xf5\x80\x80\x80")
    value("newline", "a raw line feed in a value", b"\n")
    value("tab", "a raw tab in a value", b"\t")
    value("nul", "a raw NUL in a value", b"\x00")
    value("unit-separator", "a raw 1F in a value", b"\x1f")
    value("escape-x", "an escape \\x41", b"\\x41")
    value("escape-quote", "an escape \\'", b"\\'")
    value("escape-big-u", "an escape \\U0001F600", b"\\U0001F600")
    value("escape-nul", "an escape \\0", b"\\0")
    value("escape-not-hex", "an escape \\u12G4", b"\\u12G4")
    value("escape-short", "an escape \\u12 before the end of the text", b"\\u12")
    value("escape-sign", "an escape \\u+123", b"\\u+123")
    value("escape-blank", "an escape of a blank", b"\\ ")
    for name, bad in (("key-ff", b"\xff"), ("key-tab", b"\t"), ("key-surrogate", b"\xed\xbf\xbf")):
        out.replace(
            "encodings",
            name,
            "%s in a column name" % bad.hex(),
            key,
            key.encode() + bad,
            UUIDS + "/" + PROJECT,
            len(key),
            '"%s": {' % PROJECT,
        )
    out.replace("encodings", "keyspace-ff", "a byte FF in a keyspace name", "useragent", b"user\xffagent", None, 4)
    out.replace(
        "encodings",
        "row-key-overlong",
        "an overlong dash in a row key",
        SUBNET,
        SUBNET[:8].encode() + b"\xc0\xad" + SUBNET[9:].encode(),
        "useragent/useragent_keyval_table",
        8,
    )
    out.replace(
        "encodings",
        "zookeeper-ff",
        "a byte FF in the ZooKeeper text",
        "/fq-name-to-uuid/project",
        b"/fq-name-to-uuid/\xffproject",
        "zookeeper",
        17,
    )
    out.replace(
        "encodings",
        "zookeeper-newline",
        "a raw line feed in the ZooKeeper text",
        "/fq-name-to-uuid/project",
        "/fq-name-to-uuid/\nproject",
        "zookeeper",
        17,
    )
    out.replace(
        "encodings",
        "zookeeper-escape",
        "an escape \\q in the ZooKeeper text",
        "/fq-name-to-uuid/project",
        "/fq-name-to-uuid/\\qproject",
        "zookeeper",
        17,
    )
    out.replace(
        "encodings",
        "between-tokens-ff",
        "a byte FF between two members",
        ', "zookeeper"',
        b', \xff"zookeeper"',
        None,
        2,
    )
    out.replace(
        "encodings",
        "between-tokens-nbsp",
        "a no-break space between two members",
        ', "zookeeper"',
        ',\u00a0"zookeeper"',
        None,
        1,
    )
    out.replace(
        "encodings", "between-tokens-nul", "a NUL between two members", ', "zookeeper"', ',\x00"zookeeper"', None, 1
    )
    out.replace(
        "encodings",
        "between-tokens-bom",
        "a byte order mark between two members",
        ', "zookeeper"',
        ',\ufeff"zookeeper"',
        None,
        1,
    )
    out.add("encodings", "two-boms", "two byte order marks", b"\xef\xbb\xbf" * 2 + BASE, 3)
    text = BASE.decode()
    out.add("encodings", "utf-16-le", "UTF-16, little endian, with a mark", b"\xff\xfe" + text.encode("utf-16-le"), 0)
    out.add("encodings", "utf-16-be", "UTF-16, big endian, with a mark", b"\xfe\xff" + text.encode("utf-16-be"), 0)
    out.add("encodings", "utf-16-bare", "UTF-16, little endian, without a mark", text.encode("utf-16-le"), 1)
    out.add(
        "encodings",
        "utf-32-le",
        "UTF-32, little endian, with a mark",
        b"\xff\xfe\x00\x00" + text.encode("utf-32-le"),
        0,
    )


def gzipped(data):
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="") as file:
        file.write(data)
    return buffer.getvalue()


def zstandard(data):
    return subprocess.run(["zstd", "-cq", "--check"], input=data, capture_output=True, check=True).stdout


def flipped(data, at, bits=0x01):
    at %= len(data)
    return data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :]


def containers(out):
    gz, zst = gzipped(BASE), zstandard(BASE)
    two_gz = gzipped(BASE[:500]) + gzipped(BASE[500:])
    two_zst = zstandard(BASE[:500]) + zstandard(BASE[500:])

    def gz_file(name, description, data):
        out.add("containers", name, description, data, suffix=".json.gz")

    def zst_file(name, description, data):
        out.add("containers", name, description, data, suffix=".json.zst")

    out.add("containers", "empty", "a file of no bytes", b"", 0)
    gz_file("gzip-empty-text", "a good gzip stream of nothing", gzipped(b""))
    gz_file("gzip-magic-only", "nothing but the magic bytes", gz[:2])
    gz_file("gzip-header-only", "nothing but the header", gz[:10])
    gz_file("gzip-half", "cut in the middle", gz[: len(gz) // 2])
    gz_file("gzip-no-trailer", "cut before the checksum", gz[:-8])
    gz_file("gzip-cut-trailer", "cut inside of the length", gz[:-3])
    gz_file("gzip-last-byte", "the last byte is missing", gz[:-1])
    gz_file("gzip-crc", "checksum wrong by one bit", flipped(gz, -8))
    gz_file("gzip-length", "length wrong by one bit", flipped(gz, -1, 0x80))
    gz_file("gzip-method", "compression method 7", gz[:2] + b"\x07" + gz[3:])
    gz_file("gzip-flags", "reserved flags set", gz[:3] + b"\xe0" + gz[4:])
    gz_file("gzip-header-crc", "a wrong checksum of the header", gz[:3] + b"\x02" + gz[4:10] + b"\x00\x00" + gz[10:])
    gz_file(
        "gzip-open-name", "a file name in the header that does not end", gz[:3] + b"\x08" + gz[4:10] + b"db-dump.json"
    )
    gz_file("gzip-block-type", "a deflate block of the reserved type", gz[:10] + bytes([gz[10] | 0x06]) + gz[11:])
    gz_file("gzip-bit", "one bit wrong in the data", flipped(gz, len(gz) // 2))
    gz_file("gzip-garbage", "text after the stream", gz + b"garbage")
    gz_file("gzip-zeros", "zero bytes after the stream", gz + bytes(16))
    gz_file("gzip-magic-garbage", "a second magic number after the stream", gz + b"\x1f\x8b")
    gz_file("gzip-second-half", "a second member that is cut", two_gz[:-20])
    gz_file("gzip-second-crc", "a second member with a wrong checksum", flipped(two_gz, -8))
    gz_file("gzip-text-cut", "a good stream of a text that is cut", gzipped(BASE[:-1]))
    gz_file("gzip-text-twice", "two members with the whole text each", gz + gz)
    gz_file("gzip-wrong-magic", "second magic byte wrong", b"\x1f\x8a" + gz[2:])
    gz_file("gzip-raw-deflate", "a zlib stream instead of gzip", zlib.compress(BASE))
    zst_file("zstd-empty-text", "a good frame of nothing", zstandard(b""))
    zst_file("zstd-magic-only", "nothing but the magic bytes", zst[:4])
    zst_file("zstd-header-only", "nothing but a frame header", zst[:6])
    zst_file("zstd-half", "cut in the middle", zst[: len(zst) // 2])
    zst_file("zstd-no-checksum", "cut before the checksum", zst[:-4])
    zst_file("zstd-last-byte", "the last byte is missing", zst[:-1])
    zst_file("zstd-checksum", "checksum wrong by one bit", flipped(zst, -1))
    zst_file("zstd-bit", "one bit wrong in the data", flipped(zst, len(zst) // 2))
    zst_file("zstd-reserved-bit", "the reserved bit of the frame header", flipped(zst, 4, 0x08))
    zst_file("zstd-garbage", "text after the frame", zst + b"garbage")
    zst_file("zstd-short-garbage", "two bytes after the frame", zst + b"\x28\xb5")
    zst_file("zstd-zeros", "zero bytes after the frame", zst + bytes(16))
    zst_file("zstd-gzip", "a gzip stream after the frame", zstandard(BASE[:500]) + gzipped(BASE[500:]))
    zst_file("zstd-second-half", "a second frame that is cut", two_zst[:-20])
    zst_file("zstd-second-checksum", "a second frame with a wrong checksum", flipped(two_zst, -1))
    zst_file(
        "zstd-skippable-cut",
        "a skippable frame that is shorter than it says",
        zst + b"\x50\x2a\x4d\x18\x10\x00\x00\x00abc",
    )
    zst_file("zstd-skippable-only", "nothing but a skippable frame", b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd")
    zst_file("zstd-wrong-magic", "third magic byte wrong", flipped(zst, 2))
    zst_file("zstd-text-cut", "a good frame of a text that is cut", zstandard(BASE[:-1]))
    zst_file("zstd-text-twice", "two frames with the whole text each", zst + zst)


def zookeeper(out):
    def inner(name, description, text, at, path="zookeeper"):
        """at counts characters of the inner text."""
        data = (HEAD + json.dumps(text) + "}").encode()
        offset = None if at is None else len(HEAD) + len(json.dumps(text[:at])) - 1
        out.add("zookeeper", name, description, data, offset, path)

    def replace(name, description, old, new, shift, path):
        at = INNER.index(old)
        inner(name, description, INNER[:at] + new + INNER[at + len(old) :], at + shift, path)

    def element(name, description, value, i=1):
        """Replaces one element by another value."""
        nodes = [json.dumps(node) for node in NODES]
        nodes[i] = value
        text = "[" + ", ".join(nodes) + "]"
        inner(name, description, text, len("[" + ", ".join(nodes[:i])) + 2, "zookeeper[%d]" % i)

    path, (data, stat) = NODES[1]
    path, data, numbers = json.dumps(path), json.dumps(data), json.dumps(stat)
    inner("cut-end", "the closing bracket is missing", INNER[:-1], len(INNER) - 1)
    inner(
        "cut-half",
        "cut inside of a path",
        INNER[: INNER.index("project:") + 3],
        INNER.index("project:") + 3,
        "zookeeper[1]",
    )
    inner(
        "cut-stat",
        "cut inside of a stat",
        INNER[: INNER.index("1600000000000", 300) + 4],
        INNER.index("1600000000000", 300) + 4,
    )
    inner("open", "nothing but an opening bracket", "[", 1)
    inner("blank", "white space only", "  ", 2)
    inner("trailing", "text after the list", INNER + " x", len(INNER) + 1)
    inner("trailing-list", "a second list", INNER + "[]", len(INNER))
    inner("trailing-comma", "a comma before the closing bracket", INNER[:-1] + ",]", None)
    inner("number", "the text is a number", "17", 0)
    inner("string", "the text is a string", json.dumps(INNER), 0)
    inner("true", "the text is true", "true", 0)
    inner("words", "the text is no JSON", "none", 0)
    inner(
        "bad-escape",
        "an escape \\x in a path",
        INNER.replace("caf\\u00e9", "caf\\xe9", 1),
        INNER.index("caf\\u00e9") + 3,
        "zookeeper[1]",
    )
    inner(
        "bad-hex",
        "an escape \\u00g9 in a path",
        INNER.replace("caf\\u00e9", "caf\\u00g9", 1),
        INNER.index("caf\\u00e9") + 3,
        "zookeeper[1]",
    )
    inner(
        "control",
        "an escaped line feed that becomes a raw one",
        INNER.replace("caf\\u00e9", "caf\n", 1),
        INNER.index("caf\\u00e9") + 3,
        "zookeeper[1]",
    )
    inner("bare-word", "a word without quotes", INNER.replace(data, "project", 1), INNER.index(data), "zookeeper[1]")
    element("element-null", "an element is null", "null")
    element("element-object", "an element is an object", '{"path": %s}' % path)
    element("element-string", "an element is a string", path)
    element("element-empty", "an element is an empty list", "[]")
    element("element-one", "an element without node", "[%s]" % path)
    element("element-three", "an element of three", "[%s, [%s, %s], 1]" % (path, data, numbers))
    element("path-number", "a path is a number", "[5, [%s, %s]]" % (data, numbers))
    element("path-null", "a path is null", "[null, [%s, %s]]" % (data, numbers))
    element("path-list", "a path is a list", "[[%s], [%s, %s]]" % (path, data, numbers))
    element("node-string", "a node is a string", "[%s, %s]" % (path, data))
    element("node-one", "a node without stat", "[%s, [%s]]" % (path, data))
    element("node-three", "a node of three", "[%s, [%s, %s, 0]]" % (path, data, numbers))
    element("node-turned", "stat before data", "[%s, [%s, %s]]" % (path, numbers, data))
    element("data-number", "data is a number", "[%s, [36, %s]]" % (path, numbers))
    element("data-object", "data is an object", "[%s, [{}, %s]]" % (path, numbers))
    element("data-true", "data is true", "[%s, [true, %s]]" % (path, numbers))
    for name, value in (
        ("null", "null"),
        ("object", '{"czxid": 5}'),
        ("empty", "[]"),
        ("ten", json.dumps(stat[:10])),
        ("twelve", json.dumps(stat + [0])),
        ("two", "[5, 5]"),
        ("strings", json.dumps([str(n) for n in stat])),
        ("one-string", '["1600000000000"]'),
        ("float", json.dumps([5.0] + stat[1:])),
        ("null-inside", json.dumps([None] + stat[1:])),
        ("nested", "[%s]" % numbers),
    ):
        element("stat-" + name, "stat is %s" % value, "[%s, [%s, %s]]" % (path, data, value))
    nested = '{"/": {"id": {"a": [%s, %s], "a": [%s, %s]}}}' % (data, numbers, data, numbers)
    inner("repeated-key", "nested form with a key twice", nested, nested.rindex('"a"'))
    nested = nested.replace('"a"', '"\\u0061"', 1)
    inner("repeated-key-escaped", 'nested form with the keys "a" and "\\u0061"', nested, nested.rindex('"a"'))
    nested = '{"/": {"id": {"a": [%s, %s]}}, "/": {}}' % (data, numbers)
    inner("repeated-root", "nested form with two roots of one name", nested, nested.rindex('"/"'))
    nested = '{"/": {"id": {"a": %s}}}' % data
    inner("nested-leaf", "nested form with a leaf that is a string", nested, nested.index(data))
    element(
        "repeated-in-element", "an object with a key twice in the place of the node", '[%s, {"a": 1, "a": 2}]' % path
    )
    replace("no-comma", "no comma between two elements", "]], [", "]] [", 3, "zookeeper")


def syntax(out):
    cell_text = '"value": [' + json.dumps(NETWORK + " 10.1.0.0/24")
    path = "useragent/useragent_keyval_table/%s/value" % SUBNET
    stamp = "1600000000000050"

    def number(name, text, shift):
        out.replace("syntax", name, "a timestamp is %s" % text, stamp, text, path, shift)

    number("leading-zero", "01600000000000050", 1)
    number("plus", "+1600000000000050", 0)
    number("hex", "0x5AF3107A4000", 1)
    number("no-fraction", "1600000000000050.", len(stamp))
    number("no-exponent", "1600000000000050e", len(stamp))
    number("minus", "-", 0)
    number("point", ".5", 0)
    number("underscore", "1_600000000000050", 1)
    out.replace(
        "syntax", "no-comma-in-cell", "no comma inside of a cell", cell_text + ",", cell_text, path, len(cell_text) + 1
    )
    out.replace(
        "syntax", "trailing-comma-in-cell", "a comma before a cell's end", stamp + "]", stamp + ",]", path, len(stamp)
    )
    out.replace("syntax", "wrong-bracket", "a cell closed by a brace", stamp + "]", stamp + "}", path, len(stamp))
    out.replace("syntax", "comment", "a comment", stamp, "/* now */ " + stamp, path)
    out.replace("syntax", "capital-true", "a value is True", json.dumps(NETWORK + " 10.1.0.0/24"), "True", path)
    out.replace("syntax", "trailing-comma", "a comma before the last brace", BASE[-3:], BASE[-3:-1] + b",}", None, 2)
    for name, text in (("brace", "}"), ("text", "garbage"), ("document", BASE.decode()), ("nul", "\0"), ("comma", ",")):
        out.add("syntax", "after-" + name, "after the document: %s" % name, BASE + text.encode(), len(BASE))
    out.add("syntax", "after-newline", "a word on the line after the document", BASE + b"\nend", len(BASE) + 1)
    out.add("syntax", "words", "no JSON at all", b"cassandra and zookeeper\n", 0)


def collect():
    out = Collection()
    for fill in (truncations, types, keys, encodings, containers, zookeeper, syntax):
        fill(out)
    return out.all


def main(args):
    if len(args) != 1:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    os.makedirs(args[0], exist_ok=True)
    index = []
    for damaged in collect():
        with open(os.path.join(args[0], damaged.file), "wb") as file:
            file.write(damaged.data)
        entry = dataclasses.asdict(damaged)
        del entry["data"]
        index.append(entry)
    with open(os.path.join(args[0], "index.json"), "w", encoding="ascii") as file:
        json.dump(index, file, indent=1)
        file.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
