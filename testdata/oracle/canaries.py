"""Does anything survive `dumptool redact`?

    canaries.py [--dumptool PROGRAM] [--part NAME] [--keep FOLDER]

Plants marked texts (sightings.py) in dumps, redacts them with both profiles and
looks for the marks in the result, however they are encoded there:

places      in each place of sensitive.json: a secret that only its place gives
            away, a secret that its looks give away, something that identifies,
            in the reference and in the one that leads back; also in rows
            without a type, in values that are JSON in JSON and lists where the
            model has one, as numbers
containers  secrets that their looks give away, in every sort of cell, name, node
            and member, in every nesting and encoding
elsewhere   secrets from their places, and names of objects, once more in all of
            these containers and encodings, in other cases too
check       whether `redact --check` tells of each object of the first two that has
            a secret, and of none any more in the results

Printed is a line for each mark that is seen in a result, each result that is no
dump any more, each place where something was replaced that should have stayed.
Exit 1: there is one.
"""

import argparse
import base64
import collections
import gzip
import itertools
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
import uuid
import zlib

import sightings

HERE = os.path.dirname(os.path.abspath(__file__))
STAT = [1, 1, 1580000000000, 1580000000000, 0, 0, 0, 0, 4, 0, 1]
# What stays even without names: numbers of keys, keys of pairs that are plain
# words, segments, times, uuids unless asked for.
STAYS = {"secretid", "vlan", "time"}


class Dump:
    """A dump that is being made, and what was planted in it."""

    def __init__(self):
        self.cassandra, self.nodes, self.members = {}, [], {}
        self.planted = {}  # mark in small letters -> description
        self.row_number = 0

    def cell(self, keyspace, table, row, column, value, *rest):
        cells = self.cassandra.setdefault(keyspace, {}).setdefault(table, {}).setdefault(row, {})
        while column in cells:
            column += "1"
        cells[column] = [value, 1580000000000000, *rest]

    def row(self, typ, name=None):
        """Makes an object and returns its uuid."""
        self.row_number += 1
        row = str(uuid.UUID(int=(0xABCD << 112 | 4 << 76 | 8 << 60) + self.row_number))
        if typ is not None:
            self.set(row, "type", typ)
        if name:
            self.set(row, "fq_name", name)
        return row

    def set(self, row, column, value):
        """Sets a column of an object to the JSON text of a value."""
        self.raw(row, column, json.dumps(value))

    def raw(self, row, column, text, *rest):
        self.cell("config_db_uuid", "obj_uuid_table", row, column, text, *rest)

    def node(self, path, data):
        self.nodes.append([path, [data, STAT]])

    def mark(self, description):
        text = sightings.mark(MARKS.next())
        self.planted[text.lower()] = description
        return text

    def write(self, path):
        self.cassandra.setdefault("config_db_uuid", {})
        text = json.dumps({"cassandra": self.cassandra, "zookeeper": json.dumps(self.nodes), **self.members})
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)


class Counter:
    def __init__(self):
        self.value = 0

    def next(self):
        self.value += 1
        # Spread over all digits, so that no two marks have much in common.
        return self.value * 7919 * 7907 % 36**5


MARKS = Counter()


# Places of the catalogue


def places():
    """Yields type, column, path and class of each place."""
    with open(os.path.join(HERE, "sensitive.json"), encoding="utf-8") as f:
        for typ, columns in json.load(f)["places"].items():
            for column, paths in columns.items():
                for path, cls in paths.items():
                    yield typ, column, path, cls


def columns_of(typ, column):
    """Yields type and column of the places where the model's column can stand."""
    kind, _, name = column.partition(":")
    other = str(uuid.UUID(int=0xBEEF << 112 | 4 << 76 | 8 << 60))
    of = "virtual_network" if typ == "*" else typ
    if kind == "ref":
        yield of, f"ref:{name[:-2]}:{other}"
        yield name[:-2], f"backref:{of}:{other}"
        return
    if kind == "prop":
        yield of, column
        return
    base = name[:-2]
    yield of, f"{kind}:{base}:0"
    yield of, f"{kind}:{base}:some key"
    yield of, f"prop:{base}"  # all elements in one, as old releases have it


