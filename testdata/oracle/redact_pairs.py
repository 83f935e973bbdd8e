"""Does `dumptool redact` keep its laws on pairs of odd dumps (random_dumps.py)?

    redact_pairs.py [--program PROGRAM] [--seed N] [--count N] [--keep DIR] [DUMP...]

For each pair and for both profiles, with uuids and without, under one key:

1. The results are dumps, read strictly, with as many keyspaces, tables, rows,
   cells and nodes as the originals.
2. The diff of the results has as many changes as the diff of the originals, of
   the same kinds, types, fields and edits. Of pseudonyms this is only so if
   both have the same subnets, on which those of addresses depend.
3. Without secrets they stay as they are when they are redacted once more.
"""

import collections
import json
import os
import re
import subprocess
import sys

import dumpfile
import random_runs
from random_dumps import Spelling


KINDS = {"type", "fq_name", "parent_type", "prop", "propl", "propm", "ref", "backref", "children", "parent", "relaxbackref", "META"}


class Broken(Exception):
    pass


def run(*command):
    done = subprocess.run(command, capture_output=True)
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


def kind(column):
    """What a column is; others than those of the model can have other names afterwards."""
    first = column.partition(":")[0]
    return first if first in KINDS else ""


def changes(program, a, b):
    """Counts the changes between two dumps, without names and values."""
    code, out, err = run(program, "-q", "diff", "--exit-zero", "--all", "--json", a, b)
    if code:
        raise Broken("diff: exit %d: %s" % (code, err[:300]))
    answer = json.loads(out)
    count = collections.Counter()
    for change in answer["changes"]:
        fields = sorted((kind(f["path"]), f["op"], len(f.get("edits", ()))) for f in change.get("fields", ()))
        count[json.dumps([change["kind"], change["op"], "renamed_from" in change, "recreated_from" in change, fields])] += 1
    return count


def sizes(path):
    with open(path, "rb") as f:
        dump = dumpfile.read(f.read())
    tables = {
        (ks, t): (len(rows), sum(len(row) for row in rows.values())) for ks, ts in dump.keyspaces.items() for t, rows in ts.items()
    }
    return tables, len(dump.nodes), len(dump.members)


def subnets(text):
    """What looks like a subnet in a dump."""
    plain = text.decode("utf-8", "replace").replace("\\", "")
    prefixes = re.findall(r"ip_prefix(?:_len)?\W+([0-9a-fA-F.:]+)", plain)
    return set(prefixes) | set(re.findall(r"subnets/[^\"]*?([0-9a-fA-F.:]+/\d+)/\d", plain))


def check(program, folder, texts):
    path = lambda name: os.path.join(folder, name)
    for name, text in zip("ab", texts):
        with open(path(name), "wb") as f:
            f.write(text)
    with open(path("key"), "w") as f:
        f.write("17" * 32 + "\n")
    try:
        want = changes(program, path("a"), path("b"))
    except Broken:
        return  # no business of redaction
    for flags in (["--profile", "share"], ["--profile", "anonymous"], ["--profile", "anonymous", "--uuids"]):
        redact = [program, "-q", "redact", "-f", "--key-file", path("key"), *flags]
        for name in "ab":
            code, _, err = run(*redact, path(name), "-o", path(name + "2"))
            if code:
                raise Broken("%s of %s: exit %d: %s" % (flags, name, code, err[:300]))
            if sizes(path(name)) != sizes(path(name + "2")):
                raise Broken("%s of %s: %s becomes %s" % (flags, name, sizes(path(name)), sizes(path(name + "2"))))
            if "share" in flags:
                code, out, err = run(*redact, path(name + "2"))
                with open(path(name + "2"), "rb") as f:
                    if code or out != f.read():
                        raise Broken("%s of %s: another result the second time: %s" % (flags, name, err[:300]))
        if "share" not in flags and subnets(texts[0]) != subnets(texts[1]):
            continue
        got = changes(program, path("a2"), path("b2"))
        if got != want:
            raise Broken("%s: another diff: %s instead of %s" % (flags, got - want, want - got))


def main(args):
    options = random_runs.options("hold dumptool redact to its laws", args)

    def case(r, dumps, folder):
        texts = [Spelling(r, r.random() < 0.3).document(d) for d in random_runs.pair(r, dumps)]
        try:
            check(options.program, folder, texts)
        except (Broken, dumpfile.Refused) as why:
            return dict(zip("ab", texts)), why
        return {}, None

    return random_runs.run(options, case, "pairs")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
