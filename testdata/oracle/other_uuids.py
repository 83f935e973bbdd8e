#!/usr/bin/env python3
"""Makes another system of a dump: other_uuids.py IN OUT [--seed N], or compares two comparisons by name.

Every object gets another uuid, wherever it stands: as a key, in names of columns and nodes, in values, in the form of
32 digits, and as the two halves in id_perms. Some keep theirs. Objects whose own name holds their uuid keep it, since by
name they would be others.

other_uuids.py --compare FIRST SECOND MAPPING: the answers of `dumptool diff --match-by name --json` for A and B, and for A
and the other system made of B, are the same but for the uuids. MAPPING is what was written beside OUT, as OUT.uuids.
"""

import argparse
import json
import random
import re
import sys
import uuid

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DIGITS = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
NUMBER = re.compile(r"(?<![0-9])[0-9]{15,20}(?![0-9])")


def replacer(mapping):
    plain = {k.replace("-", ""): v.replace("-", "") for k, v in mapping.items()}
    halves = {}
    for old, new in plain.items():
        for part in (slice(0, 16), slice(16, 32)):
            halves[str(int(old[part], 16))] = str(int(new[part], 16))

    def replace(text):
        text = UUID.sub(lambda m: mapping.get(m[0], m[0]), text)
        text = DIGITS.sub(lambda m: plain.get(m[0], m[0]), text)
        return NUMBER.sub(lambda m: halves.get(m[0], m[0]), text)

    return replace


def make(source, target, seed):
    r = random.Random(seed)
    with open(source, encoding="utf-8") as file:
        text = file.read()
    rows = json.loads(text)["cassandra"]["config_db_uuid"]["obj_uuid_table"]
    mapping = {}
    for key, row in rows.items():
        own = any(key in part for part in json.loads(row["fq_name"][0]))
        if not own and r.random() > 0.05:
            mapping[key] = str(uuid.UUID(int=r.getrandbits(128), version=4))
    with open(target, "w", encoding="utf-8") as file:
        file.write(replacer(mapping)(text))
    with open(target + ".uuids", "w", encoding="utf-8") as file:
        json.dump(mapping, file)


def normal(answer, replace):
    """The changes without their order, which uuids have a say in, and without places in lists of edits."""
    found = set()
    for change in answer["changes"]:
        change = dict(change)
        for fields in ("fields", "columns"):
            if fields in change:
                change[fields] = sorted(json.dumps(f, sort_keys=True) for f in change[fields])
        found.add(replace(json.dumps(change, sort_keys=True)))
    # Fields that were sorted by other uuids are sorted again.
    return {json.dumps(resort(json.loads(c)), sort_keys=True) for c in found}


def resort(change):
    for fields in ("fields", "columns"):
        if fields in change:
            change[fields] = sorted(change[fields])
    return change


def compare(first, second, mapping):
    answers = []
    for path in (first, second):
        with open(path, encoding="utf-8") as file:
            answers.append(json.load(file))
    with open(mapping, encoding="utf-8") as file:
        back = {new: old for old, new in json.load(file).items()}
    want, got = normal(answers[0], lambda text: text), normal(answers[1], replacer(back))
    for change in sorted(want - got)[:5]:
        print("missing:", change[:400])
    for change in sorted(got - want)[:5]:
        print("too many:", change[:400])
    return 0 if want == got else 1


def main(args):
    parser = argparse.ArgumentParser(description="another system made of a dump")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args(args)
    if options.compare:
        return compare(*options.files)
    make(*options.files, options.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