def at_path(path, leaf):
    """A value in which leaf stands at a path."""
    if not path:
        return leaf
    part, _, rest = path.partition(".")
    inner = at_path(rest, leaf)
    name = part
    while name.endswith("[]"):
        name, inner = name[:-2], [inner]
    return {name: inner} if name else inner


# A text that gives itself away wherever it stands.
def by_looks(mark):
    return f"$6$saltsalt${mark}abcdefgh"


def identifying(cls, mark, number):
    """Something of a class that identifies, and the texts that must be gone."""
    if cls in ("ip", "hostorip"):
        address = f"198.18.{number // 250}.{number % 250 + 1}"
        return address, [address]
    if cls == "mac":
        address = f"52:54:00:ca:{number // 256:02x}:{number % 256:02x}"
        return address, [address]
    if cls == "esi":
        segment = f"00:52:54:00:ca:fe:01:02:{number // 256:02x}:{number % 256:02x}"
        return segment, [segment]
    if cls == "asn":
        return str(40000 + number), [str(40000 + number)]
    if cls == "rt":
        return f"target:{40000 + number}:100", [str(40000 + number)]
    if cls == "community":
        return f"{40000 + number}:100", [str(40000 + number)]
    if cls == "fqname":
        return f"default-domain:{mark}:{mark}net", [mark]
    if cls == "tagname":
        return f"tier={mark}", [mark]
    if cls == "url":
        return f"https://{mark}.example.com:8443/{mark}", [mark]
    if cls == "uuid":
        return None, []
    return mark, [mark]


class Exact:
    """Texts that must not stand in an object any more, beside the marks."""

    def __init__(self):
        self.cells = []  # row, text, description

    def add(self, row, text, description):
        self.cells.append((row, text, description))

    def left(self, dump):
        rows = dump["cassandra"]["config_db_uuid"]["obj_uuid_table"]
        for row, text, description in self.cells:
            if text in json.dumps([v for c, v in rows[row].items() if c not in ("type", "fq_name")]):
                yield description


def plant_places(dump, exact):
    number = 0
    for typ, column, path, cls in places():
        for (of, name), (spell, wrap) in itertools.product(columns_of(typ, column), WRAPS.items()):
            where = f"{of} {name} {path} ({cls}) {spell}"

            def put(leaf, typ=of, name=name, wrap=wrap, path=path):
                value = wrap(at_path(path, leaf))
                row = dump.row(typ)
                if value is not None:
                    dump.set(row, name, value)
                return row if value is not None else None

            number += 1
            if cls in ("secret", "secretref"):
                put("corge " + dump.mark("secret " + where) + " grault")
                put(dump.mark("secret " + where + ", no type"), None)
            put(by_looks(dump.mark("looks " + where)))
            put(f"https://svc:{dump.mark('url ' + where)}@192.0.2.1/x")
            if cls in STAYS or cls == "key":
                continue
            leaf, gone = identifying(cls, dump.mark("identifying " + where), number)
            if leaf is None or spell != "as it is" and cls not in ("secret", "blob", "name"):
                continue
            row = put(leaf)
            for text in gone if row else ():
                exact.add(row, text, "identifying " + where)


def json_text(value):
    return json.dumps(value) if isinstance(value, (dict, list)) else None


WRAPS = {
    "as it is": lambda value: value,
    "JSON in JSON": json_text,
    "in a list": lambda value: [value] if isinstance(value, dict) else None,
}


# Containers: what takes a text of any sort


def pair(name, value):
    return {"key": name, "value": value}


