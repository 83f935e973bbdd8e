#!/usr/bin/env python3
"""Runs a command and says what it cost: measure.py NAME COMMAND [ARGUMENT...]

Prints one line, tab-separated: name, wall seconds, CPU seconds, peak memory in MiB. The command's standard output is
thrown away, its standard error is shown. Exits as the command does, except that exit code 1 (differences, findings)
counts as success.
"""
import os
import subprocess
import sys
import time

name, command = sys.argv[1], sys.argv[2:]
start = time.monotonic()
child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
wall = time.monotonic() - start
print(f"{name}\t{wall:.3f}\t{usage.ru_utime + usage.ru_stime:.3f}\t{usage.ru_maxrss / 1024:.1f}", flush=True)
code = os.waitstatus_to_exitcode(status)
sys.exit(0 if code in (0, 1) else 2)
