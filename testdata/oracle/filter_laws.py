#!/usr/bin/env python3
"""Holds `dumptool filter` to its laws on random selections: filter_laws.py [options] DUMP...

Exit 1 with a line for every law that is broken, 0 otherwise. The same seed makes
the same selections.

 1  without a keyspace: the document without that key, and all other bytes as they were
 2  objects of some types, and all others: together every row, column and node, none
    that belongs to an object twice; rows are as they were
 3  the closure of objects has what it begins with, their parents and what they refer
    to, again and again, and nothing else; rows are as they were but for columns that
    name what is not there; columns of the indexes, and rows of the other keyspaces and
    nodes, are exactly those of its objects
 4  what the closure makes is consistent if the dump is: check_consistency.py has nothing
    to say about links, names, indexes, shares and locks
 5  the same selection of a result is the result, byte for byte
 6  without a subtree: all that is below it is gone, and nothing names it
 7  a full list changes no byte; a list without some lines is the dump without them
 8  neither the container nor standard input nor --memory matters
 9  what the member of an export says of cells and nodes goes with them, wherever the
    member stands, and changes nothing else
"""

import argparse
import gzip
import json
import os
import random
import re
import subprocess
import sys
import tempfile

import check_consistency
import dumpfile
import zkpath

LINK = re.compile(r"(parent|children|ref|backref):([^:]+):([^:]+)\Z")
INDEXES = (dumpfile.NAME_TABLE, dumpfile.SHARED_TABLE)
RULES = (
    "M-FQN M-DUP B-FQN B-SHR B-PAR B-REF B-ZK-7 B-ZK-8 B-ZK-9 M-ORPH M-MAND M-VNID M-SGID M-RTID M-SNU"
    " M-IPA-13 M-IPA-14 B-SUB-7 B-SUB-11 M-AE"
).split()


class Broken(Exception):
    pass