def object_containers():
    """Cells of objects. Each takes a dump and a text."""
    vn = "virtual_network"
    yield "display name", lambda d, s: d.set(d.row(vn), "prop:display_name", s)
    yield "description", lambda d, s: d.set(d.row(vn), "prop:id_perms", {"description": s, "enable": True})
    yield "creator", lambda d, s: d.set(d.row(vn), "prop:id_perms", {"creator": s})
    yield "owner", lambda d, s: d.set(d.row(vn), "prop:perms2", {"owner": s, "share": []})
    yield "tenant", lambda d, s: d.set(d.row(vn), "prop:perms2", {"share": [{"tenant": s, "tenant_access": 7}]})
    yield "annotation", lambda d, s: d.set(d.row(vn), "propm:annotations:note", pair("note", s))
    yield "annotation, plain", lambda d, s: d.set(d.row(vn), "propm:annotations:note", s)
    yield "annotation, nested", lambda d, s: d.set(d.row(vn), "propm:annotations:note", pair("note", json.dumps({"a": [1, {"b": s}]})))
    yield "annotation, member", lambda d, s: d.set(d.row(vn), "propm:annotations:note", pair("note", json.dumps({s: 1})))
    yield "annotation's key", lambda d, s: d.set(d.row(vn), "propm:annotations:" + s, pair(s, "x"))
    yield "annotations in one", lambda d, s: d.set(d.row(vn), "prop:annotations", {"key_value_pair": [pair("x", s)]})
    yield "key of a pair", lambda d, s: d.set(d.row("config_properties"), "prop:properties", {"key_value_pair": [pair(s, "x")]})
    yield "bindings", lambda d, s: d.set(
        d.row("virtual_machine_interface"), "propm:virtual_machine_interface_bindings:profile", pair("profile", json.dumps({"x": s})))
    yield "device configuration", lambda d, s: d.set(d.row("physical_router"), "prop:physical_router_supplemental_config", s)
    yield "diff of a configuration", lambda d, s: d.set(
        d.row("cli_config"), "propl:commit_diff_list:0", {"config_changes": f"+  line\n-  {s}\n", "username": "x"})
    yield "job template", lambda d, s: d.set(d.row("job_template"), "prop:job_template_input_schema", json.dumps({"a": {"default": s}}))
    yield "DHCP option", lambda d, s: d.set(d.row("virtual_machine_interface"), "prop:virtual_machine_interface_dhcp_option_list",
                                            {"dhcp_option": [{"dhcp_option_name": "43", "dhcp_option_value": s}]})
    yield "instance data", lambda d, s: d.set(d.row("service_template"), "prop:service_template_properties", {"instance_data": s})
    yield "unknown property", lambda d, s: d.set(d.row(vn), "prop:of_next_year", s)
    yield "unknown list", lambda d, s: d.set(d.row(vn), "propl:of_next_year:0", {"a": [s]})
    yield "unknown map", lambda d, s: d.set(d.row(vn), "propm:of_next_year:x", {"a": s})
    yield "unknown map's key", lambda d, s: d.set(d.row(vn), "propm:of_next_year:" + s, None)
    yield "unknown member", lambda d, s: d.set(d.row(vn), "prop:virtual_network_properties", {"allow_transit": False, "x": s})
    yield "unknown member's name", lambda d, s: d.set(d.row(vn), "prop:of_next_year", {s: 1})
    yield "known property of another shape", lambda d, s: d.set(d.row(vn), "prop:virtual_network_network_id", s)
    yield "flag", lambda d, s: d.set(d.row(vn), "prop:port_security_enabled", s)
    yield "unknown column", lambda d, s: d.raw(d.row(vn), "whatever", s)
    yield "unknown column's name", lambda d, s: d.raw(d.row(vn), s, "null")
    yield "unknown type", lambda d, s: d.set(d.row("of_next_year"), "prop:virtual_network_properties", {"x": s})
    yield "no type", lambda d, s: d.set(d.row(None), "prop:virtual_network_properties", {"x": s})
    yield "type", lambda d, s: d.set(d.row(None), "type", s)
    yield "parent type", lambda d, s: d.set(d.row(vn), "parent_type", s)
    yield "name", lambda d, s: d.row(vn, ["default-domain", "x", s])
    yield "attr", lambda d, s: d.set(d.row(vn), f"ref:network_policy:{uuid.UUID(int=7)}", {"attr": {"x": s}, "is_weakref": False})
    yield "attr of another shape", lambda d, s: d.set(d.row(vn), f"ref:network_policy:{uuid.UUID(int=7)}", {"attr": s})
    yield "old reference", lambda d, s: d.set(d.row(vn), f"ref:network_policy:{uuid.UUID(int=7)}", s)
    yield "reference back", lambda d, s: d.set(d.row("network_policy"), f"backref:virtual_network:{uuid.UUID(int=7)}", {"attr": {"x": s}})
    yield "reference's uuid", lambda d, s: d.raw(d.row(vn), f"ref:network_policy:{s}", "null")
    yield "child's uuid", lambda d, s: d.raw(d.row(vn), f"children:access_control_list:{s}", "null")
    yield "parent", lambda d, s: d.set(d.row(vn), f"parent:project:{uuid.UUID(int=7)}", s)
    yield "child", lambda d, s: d.set(d.row(vn), f"children:access_control_list:{uuid.UUID(int=7)}", s)
    yield "META", lambda d, s: d.set(d.row(vn), "META:latest_col_ts", s)
    yield "relaxed reference", lambda d, s: d.set(d.row(vn), f"relaxbackref:{uuid.UUID(int=7)}", s)
    yield "no JSON", lambda d, s: d.raw(d.row(vn), "prop:id_perms", "{'x " + s)
    yield "no JSON, at all", lambda d, s: d.raw(d.row(vn), "prop:id_perms", s)
    yield "cell without a timestamp", lambda d, s: d.cassandra["config_db_uuid"]["obj_uuid_table"][d.row(vn)].update({"prop:x": s})
    yield "cell of another type", lambda d, s: d.raw(d.row(vn), "prop:x", {"a": [s]})
    yield "further element", lambda d, s: d.raw(d.row(vn), "prop:x", "1", {"a": s})
    yield "row key", lambda d, s: d.raw("k " + s, "prop:x", "1")


