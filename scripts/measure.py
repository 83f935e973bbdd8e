#!/usr/bin/env python3
"""Runs a command and says what it cost: measure.py [--memory MIB] [--read MIB] NAME COMMAND [ARGUMENT...]

Prints one line, tab-separated: name, wall seconds, CPU seconds, peak memory in MiB, and MiB read. The command's standard
output is thrown away, its standard error is shown. Exits as the command does, except that exit code 1 (differences,
findings) counts as success, and that more memory or more bytes read than allowed is a failure.
"""
import argparse
import os
import subprocess
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--memory", type=float, help="the most MiB of memory it may take")
parser.add_argument("--read", type=float, help="the most MiB it may read")
parser.add_argument("name")
parser.add_argument("command", nargs=argparse.REMAINDER)
args = parser.parse_args()

start = time.monotonic()
child = subprocess.Popen(args.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
# What it read is known until it is waited for.
os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
wall = time.monotonic() - start
try:
    with open(f"/proc/{child.pid}/io") as io:
        read = int(next(io).split()[1]) / 2**20
except OSError:
    read = float("nan")
_, status, usage = os.wait4(child.pid, 0)
memory = usage.ru_maxrss / 1024
print(f"{args.name}\t{wall:.3f}\t{usage.ru_utime + usage.ru_stime:.3f}\t{memory:.1f}\t{read:.2f}", flush=True)
code = os.waitstatus_to_exitcode(status)
for what, is_, limit in (("memory", memory, args.memory), ("read", read, args.read)):
    if limit is not None and not is_ <= limit:
        print(f"{args.name}: {what} {is_:.1f} MiB, allowed are {limit:.1f}", file=sys.stderr)
        sys.exit(2)
sys.exit(0 if code in (0, 1) else 2)
