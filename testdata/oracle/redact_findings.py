"""Does `dumptool validate` say of a dump without secrets or names what it says of the original?

    redact_findings.py [--dumptool PROGRAM] [--seeds N] [--objects N] [--damages N] [DUMP...]

Generated dumps, with a cluster id and without, and those that are named, are
redacted with both profiles, with uuids and without. Of the results as many
findings are wanted of each rule as of the originals: none of a dump that is
consistent, and those of a damaged one. Damage is done here: cells, rows and
nodes are taken away, given to others, or made into something else.

Printed is a line for each rule that tells of more or fewer. Exit 1: there is one.
"""

import argparse
import collections
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile

PROFILES = (["share"], ["anonymous"], ["anonymous", "--uuids"])
# What a generated dump is told of without being wrong: an unknown release to restore to.
ALWAYS = {"B-TGT-11"}
STAT = [1, 1, 1580000000000, 1580000000000, 0, 0, 0, 0, 0, 0, 1]


def read(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as f:
        return json.loads(f.read())


def write(dump, path):
    with open(path, "w", encoding="utf-8") as f:
        json.dump(dump, f)


class Findings:
    """Asks for the findings of dumps."""

    def __init__(self, program, folder):
        self.program, self.folder, self.found = program, folder, []
        self.key = os.path.join(folder, "key")
        with open(self.key, "w", encoding="utf-8") as f:
            f.write("29" * 32 + "\n")

    def of(self, path):
        done = subprocess.run(
            [self.program, "validate", "--exit-zero", "--json", path], capture_output=True, text=True, encoding="utf-8")
        if done.returncode:
            sys.exit(f"validate {path}: exit {done.returncode}: {done.stderr[:500]}")
        return collections.Counter(json.loads(line).get("id") for line in done.stdout.splitlines())

    def compare(self, title, path, consistent=False):
        want = self.of(path)
        if consistent and set(want) - ALWAYS:
            sys.exit(f"{title}: {dict(want)} of a dump that should be consistent")
        result = os.path.join(self.folder, "result.json")
        for flags in PROFILES:
            done = subprocess.run(
                [self.program, "-q", "redact", "-f", "--key-file", self.key, "--profile", *flags, path, "-o", result],
                capture_output=True, text=True, encoding="utf-8")
            if done.returncode:
                self.say(f"{title}, {' '.join(flags)}: exit {done.returncode}: {done.stderr.strip()[:300]}")
                continue
            got = self.of(result)
            for rule in sorted(set(want) | set(got), key=str):
                if want[rule] != got[rule]:
                    self.say(f"{title}, {' '.join(flags)}: {rule}: {got[rule]} instead of {want[rule]}")

    def say(self, line):
        self.found.append(line)
        print(line, flush=True)


def damage(dump, r, count):
    """Does count things to a dump."""
    tables = dump["cassandra"]["config_db_uuid"]
    nodes = json.loads(dump["zookeeper"])
    objects = tables["obj_uuid_table"]
    for _ in range(min(count, len(objects) // 2)):
        kind = r.randrange(8)
        if kind < 4:
            uuid = r.choice(sorted(objects))
            cells = objects[uuid]
            column = r.choice(sorted(cells))
            if kind == 0:
                del cells[column]
            elif kind == 1 and len(objects) > 2:
                del objects[uuid]
            elif kind == 2:
                other = r.choice(sorted(objects))
                objects[other][column] = cells[column]
            elif ":" in column:
                kind_of, _, rest = column.rpartition(":")
                if kind_of in ("ref:virtual_network", "backref:virtual_network", "children:virtual_network") or kind_of.count(":") == 1:
                    cells[f"{kind_of}:{r.choice(sorted(objects))}"] = cells.pop(column)
            if not objects.get(uuid, True):
                del objects[uuid]
        elif kind == 4:
            index = tables["obj_fq_name_table"]
            row = index[r.choice(sorted(index))]
            if len(row) > 1:
                del row[r.choice(sorted(row))]
        elif kind == 5 and nodes:
            del nodes[r.randrange(len(nodes))]
        elif kind == 6 and nodes:
            path, (data, stat) = r.choice(nodes)
            path = path.rstrip("/")[:-1] + str(r.randrange(10))
            if path not in {p.rstrip("/") for p, _ in nodes}:
                nodes.append([path, [data, stat]])
        elif kind == 7 and nodes:
            node = r.choice(nodes)
            node[1][0] = r.choice(nodes)[1][0]
    dump["zookeeper"] = json.dumps(nodes)


def families(dump):
    """Adds nodes of families that no generated dump has, for objects that it has."""
    rows = dump["cassandra"]["config_db_uuid"]["obj_uuid_table"]
    by_type = collections.defaultdict(list)
    for uuid, cells in rows.items():
        by_type[json.loads(cells["type"][0])].append((uuid, json.loads(cells["fq_name"][0])))
    nodes = json.loads(dump["zookeeper"])

    def add(path, data):
        nodes.append([path, [data, [*STAT[:8], len(data.encode()), *STAT[9:]]]])

    any_uuid, name = sorted(by_type["virtual_network"])[0]
    joined = ":".join(name)
    for i, path in enumerate(
        ("/id/virtual-networks/%010d", "/id/security-groups/id/%010d", "/id/virtual-port-group/%010d", "/id/bgp/route-targets/%010d",
         "/id/bgp/route-targets/type1_2/%010d", "/id/bgpaas/port/%010d", "/id/tags/typesUD/%010d", "/id/tags/values/UD/acme/%010d",
         "/id/tags/values/tier/%010d", "/id/sub-clusters/id/%010d", "/id/aggregated-ethernet/%010d", "/id/f5-lb/vlan/%010d",
         "/id/aggregated-ethernet/router one/%010d", f"/id/service-chain/vlan/{any_uuid}/%010d", f"/id/service-chain/vlan/{any_uuid}%010d",
         f"/id/pnf/vlan_id{any_uuid}/%010d", f"/id/pnf/unit_id{any_uuid}/%010d", "/id/pnf/network_id%010d", "/id/virtual-networks/7%d",
         "/id/virtual-networks/x%d")
    ):
        add(path % (70 + i), joined)
    add(f"/id/ae-id-vpg/vpg:{any_uuid}/port", "3")
    add(f"/vnc_api_server_obj_create/{any_uuid}/virtual_network", "3")
    add("/api-server-election/0", "x")
    add("/validation/fabric/enterprise/x", "x")
    add("/job-manager/x:fabric/fabric-job-monitor", "x")
    add(f"/fq-name-to-uuid/virtual_network:{joined}/more", any_uuid)
    dump["zookeeper"] = json.dumps(nodes)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--dumptool", default="dumptool")
    args.add_argument("--seeds", type=int, default=1)
    args.add_argument("--objects", type=int, default=600)
    args.add_argument("--damages", type=int, default=3, help="damaged dumps of each")
    args.add_argument("dumps", nargs="*")
    args = args.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)
        findings = Findings(args.dumptool, folder)
        made = []
        for seed in range(1, args.seeds + 1):
            for flags in ([], ["--cluster-id", "acme-east", "--four-byte-asn"]):
                made.append(path(f"{seed}{len(flags)}.json"))
                subprocess.run(
                    [args.dumptool, "generate", "-q", "-f", "--objects", str(args.objects), "--seed", str(seed), *flags, "-o", made[-1]],
                    check=True)
        for source in made + args.dumps:
            title = os.path.basename(source)
            findings.compare(title, source, source in made)
            for number in range(args.damages):
                dump = read(source)
                if not dump.get("cassandra", {}).get("config_db_uuid", {}).get("obj_uuid_table"):
                    continue
                if number == 0 and source in made:
                    families(dump)
                else:
                    damage(dump, random.Random(f"{title} {number}"), 1 << number + 2)
                write(dump, path("damaged.json"))
                findings.compare(f"{title}, damage {number}", path("damaged.json"))
    return 1 if findings.found else 0


if __name__ == "__main__":
    sys.exit(main())