TABLES = {
    "config_db_uuid": ["obj_fq_name_table", "obj_shared_table", "of_next_year"],
    "useragent": ["useragent_keyval_table"],
    "to_bgp_keyspace": ["route_target_table", "service_chain_ip_address_table", "service_chain_table", "service_chain_uuid_table"],
    "svc_monitor_keyspace": ["healthmonitor_table", "loadbalancer_table", "pool_table", "service_instance_table"],
    "dm_keyspace": ["dm_pr_vn_ip_table", "dm_pnf_resource_table", "dm_pr_ae_id_table", "dm_pr_asn_table", "dm_ni_ipv6_ll_table"],
    "DISCOVERY_SERVER": ["discovery"],
    "of_next_year": ["a_table"],
}
FAMILIES = [
    "/fq-name-to-uuid/virtual_network:default-domain:x:%s", "/id/virtual-networks/%s", "/id/security-groups/id/%s",
    "/id/bgp/route-targets/type0/%s", "/id/bgpaas/port/%s", "/id/tags/types/%s", "/id/tags/values/tier/%s", "/id/tags/values/%s/7",
    "/id/aggregated-ethernet/leaf1/%s", "/id/virtual-port-group/%s", "/api-server/subnets/default-domain:x:y:192.0.2.0/24/%s",
    "/api-server/subnets/default-domain:x:%s:192.0.2.0/24/3221225985", "/id/ae-id-vpg/vpg:00000000-0000-4000-8000-000000000001/%s",
    "/job-manager/%s", "/vnc_api_server_locks/x/%s", "/of_next_year/%s", "/kafka/config/%s",
]


