#!/usr/bin/env python3
"""Checks whether a dump is consistent: check_consistency.py [--only IDS] [--skip IDS] FILE

Prints one finding a line, `ID SEVERITY WHERE: MESSAGE`, sorted. IDS are separated
by commas and taken as beginnings: `--only M-` gives the rules of the original
checker, `--skip B-OBJ-4` leaves out one rule.
Exit 0 nothing found, 1 findings, 2 FILE can't be read as a dump (repeated keys
are findings here, every other refusal of strict_dump.py is one here too).

Rules: X-GSC, X-ZKPATH, B-ENC-5, B-STR-8; M-MAND, M-ORPH, M-FQN, M-DUP, M-RTBR,
M-SNU, M-IPA, M-RTID, M-VNID, M-SGID, M-AE as the original means them, without the
flaws of section A4 and with alloc_unit; B-STR-11, 12; B-OBJ-1 to 5; B-FQN-1 to 3;
B-TS-6; B-SHR-1, 2; B-PAR-1 to 7, 10; B-REF-1 to 6; B-ZK-1, 4, 7 to 10; B-SUB-1 to
5, 7, 9, 11; B-VN-1; B-SG-1; B-RT-1, 2; B-RI-1, 2; B-VMI-1, 2.

What the original says in one error about a set (M-SNU-4 and 5, M-IPA-10 and 12,
M-VNID-4, M-SGID-5) is one finding for each member here.
"""

import argparse
import sys

import dumpfile
import rules_ids
import rules_links
import rules_names
import rules_networks
import rules_zookeeper
from objectview import Findings, View

WARNINGS = {"M-SNU-1", "M-SNU-4", "M-SNU-5", "B-SHR-2", "B-OBJ-4", "B-REF-6", "B-ZK-1"}
FATAL = {"X-GSC", "B-ZK-4"}


def findings(dump):
    """All findings of a dump as (id, where, message)."""
    found = Findings()
    view = View(dump, found)
    for rules in (rules_names, rules_links, rules_ids, rules_networks, rules_zookeeper):
        rules.check(view)
    return sorted(found.lines)


def severity(id_, message):
    if id_ in FATAL:
        return "fatal"
    unknown_column = id_ == "B-OBJ-5" and message == "unknown column"
    upper_case = id_ == "B-OBJ-1" and message.endswith("upper case")
    not_null = id_ == "B-FQN-2" and message == "value is not null"
    return "warning" if id_ in WARNINGS or unknown_column or upper_case or not_null else "error"


def main(args):
    parser = argparse.ArgumentParser(description="check whether a dump is consistent")
    parser.add_argument("--only", default="")
    parser.add_argument("--skip", default="")
    parser.add_argument("file")
    options = parser.parse_args(args)
    try:
        dump = dumpfile.load(options.file, allow_repeats=True)
    except (dumpfile.Refused, OSError) as err:
        print("%s: %s" % (options.file, err), file=sys.stderr)
        return 2
    only = tuple(options.only.split(","))
    skip = tuple(id_ for id_ in options.skip.split(",") if id_)
    status = 0
    for id_, where, message in findings(dump):
        if id_.startswith(only) and not id_.startswith(skip):
            print(dumpfile.printable("%s %s %s: %s" % (id_, severity(id_, message), where, message)))
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
