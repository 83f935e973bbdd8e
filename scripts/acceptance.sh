#!/usr/bin/env bash
# Runs the program as its users do and judges it by other programs: each scripts/acceptance/*.sh is a case, run in an
# empty folder of its own with the program first in PATH and these variables:
#
#   MEASURE   scripts/measure.py
#   TESTDATA  the folder testdata
#   ORACLE    testdata/oracle, programs that know dumps and nothing of this project's code
#   PYTHON    a Python with the packages of scripts/requirements.txt, if there is one
#
# A case passes if it exits with 0. Arguments name the cases to run, without folder and ending.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -trimpath -o "$work/bin/dumptool" ./cmd/dumptool
export PATH=$work/bin:$PATH MEASURE=$PWD/scripts/measure.py TESTDATA=$PWD/testdata ORACLE=$PWD/testdata/oracle PYTHON=python3
[ -x build/venv/bin/python ] && PYTHON=$PWD/build/venv/bin/python

passed=0 failed=0
for case in scripts/acceptance/*.sh; do
  name=$(basename "$case" .sh)
  if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then
    continue
  fi
  case=$PWD/$case
  mkdir "$work/$name"
  if (cd "$work/$name" && bash -euo pipefail "$case") >"$work/log" 2>&1 </dev/null; then
    passed=$((passed + 1))
    echo "ok    $name"
    sed 's/^/      /' "$work/log"
  else
    failed=$((failed + 1))
    echo "FAIL  $name"
    sed 's/^/      /' "$work/log"
  fi
  rm -rf "${work:?}/$name"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