class Objects:
    """Who is below and beside whom, by uuid."""

    def __init__(self, dump):
        self.dump = dump
        self.rows = dump.object_rows()
        self.type, self.name, self.up, self.refs, self.down = {}, {}, {}, {}, {}
        for uuid, row in self.rows.items():
            self.type[uuid] = json.loads(row["type"].value) if "type" in row else ""
            self.name[uuid] = ":".join(json.loads(row["fq_name"].value)) if "fq_name" in row else ""
            self.up[uuid], self.refs[uuid] = [], []
            for column in row:
                match = LINK.match(column)
                if match and match[1] == "parent":
                    self.up[uuid].append(match[3])
                    self.down.setdefault(match[3], []).append(uuid)
                elif match and match[1] == "ref":
                    self.refs[uuid].append(match[3])
                elif match and match[1] == "children":
                    self.down.setdefault(uuid, []).append(match[3])
        self.named = {}
        for uuid in self.rows:
            self.named.setdefault((self.type[uuid], self.name[uuid]), uuid)
        self.owners = {}  # of a route target's number
        for key, row in dump.table("to_bgp_keyspace", "route_target_table").items():
            owner = self.instance(key)
            if owner and "rtgt_num" in row:
                self.owners.setdefault(int(row["rtgt_num"].value), []).append(owner)
        for node in dump.nodes:
            parts = zkpath.split_cluster(node.path)[1]
            if parts[:3] == ["id", "bgp", "route-targets"] and self.instance(node.data):
                self.owners.setdefault(int(parts[-1]), []).append(self.instance(node.data))

    def instance(self, name):
        return self.named.get(("routing_instance", name)) or self.named.get(("logical_router", name))

    def needs(self, uuid):
        found = [u for u in self.up[uuid] + self.refs[uuid] if u in self.rows]
        if self.type[uuid] == "route_target":
            found += self.owners.get(int(self.name[uuid].split(":")[-1]), [])
        return found

    def reach(self, start, next_of):
        seen, todo = set(start), list(start)
        while todo:
            for uuid in next_of(todo.pop()):
                if uuid in self.rows and uuid not in seen:
                    seen.add(uuid)
                    todo.append(uuid)
        return seen

    def closure(self, start):
        return self.reach(start, self.needs)

    def subtree(self, top):
        return self.reach([top], lambda uuid: self.down.get(uuid, []))

    def of_row(self, keyspace, table, key, row):
        """The objects that a row of another keyspace belongs to; the first one decides, the others have to be there."""
        if keyspace == "to_bgp_keyspace":
            if table == "route_target_table":
                return [self.instance(key)]
            if table == "service_chain_table":
                return [key]
            for vm, columns in self.dump.table(keyspace, "service_chain_table").items():
                if key in columns:
                    return [vm]
            return [None]
        if keyspace == "svc_monitor_keyspace":
            return [self.named.get(("service_instance", key)) if table == "service_instance_table" else key]
        if keyspace == "dm_keyspace":
            return [key[:36]] + ([key[37:]] if key[37:] in self.rows else [])
        if keyspace == "useragent":
            text = key if " " in key else row["value"].value
            return [text.split(" ")[0]]
        return [None]

    def of_node(self, node):
        parts = zkpath.split_cluster(node.path)[1]
        path = "/".join(parts)
        if parts[0] == "fq-name-to-uuid":
            return [node.data]
        if path.startswith("api-server/subnets/"):
            networks = [
                uuid
                for type_ in ("virtual_network", "network_ipam")
                for uuid in [self.network_of(path[len("api-server/subnets/") :], type_)]
                if uuid
            ]
            return ([node.data] if node.data in self.rows else []) + networks[:1]
        for prefix, types in (
            ("id/virtual-networks/", ["virtual_network"]),
            ("id/security-groups/id/", ["security_group"]),
            ("id/bgp/route-targets/", ["routing_instance", "logical_router"]),
            ("id/tags/types", ["tag_type"]),
            ("id/tags/values/", ["tag"]),
            ("id/sub-clusters/id/", ["sub_cluster"]),
            ("id/bgpaas/port/", ["bgp_router"]),
            ("id/virtual-port-group/", ["virtual_port_group"]),
        ):
            if path.startswith(prefix):
                return [next((self.named[t, node.data] for t in types if (t, node.data) in self.named), None)]
        if path.startswith("id/aggregated-ethernet/"):
            groups = [u for u in self.rows if self.type[u] == "virtual_port_group"]
            return [next((u for u in groups if self.name[u].split(":")[-1] == node.data), None)]
        match = re.match(r"id/service-chain/vlan/([0-9a-f-]{36})|id/ae-id-vpg/vpg:([0-9a-f-]{36})", path)
        return [(match[1] or match[2]) if match else None]

    def network_of(self, text, type_):
        at = text.find(":")
        while at >= 0:
            if (type_, text[:at]) in self.named and re.match(r"[0-9a-fA-F.:]+/\d+/\d+$", text[at + 1 :]):
                return self.named[type_, text[:at]]
            at = text.find(":", at + 1)
        return None