def other_containers():
    """Cells of other tables, nodes and members."""

    def path(d, family, s):
        if "/" not in s:  # otherwise it is no part of a path
            d.node(family % s, "")

    for keyspace, tables in TABLES.items():
        for table in tables:
            def row(d):
                d.row_number += 1
                return f"row {d.row_number}"
            column = {"useragent": "value", "svc_monitor_keyspace": "config_info"}.get(keyspace, "a")
            def value(d, s, ks=keyspace, t=table, c=column, row=row):
                d.cell(ks, t, row(d), c, s)
            def json_value(d, s, ks=keyspace, t=table, c=column, row=row):
                d.cell(ks, t, row(d), c, json.dumps({"a": [s]}))
            yield f"{table} value", value
            yield f"{table} JSON value", json_value
            yield f"{table} key", lambda d, s, ks=keyspace, t=table: d.cell(ks, t, s, "x", "1")
            yield f"{table} column", lambda d, s, ks=keyspace, t=table, row=row: d.cell(ks, t, row(d), s, "1")
    for family in FAMILIES:
        def data(d, s, family=family):
            d.row_number += 1
            d.node(family % d.row_number, s)
        yield f"node data {family}", data
        if "%s" in family:
            yield f"node {family}", lambda d, s, family=family: path(d, family, s)
    yield "cluster of a node", lambda d, s: path(d, "%s/id/virtual-networks/0000000007", s)

    def member(d, s):
        d.row_number += 1
        d.members[f"member{d.row_number}"] = {"a": [s]}

    def own_member(d, s):
        d.members.setdefault("dumptool", {}).setdefault("source", []).append(s)
    yield "member", member
    yield "member's name", lambda d, s: d.members.update({s: 1})
    yield "member dumptool", own_member


CONTAINERS = {**dict(object_containers()), **dict(other_containers())}



# Encodings


def packed(data, base=base64.b64encode):
    return base(data).decode("ascii")


def wrapped(text, width):
    return "\n".join(text[i : i + width] for i in range(0, len(text), width))


def b64(text):
    return packed(text.encode("utf-8"))


ENCODINGS = {
    "raw": lambda s: s,
    "in a sentence": lambda s: f"see this: {s} and tell me",
    "JSON text": json.dumps,
    "JSON": lambda s: json.dumps({"a": [1, {"b": s}]}),
    "JSON in JSON": lambda s: json.dumps({"a": json.dumps([s])}),
    "JSON in JSON in JSON": lambda s: json.dumps([json.dumps([json.dumps({"a": s})])]),
    "JSON, all escaped": lambda s: '["' + "".join(f"\\u{ord(c):04x}" for c in s) + '"]',
    "base64": b64,
    "base64, no padding": lambda s: b64(s).rstrip("="),
    "base64, URL alphabet": lambda s: packed(s.encode(), base64.urlsafe_b64encode),
    "base64 behind a byte": lambda s: b64(":" + s),
    "base64 behind two bytes": lambda s: b64("x:" + s),
    "base64 in a sentence": lambda s: f"the data: {b64(s)}, as was said",
    "base64 behind a name": lambda s: f"data={b64(s)}",
    "base64 in lines": lambda s: wrapped(b64(s), 20),
    "base64 of JSON": lambda s: b64(json.dumps({"a": s})),
    "JSON of base64": lambda s: json.dumps({"a": b64(s)}),
    "base64 twice": lambda s: b64(b64(s)),
    "data URL": lambda s: f"data:text/plain;base64,{b64(s)}",
    "hexadecimal": lambda s: s.encode().hex(),
    "hexadecimal, capitals": lambda s: s.encode().hex().upper(),
    "hexadecimal in a sentence": lambda s: f"bytes {s.encode().hex()} here",
    "hexadecimal of base64": lambda s: b64(s).encode().hex(),
    "base64 of hexadecimal": lambda s: b64(s.encode().hex()),
    "percent": lambda s: urllib.parse.quote(s, safe=""),
    "form": urllib.parse.quote_plus,
    "percent twice": lambda s: urllib.parse.quote(urllib.parse.quote(s, safe=""), safe=""),
    "percent, all of it": lambda s: "".join(f"%{c:02X}" for c in s.encode()),
    "percent of base64": lambda s: urllib.parse.quote(b64(s), safe=""),
    "gzip, base64": lambda s: packed(gzip.compress(s.encode(), mtime=0)),
    "zlib, base64": lambda s: packed(zlib.compress(s.encode())),
    "gzip, hexadecimal": lambda s: gzip.compress(s.encode(), mtime=0).hex(),
    "base64 of gzip of JSON": lambda s: packed(gzip.compress(json.dumps({"a": s}).encode(), mtime=0)),
}
CASES = {"as it is": lambda s: s, "capitals": str.upper, "small letters": str.lower}

