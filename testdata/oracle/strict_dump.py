#!/usr/bin/env python3
"""Says of each FILE whether it is a dump: strict_dump.py FILE...

Prints one line a file, `FILE: accepted` or `FILE: refused: WHY`, remarks on
standard error. Exit 0 all accepted, 1 one or more refused, 2 a file could not
be opened. "-" is standard input.

Accepted is what is valid JSON in valid UTF-8, without a repeated key at any
level (also inside the ZooKeeper text), in the shapes A1 to A15, whole to the
last byte, plain or in gzip or zstd streams with good checksums. Remarks, not
refusals: a byte order mark, an absent `zookeeper`, a bare list there. Lone
surrogate escapes are accepted. The JSON inside of column values is not looked at.
"""

import sys

import dumpfile


def main(files):
    if not files:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    status = 0
    for file in files:
        try:
            dump = dumpfile.load(file)
        except dumpfile.Refused as why:
            print("%s: refused: %s" % (file, why))
            status = max(status, 1)
        except OSError as err:
            print(err, file=sys.stderr)
            status = 2
        else:
            print("%s: accepted" % file)
            for note in dump.notes:
                print("%s: %s" % (file, note), file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
