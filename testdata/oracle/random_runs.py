"""Runs a check of a program over many random dumps, one a seed, and says which seeds break it."""
import argparse
import copy
import os
import random
import tempfile
import time

import dumpfile
from random_dumps import Changer, Doc, base


def options(description, args, more=None):
    """Reads the arguments that all programs of laws take; more(parser) adds others."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--program", default="dumptool")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=0, help="stop after this time")
    parser.add_argument("--keep", metavar="DIR", help="keep the dumps that break a law")
    parser.add_argument("dumps", nargs="*", metavar="DUMP")
    if more:
        more(parser)
    return parser.parse_args(args)


def pair(r, dumps):
    """Two random documents, the second made of the first by none to thirty changes."""
    a = base(r, dumps)
    changed(r, a, [0, 0, 3, 20])
    b = copy.deepcopy(a)
    changed(r, b, [0, 1, 1, 2, 5, 30])
    return a, b


def changed(r, doc, counts):
    changer = Changer(r, doc)
    for _ in range(r.choice(counts)):
        changer.change()
    return doc


def run(opts, case, what):
    """Calls case(r, dumps, folder) for each seed, which gives (texts, why): the dumps as bytes by name, and what is wrong
    with them or None. Exit code 1 if anything was wrong."""
    dumps = []
    for path in opts.dumps:
        with open(path, "rb") as file:
            dumps.append(Doc.of(file.read()))
    begun, broken, done = time.monotonic(), 0, 0
    for seed in range(opts.seed, opts.seed + opts.count):
        if opts.seconds and time.monotonic() - begun > opts.seconds:
            break
        done += 1
        with tempfile.TemporaryDirectory() as folder:
            texts, why = case(random.Random(seed), dumps, folder)
        if why is None:
            continue
        broken += 1
        print("seed %d: %s" % (seed, dumpfile.printable(str(why))), flush=True)
        if opts.keep:
            for name, text in texts.items():
                with open(os.path.join(opts.keep, "%d-%s.json" % (seed, name)), "wb") as file:
                    file.write(text)
    print("%d %s, %d broken" % (done, what, broken))
    return 1 if broken else 0