# Secrets that give themselves away, around a mark.
LOOKS = {
    "Junos": "$9$%sabcdef",
    "crypt": "$6$saltsalt$%sZZZZ",
    "URL": "https://svc:%s@192.0.2.9/api",
    "query": "https://files.example.com/x?X-Token=%s&y=1",
    "bearer": "Authorization: Bearer %s.xyz1",
    "private key": "-----BEGIN PRIVATE KEY-----\nMIIabc%sefgh\n-----END PRIVATE KEY-----",
    "web token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.%sabcdef",
}


def plant_containers(dump):
    """Every look in every container; every encoding with two of the looks in turn."""
    looks = itertools.cycle(LOOKS.items())
    for where, put in CONTAINERS.items():
        for look, text in LOOKS.items():
            put(dump, text % dump.mark(f"{where}, {look}, raw"))
        for encoding, encode in ENCODINGS.items():
            for _ in range(2):
                look, text = next(looks)
                put(dump, encode(text % dump.mark(f"{where}, {look}, {encoding}")))


def plant_elsewhere(dump, names):
    """Secrets, and names too if wanted, from their places once more anywhere."""
    for where, put in CONTAINERS.items():
        for encoding, encode in ENCODINGS.items():
            for case, change in CASES.items():
                if case != "as it is" and encoding not in ("raw", "in a sentence", "JSON", "base64", "percent"):
                    continue
                if names:
                    text = dump.mark(f"name {where}, {encoding}, {case}")
                    dump.row("virtual_network", ["default-domain", "default-project", text])
                else:
                    text = dump.mark(f"secret {where}, {encoding}, {case}") + " Corge/+?"
                    dump.set(dump.row("physical_router"), "prop:physical_router_user_credentials", {"username": "root", "password": text})
                put(dump, encode(change(text)))


# Judging


