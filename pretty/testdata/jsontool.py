"""Runs json.tool over every *.json of a folder, with each of several sets of options.

usage: jsontool.py DIR OPTIONS...

OPTIONS are the words of a command line. For X.json and the options number K, X.K is what json.tool prints, or it is
absent if json.tool refuses the document. X.beyond says that the document has a name twice, or a number that Python
prints in another way than it was written.
"""

import json
import json.tool
import pathlib
import sys


class Beyond(Exception):
    pass


def unique(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise Beyond
    return dict(pairs)


def as_written(convert):
    def parse(text):
        value = convert(text)
        if json.dumps(value) != text:
            raise Beyond
        return value
    return parse


def run(source, target, options):
    sys.argv = ["json.tool", *options, str(source), str(target)]
    try:
        json.tool.main()
    except (SystemExit, RecursionError):
        target.unlink(missing_ok=True)


sets = [words.split() for words in sys.argv[2:]]
for source in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    try:
        text = source.read_bytes().decode()
        json.loads(text, object_pairs_hook=unique, parse_int=as_written(int), parse_float=as_written(float))
    except Beyond:
        source.with_suffix(".beyond").touch()
        continue
    except (ValueError, RecursionError):
        pass
    for k, options in enumerate(sets):
        run(source, source.with_suffix("." + str(k)), options)
