#!/usr/bin/env python3
"""Checks many dumps for consistency: findings.py FILE...

Prints one JSON object a line for each file, in order: {"file", "findings": {ID: count}},
or {"file", "refused": text} for one that can't be read as a dump. The rules are those
of check_consistency.py.
"""

import collections
import json
import sys

import check_consistency
import dumpfile


def main(files):
    for file in files:
        line = {"file": file}
        try:
            dump = dumpfile.load(file, allow_repeats=True)
        except (dumpfile.Refused, OSError) as err:
            line["refused"] = str(err)
        else:
            line["findings"] = collections.Counter(id_ for id_, _, _ in check_consistency.findings(dump))
        print(json.dumps(line), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
