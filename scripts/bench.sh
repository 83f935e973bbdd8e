#!/usr/bin/env bash
# Measures the program on a generated dump: wall time, CPU time and peak memory of each job, then Go's own benchmarks.
#
#   BENCH_OBJECTS  size of the dump (default 100000)
#   BENCH_DIR      where dumps and programs go (default build/bench)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

objects=${BENCH_OBJECTS:-100000}
dir=${BENCH_DIR:-build/bench}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
go build -trimpath -o "$dir/dumptool" ./cmd/dumptool
dumptool=$dir/dumptool

before=$dir/before-$objects.json
after=$dir/after-$objects.json
if [ ! -f "$before" ] || [ ! -f "$after" ]; then
  "$dumptool" generate --force --objects "$objects" --seed 1 -o "$before" --changes 100 --after "$after"
fi

# Hand-written passes that show what is possible, where they are at hand.
limits=../shared/bench/limits
if [ -d "$limits" ]; then
  (cd "$limits" && GOEXPERIMENT=jsonv2 go build -o "$dir/limits" .)
else
  echo "no limits to compare with: $limits is not there" >&2
fi

printf 'job\twall s\tCPU s\tMiB\n'
measure() { python3 scripts/measure.py "$@"; }
measure "generate" "$dumptool" generate --objects "$objects" --seed 1

go test -run '^$' -bench . -benchmem ./...
