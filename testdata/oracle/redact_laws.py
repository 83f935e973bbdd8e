"""Does `dumptool redact --profile anonymous` keep its laws on generated pairs?

    redact_laws.py [--seeds N] [--objects N] [--dumptool PROGRAM]

For each seed a pair of dumps is generated and redacted with one key, and then:

1. What check_consistency.py finds in a redacted dump is what it finds in the
   original: nothing.
2. The diff of the redacted pair has as many changes as the diff of the pair, of
   the same kinds, types, fields and edits.
3. No name, address or MAC address of the originals stands in the results, read
   as text, with the JSON inside of values decoded: names of six characters and
   more that the model doesn't use itself, addresses that nothing was turned into.
4. The same input and key give the same bytes.

All of it once more with --uuids. Exit 1: a law is broken.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# Names with a meaning, which stay.
KEPT = {"dci-network", "egress-access-control-list", "ingress-access-control-list", "ip-fabric", "snat-si-left"}


def run(*command, ok=(0,)):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in ok:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[:2000]}")
    return done.stdout


def shape(program, a, b):
    """Counts the changes between two dumps, without names and values."""
    answer = json.loads(run(program, "-q", "diff", "--exit-zero", "--json", a, b))
    count = collections.Counter()
    for change in answer["changes"]:
        fields = sorted(
            (":".join(f["path"].split(":")[:2]), f["op"], len(f.get("edits", ()))) for f in change.get("fields", ())
        )
        key = [change["kind"], change["op"], change.get("type"), "renamed_from" in change, "recreated_from" in change, fields]
        count[json.dumps(key)] += 1
    return count, answer["summary"]


def strings(value):
    """Yields every string in a value, also those of JSON inside of strings."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value
        if value[:1] in ("{", "[", '"'):
            try:
                yield from strings(json.loads(value))
            except ValueError:
                pass


def words(path):
    """The words of all strings of a dump."""
    with open(path, encoding="utf-8") as f:
        found = set()
        for text in strings(json.load(f)):
            found.update(re.findall(r"[^\W_]+(?:[.:-][^\W_]+)*", text))
        return found


def names(path):
    """Names of objects, and MAC addresses: what must not stand in the result."""
    with open(path, encoding="utf-8") as f:
        rows = json.load(f)["cassandra"]["config_db_uuid"]["obj_uuid_table"]
    found = set()
    for row in rows.values():
        for part in json.loads(row["fq_name"][0])[1:]:
            found.update(w for w in re.findall(r"[^\W_]+(?:-[^\W_]+)*", part) if len(w) >= 6)
        macs = row.get("prop:virtual_machine_interface_mac_addresses")
        if macs:
            found.update(json.loads(macs[0])["mac_address"])
    uuid = re.compile(r"[0-9a-f]{8}-|[0-9a-f]{32}|\d+$|default-|service-|n-")
    return {w for w in found if not uuid.match(w)}


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--seeds", type=int, default=2)
    args.add_argument("--objects", type=int, default=600)
    args.add_argument("--dumptool", default="dumptool")
    args = args.parse_args()
    program, broken = args.dumptool, []
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)
        for seed in range(1, args.seeds + 1):
            run(program, "generate", "-q", "-f", "--objects", str(args.objects), "--seed", str(seed), "-o", path("a"),
                "--changes", "40", "--after", path("b"))
            want, want_summary = shape(program, path("a"), path("b"))
            private = {"a": names(path("a")), "b": names(path("b"))}
            vocabulary = {w for w in re.split(r"[^a-z]+", open(path("a"), encoding="utf-8").read()) if len(w) >= 6}
            for flags in ([], ["--uuids"]):
                key = path(f"key{seed}{len(flags)}")
                redact = [program, "redact", "-q", "-f", "--profile", "anonymous", *flags]
                run(*redact, "--new-key", key, path("a"), "-o", path("a2"))
                run(*redact, "--key-file", key, path("b"), "-o", path("b2"))
                run(*redact, "--key-file", key, path("a"), "-o", path("a3"))
                if open(path("a2"), "rb").read() != open(path("a3"), "rb").read():
                    broken.append(f"seed {seed} {flags}: the same key gives other bytes")
                for name in ("a2", "b2"):
                    found = run(sys.executable, os.path.join(HERE, "check_consistency.py"), path(name), ok=(0, 1))
                    if found.strip():
                        broken.append(f"seed {seed} {flags}: {name} is not consistent: {found[:500]}")
                    left = private[name[0]] & words(path(name)) - KEPT
                    left = {w for w in left if not (w.islower() and w.isalpha() and w in vocabulary)}
                    if left:
                        broken.append(f"seed {seed} {flags}: {name} still has {sorted(left)[:5]}")
                got, got_summary = shape(program, path("a2"), path("b2"))
                if got != want or got_summary != want_summary:
                    broken.append(f"seed {seed} {flags}: another diff: {(want - got) or ''} {(got - want) or ''}")
    for line in broken:
        print(line)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