class Judge:
    def __init__(self, program, folder, keep):
        self.program, self.folder, self.keep, self.found = program, folder, keep, []
        self.number = 0

    def say(self, line):
        self.found.append(line)
        print(line, flush=True)

    def redact(self, dump, profile, *flags):
        """Redacts a dump and returns the text of the result, None if there is none."""
        self.number += 1
        source = os.path.join(self.folder, f"{self.number}.json")
        result = os.path.join(self.folder, f"{self.number}-{profile}.json")
        report = os.path.join(self.folder, f"{self.number}-report.json")
        dump.write(source)
        if self.keep:
            with open(source + ".planted", "w", encoding="utf-8") as f:
                json.dump(dump.planted, f, indent=0)
        done = subprocess.run(
            [self.program, "-q", "redact", "-f", "--profile", profile, "--report", report, *flags, source, "-o", result],
            capture_output=True, text=True)
        if done.returncode:
            self.say(f"{source}, {profile}: exit {done.returncode}: {done.stderr.strip()[:500]}")
            return None
        with open(report, encoding="utf-8") as f:
            for mark in sightings.find(f.read()):
                self.say(f"in the report: {dump.planted.get(mark, mark)}")
        with open(result, encoding="utf-8") as f:
            return f.read()

    def look(self, title, dump, text, want, exact=None):
        """Looks for marks in a result. want says which of them must be gone."""
        if text is None:
            return
        try:
            json.loads(text)
        except ValueError as err:
            self.say(f"{title}: no JSON any more: {err}")
            return
        left = collections.Counter()
        for leaf in self.leaves(text):
            for mark in sightings.find(leaf):
                left[dump.planted.get(mark, mark)] += 1
        if exact:
            left.update(exact.left(json.loads(text)))
        for description in sorted(left):
            if want(description):
                self.say(f"{title}: left: {description}")

    def check(self, dump):
        """Does --check tell of each object that has a secret, and of none of a result?"""
        self.number += 1
        source = os.path.join(self.folder, f"{self.number}.json")
        result = os.path.join(self.folder, f"{self.number}-checked.json")
        dump.write(source)
        done = subprocess.run([self.program, "redact", "--check", "--json", source], capture_output=True, text=True)
        if done.returncode != 1:
            self.say(f"check of {source}: exit {done.returncode}: {done.stderr[:300]}")
        told = {json.loads(line)["where"].split("/")[2:3][0] for line in done.stdout.splitlines() if '/obj_uuid_table/' in line}
        rows = dump.cassandra["config_db_uuid"]["obj_uuid_table"]
        for row, cells in rows.items():
            marks = sightings.find(json.dumps(cells))
            secret = [dump.planted[m] for m in marks if not dump.planted[m].startswith("identifying")]
            if secret and row not in told:
                self.say(f"check: not found: {secret[0]}")
        subprocess.run([self.program, "-q", "redact", "-f", source, "-o", result], check=True)
        done = subprocess.run([self.program, "redact", "--check", result], capture_output=True, text=True)
        if done.returncode or done.stdout:
            self.say(f"check of {result}: exit {done.returncode}: {done.stdout[:500]}")

    @staticmethod
    def leaves(text):
        value = json.loads(text)
        nodes = value.get("zookeeper")
        if isinstance(nodes, str):
            value["zookeeper"] = json.loads(nodes or "[]")
        return list(sightings.strings(value))


PARTS = ["places", "containers", "elsewhere", "check"]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--dumptool", default="dumptool")
    args.add_argument("--part", choices=PARTS, action="append")
    args.add_argument("--keep", help="folder for the dumps and results")
    args = args.parse_args()
    parts = args.part or PARTS
    with tempfile.TemporaryDirectory() as folder:
        if args.keep:
            os.makedirs(args.keep, exist_ok=True)
        judge = Judge(args.dumptool, args.keep or folder, args.keep)
        if "places" in parts:
            dump, exact = Dump(), Exact()
            plant_places(dump, exact)
            text = judge.redact(dump, "share")
            judge.look("share", dump, text, lambda what: not what.startswith("identifying"))
            text = judge.redact(dump, "anonymous")
            judge.look("anonymous", dump, text, lambda what: True, exact)
        if "containers" in parts:
            dump = Dump()
            plant_containers(dump)
            for profile in ("share", "anonymous"):
                judge.look(profile, dump, judge.redact(dump, profile), lambda what: True)
        if "elsewhere" in parts:
            dump = Dump()
            plant_elsewhere(dump, names=False)
            for profile in ("share", "anonymous"):
                judge.look(profile, dump, judge.redact(dump, profile), lambda what: True)
            dump = Dump()
            plant_elsewhere(dump, names=True)
            judge.look("anonymous", dump, judge.redact(dump, "anonymous"), lambda what: True)
        if "check" in parts:
            for plant in (lambda d: plant_places(d, Exact()), plant_containers):
                dump = Dump()
                plant(dump)
                judge.check(dump)
    return 1 if judge.found else 0


if __name__ == "__main__":
    sys.exit(main())