class Laws:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.random = random.Random(options.seed)
        self.n = 0

    def run(self, file, *flags, code=0, stdin=None, out=None):
        self.n += 1
        out = out or os.path.join(self.folder, "out%d.json" % self.n)
        if os.path.exists(out):
            os.remove(out)
        done = subprocess.run(
            [self.options.dumptool, "-q", "filter", file, "-o", out, *flags], capture_output=True, stdin=stdin
        )
        if done.returncode != code:
            raise Broken("exit %d of %s: %s" % (done.returncode, flags, done.stderr.decode()))
        if code:
            if os.path.exists(out):
                raise Broken("a file is left by %s" % (flags,))
            return None
        return out

    def read(self, file):
        with open(file, "rb") as f:
            return f.read()

    def check(self, file):
        dump = dumpfile.load(file)
        objects = Objects(dump)
        if self.options.closures:
            sound = not any(line[0].startswith(tuple(RULES)) for line in check_consistency.findings(dump))
            if not sound:
                raise Broken("the dump is not sound")
            for _ in range(self.options.count):
                self.closures(file, objects, sorted(set(objects.type.values()) - {""}), sound)
                self.subtrees(file, objects)
            return
        self.keyspaces(file, dump)
        self.lists(file, dump)
        sound = not any(line[0].startswith(tuple(RULES)) for line in check_consistency.findings(dump))
        types = sorted(set(objects.type.values()) - {""})
        if not types:
            return
        for _ in range(self.options.count):
            self.types(file, objects, self.random.sample(types, min(len(types), self.random.choice([1, 1, 2, 4]))))
            self.closures(file, objects, types, sound)
            self.subtrees(file, objects)
        self.spoken(file, dump, types)

    def keyspaces(self, file, dump):
        text = dump.text
        for keyspace in dump.keyspaces:
            out = self.run(file, "--omit-keyspace", keyspace)
            result = self.read(out)
            expected = json.loads(text)
            if keyspace in expected["cassandra"]:
                del expected["cassandra"][keyspace]
            else:
                expected["cassandra"] = {}  # A2
            if json.loads(result) != expected:
                raise Broken("law 1: %s without %s" % (file, keyspace))
            one_cut(text, result)
            only = json.loads(self.read(self.run(file, "--keyspace", keyspace)))
            if list(only["cassandra"]) != [k for k in json.loads(text)["cassandra"] if k not in expected["cassandra"]]:
                raise Broken("law 1: %s only %s" % (file, keyspace))
        keyspace = next(iter(dump.keyspaces), "none")
        with open(file, "rb") as stdin:
            same = self.read(self.run("-", "--omit-keyspace", keyspace, stdin=stdin))
            if same != self.read(self.run(file, "--omit-keyspace", keyspace)):
                raise Broken("law 8: standard input")

    def lists(self, file, dump):
        done = subprocess.run([self.options.dumptool, "ls", "-R", "-l", file], capture_output=True, check=True)
        lines = done.stdout.decode().splitlines()
        self.random.shuffle(lines)
        listed = os.path.join(self.folder, "list")

        def write(kept):
            with open(listed, "w", encoding="utf-8") as f:
                f.write("; a comment\n\n" + "".join(line + "\n" for line in kept))

        write(lines)
        if self.read(self.run(file, "--use-list", listed)) != dump.text:
            raise Broken("law 7: a full list of %s" % file)
        plain = [line for line in lines if line.count("/") > 1 and not line.startswith(("zk:", "config_db_uuid/obj_"))]
        gone = set(self.random.sample(plain, len(plain) // 3))
        write([line for line in lines if line not in gone])
        result = dumpfile.load(self.run(file, "--use-list", listed))
        rows = sum(len(t) for k in dump.keyspaces.values() for t in k.values())
        left = sum(len(t) for k in result.keyspaces.values() for t in k.values())
        if rows - left != len(gone) or result.nodes != dump.nodes:
            raise Broken("law 7: %d of %d rows are left without %d" % (left, rows, len(gone)))
        write(lines + ["config_db_uuid/obj_uuid_table/none"])
        self.run(file, "--use-list", listed, code=2)

    def types(self, file, objects, types):
        a = self.run(file, "--type", ",".join(types))
        b = self.run(file, "--omit-type", ",".join(types))
        first, second = dumpfile.load(a), dumpfile.load(b)
        for keyspace, tables in objects.dump.keyspaces.items():
            for table, rows in tables.items():
                one, two = first.table(keyspace, table), second.table(keyspace, table)
                if set(one) | set(two) != set(rows):
                    raise Broken("law 2: %s/%s is not whole with %s" % (keyspace, table, types))
                for key, row in rows.items():
                    both = one.get(key, {}), two.get(key, {})
                    if {**both[0], **both[1]} != row or set(both[0]) & set(both[1]):
                        raise Broken("law 2: %s/%s/%s with %s" % (keyspace, table, key, types))
        paths = [n.path for n in first.nodes] + [n.path for n in second.nodes]
        if sorted(paths) != sorted(n.path for n in objects.dump.nodes):
            raise Broken("law 2: nodes with %s" % types)
        for uuid in first.object_rows():
            if objects.type[uuid] not in types:
                raise Broken("law 2: %s is of another type" % uuid)
        for out, flag in ((a, "--type"), (b, "--omit-type")):
            if self.read(self.run(out, flag, ",".join(types))) != self.read(out):
                raise Broken("law 5: %s %s" % (flag, types))

    def closures(self, file, objects, types, sound):
        uuids = sorted(objects.rows)
        kind = self.random.choice(["type", "object", "name", "subtree"])
        if kind == "type":
            picked = self.random.choice(types)
            flags = ["--type", picked.replace("_", "-")]
            start = {u for u in uuids if objects.type[u] == picked}
        elif kind == "subtree":
            top = self.random.choice([u for u in uuids if objects.down.get(u)] or uuids)
            flags, start = ["--subtree", top], objects.subtree(top)
        else:
            start = set(self.random.sample(uuids, min(len(uuids), self.random.choice([1, 2, 5]))))
            refs = [u if kind == "object" else objects.type[u] + ":" + objects.name[u] for u in start]
            if kind == "name":
                start = {u for u in uuids if objects.type[u] + ":" + objects.name[u] in refs}
            flags = [f for r in refs for f in ("--object", '"%s"' % r.replace('"', '""'))]
        flags.append("--closure")
        kept = objects.closure(start)
        out = self.run(file, *flags)
        self.exactly(objects, dumpfile.load(out), kept, flags)
        if sound:
            for line in check_consistency.findings(dumpfile.load(out)):
                if line[0].startswith(tuple(RULES)) and not line[0].startswith(("B-PAR-10",)):
                    raise Broken("law 4: %s: %s" % (flags, line))
        if self.read(self.run(out, *flags)) != self.read(out):
            raise Broken("law 5: %s" % flags)
        packed = os.path.join(self.folder, "in.json.gz")
        with open(packed, "wb") as f:
            f.write(gzip.compress(objects.dump.text, 1))
        if self.read(self.run(packed, *flags, "--memory", "32MiB")) != self.read(out):
            raise Broken("law 8: %s" % flags)

    def exactly(self, objects, result, kept, flags):
        if set(result.object_rows()) != kept:
            raise Broken("law 3: %s: objects %s" % (flags, sorted(set(result.object_rows()) ^ kept)[:3]))
        for uuid in kept:
            expected = {}
            for column, cell in objects.rows[uuid].items():
                other = column.rpartition(":")[2] if LINK.match(column) or column.startswith("relaxbackref:") else None
                if other is None or other in kept or other not in objects.rows:
                    expected[column] = cell
            if result.object_rows()[uuid] != expected:
                raise Broken("law 3: %s: row %s" % (flags, uuid))
        for table in INDEXES:
            want = {
                (type_, column)
                for type_, row in objects.dump.table(dumpfile.OBJECT_KEYSPACE, table).items()
                for column in row
                if column.rpartition(":")[2] in kept
            }
            have = {(t, c) for t, row in result.table(dumpfile.OBJECT_KEYSPACE, table).items() for c in row}
            if want != have:
                raise Broken("law 3: %s: %s %s" % (flags, table, sorted(want ^ have)[:3]))
        for keyspace, tables in objects.dump.keyspaces.items():
            for table, rows in tables.items():
                if keyspace == dumpfile.OBJECT_KEYSPACE:
                    continue
                want = {k: row for k, row in rows.items() if set(objects.of_row(keyspace, table, k, row)) <= kept}
                if result.table(keyspace, table) != want:
                    raise Broken("law 3: %s: %s/%s" % (flags, keyspace, table))
        want = [n for n in objects.dump.nodes if n.data == "__reserved__" or set(objects.of_node(n)) <= kept]
        if result.nodes != want:
            odd = {n.path for n in result.nodes} ^ {n.path for n in want}
            raise Broken("law 3: %s: nodes %s" % (flags, sorted(odd)[:3]))

    def subtrees(self, file, objects):
        tops = [u for u in sorted(objects.rows) if objects.down.get(u)] or sorted(objects.rows)
        top = self.random.choice(tops)
        gone = objects.subtree(top)
        out = self.run(file, "--omit-subtree", top)
        result = dumpfile.load(out)
        if set(result.object_rows()) != set(objects.rows) - gone:
            raise Broken("law 6: objects without %s" % top)
        for uuid, row in result.object_rows().items():
            want = {c: v for c, v in objects.rows[uuid].items() if not (LINK.match(c) and c.rpartition(":")[2] in gone)}
            if row != want:
                raise Broken("law 6: row %s without %s" % (uuid, top))
        for keyspace, tables in objects.dump.keyspaces.items():
            for table, rows in tables.items():
                if keyspace == dumpfile.OBJECT_KEYSPACE:
                    continue
                want = {k: row for k, row in rows.items() if not set(objects.of_row(keyspace, table, k, row)) & gone}
                if result.table(keyspace, table) != want:
                    raise Broken("law 6: %s/%s without %s" % (keyspace, table, top))
        if result.nodes != [n for n in objects.dump.nodes if not set(objects.of_node(n)) & gone]:
            raise Broken("law 6: nodes without %s" % top)
        text = json.dumps([result.keyspaces.get(dumpfile.OBJECT_KEYSPACE, {}).get(t, {}) and
                           [list(r) for r in result.table(dumpfile.OBJECT_KEYSPACE, t).values()] for t in INDEXES])
        for uuid in gone:
            if uuid in text:
                raise Broken("law 6: an index names %s" % uuid)


    def spoken(self, file, dump, types):
        """Law 9, with a member that speaks of some cells and nodes, and of one that is none."""
        cells = [
            [keyspace, table, key, column, {"expires": 1}]
            for keyspace, tables in dump.keyspaces.items()
            for table, rows in tables.items()
            for key, row in rows.items()
            for column in row
            if self.random.random() < 0.05
        ]
        nodes = [[n.path, {"ephemeral": True}] for n in dump.nodes if self.random.random() < 0.2]
        member = {"cells": cells, "quiet": None, "nodes": nodes + [5], "schema": "dumptool.live/1"}
        text = dump.text.strip()
        if text.startswith(b"\xef\xbb\xbf") or not text.startswith(b"{"):
            return
        piece = b'"dumptool": ' + json.dumps(member).encode()
        top = self.random.choice(sorted(dump.object_rows()))
        some = ",".join(self.random.sample(types, min(3, len(types))))
        for place, whole in (
            ("last", text[:-1] + b", " + piece + b"}"),
            ("first", b"{" + piece + b", " + text[1:]),
        ):
            spoken = os.path.join(self.folder, "spoken.json")
            with open(spoken, "wb") as f:
                f.write(whole)
            for flags in (
                ["--omit-keyspace", "useragent,dm_keyspace"],
                ["--keyspace", "config_db_uuid", "--omit-zookeeper"],
                ["--table", "obj_uuid_table", "--zk-path", "/id"],
                ["--type", some],
                ["--omit-type", some],
                ["--type", some, "--closure"],
                ["--omit-subtree", top],
            ):
                out = self.run(spoken, *flags)
                result = dumpfile.load(out)
                says = json.loads(result.text)["dumptool"]
                there = {(k, t, r, c) for k, ts in result.keyspaces.items() for t, rs in ts.items() for r, cs in rs.items() for c in cs}
                paths = {n.path for n in result.nodes}
                want = [c for c in cells if tuple(c[:4]) in there]
                if says["cells"] != want or says["nodes"] != [n for n in nodes if n[0] in paths] + [5]:
                    raise Broken("law 9: what is said in the member that is %s, with %s" % (place, flags))
                bare = dumpfile.load(self.run(file, *flags))
                if bare.keyspaces != result.keyspaces or bare.nodes != result.nodes:
                    raise Broken("law 9: a member that is %s changes %s" % (place, flags))


def one_cut(text, result):
    """The result is the text without one piece."""
    at = 0
    while at < len(result) and text[at] == result[at]:
        at += 1
    behind = len(result) - at
    # What is common at both ends may overlap, so the cut is somewhere before here.
    if text[len(text) - behind :] != result[at:]:
        raise Broken("law 1: other bytes have changed at %d" % at)


def main(args):
    parser = argparse.ArgumentParser()
    parser.add_argument("--dumptool", default="dumptool")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=5)
    parser.add_argument("--closures", action="store_true", help="only laws 3 to 6 and 8, of dumps that are consistent")
    parser.add_argument("dumps", nargs="+")
    options = parser.parse_args(args)
    status = 0
    with tempfile.TemporaryDirectory() as folder:
        laws = Laws(options, folder)
        for file in options.dumps:
            try:
                laws.check(file)
            except Broken as err:
                print("%s: %s" % (file, dumpfile.printable(str(err))))
                status = 1
    if not status:
        print("%d runs, no law broken" % laws.n)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
