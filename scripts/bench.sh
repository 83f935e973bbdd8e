#!/usr/bin/env bash
# Measures the program on generated dumps, beside other programs and beside hand-written passes that show what is
# possible: CPU seconds, wall seconds and peak memory of each.
#
#   BENCH_OBJECTS  sizes, in objects (default "4000 40000 395000": about 10 MB, 100 MB and 1 GB); 3950000 makes 10 GB
#   BENCH_PEERS    0 leaves out the other programs, which need four times the size of the dump in memory
#   BENCH_PEER_SECONDS  after so many seconds other programs that compare dumps are stopped (default 60)
#   BENCH_DIR      where dumps and programs go (default build/bench)
#   BENCH_GO       0 leaves out Go's own benchmarks
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dir=${BENCH_DIR:-build/bench}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
go build -trimpath -o "$dir/dumptool" ./cmd/dumptool
dumptool=$dir/dumptool

# Hand-written passes that show what is possible, where they are at hand.
source=../shared/bench/limits
limits=
if [ -d "$source" ]; then
  rm -rf "$dir/limits.src"
  cp -r "$source" "$dir/limits.src"
  chmod -R u+w "$dir/limits.src"
  (cd "$dir/limits.src" && GOEXPERIMENT=jsonv2 go build -o "$dir/limits" . && GOEXPERIMENT=simd go build -o "$dir/simdscan" ./simdscan)
  limits=$dir/limits
else
  echo "no limits to compare with: $source is not there" >&2
fi
peers=${BENCH_PEERS:-1}

measure() { python3 scripts/measure.py "$@"; }

# Others that compare two JSON documents. Not all of them finish.
python=build/venv/bin/python
jd=build/tools/jd-v2.5.0
if [ "$peers" != 0 ] && [ ! -x "$jd" ]; then
  GOBIN=$PWD/build/tools go install github.com/josephburnett/jd/v2/jd@v2.5.0 && mv build/tools/jd "$jd"
fi
diff_peers() { # BEFORE AFTER
  local limit=${BENCH_PEER_SECONDS:-60}
  peer() { measure "  $1" timeout "$limit" "${@:2}" || echo "  $1: not done in $limit s"; }
  peer "python3, row by row" "$python" scripts/diff_peer.py python "$@"
  peer "orjson, row by row" "$python" scripts/diff_peer.py orjson "$@"
  # shellcheck disable=SC2016
  peer "jq -S and diff" bash -c 'jq -S . "$1" >"$3.a" && jq -S . "$2" >"$3.b" && diff "$3.a" "$3.b"' bash "$@" "$dir/sorted"
  rm -f "$dir"/sorted.[ab]
  peer "jd" "$jd" "$@"
  peer "deepdiff" "$python" scripts/diff_peer.py deepdiff "$@"
}
for objects in ${BENCH_OBJECTS:-4000 40000 395000}; do
  before=$dir/before-$objects.json
  after=$dir/after-$objects.json
  if [ ! -f "$before" ] || [ ! -f "$after" ]; then
    "$dumptool" generate -q --force --objects "$objects" --seed 1 -o "$before" --changes 100 --after "$after"
  fi
  # A row from the middle of the table of objects.
  uuid=$(set +o pipefail
    dd if="$before" bs=1M skip=$(($(stat -c %s "$before") / 3 / 1048576)) count=1 status=none |
    grep -o '"[0-9a-f]\{8\}-[0-9a-f-]\{27\}": {' | head -n 1 | cut -c 2-37)
  printf '\n%s objects, %s bytes\n' "$objects" "$(stat -c %s "$before")"
  printf 'job\twall s\tCPU s\tMiB\tMiB read\n'
  cat "$before" "$after" >/dev/null # into the page cache
  measure "pretty" "$dumptool" pretty "$before"
  [ -n "$limits" ] && measure "  limit: hand-pretty" "$limits" hand-pretty "$before"
  measure "info" "$dumptool" info --json "$before"
  if [ -n "$limits" ]; then
    measure "  limit: structural scan" "$dir/simdscan" scan "$before" || true
    measure "  gjson" "$limits" gjson-count "$before"
  fi
  measure "get" "$dumptool" get --raw "$before" "config_db_uuid/obj_uuid_table/$uuid"
  measure "get, an object with names" "$dumptool" get "$before" "$uuid"
  if [ -n "$limits" ]; then
    measure "  limit: literal search" "$limits" memmem "$before" "$uuid"
    measure "  limit: literal search, wide" "$dir/simdscan" find "$before" "$uuid" || true
  fi
  measure "diff" "$dumptool" -q diff --exit-zero --stat "$before" "$after"
  [ -n "$limits" ] && measure "  limit: hand-diff" "$limits" hand-diff "$before" "$after"
  measure "find" "$dumptool" find --exit-zero "$before" "no such text in it"
  measure "query" "$dumptool" query "$before" fq_name
  measure "filter" "$dumptool" -q filter "$before" --omit-keyspace useragent -o -
  measure "filter, to a file" "$dumptool" -q filter --force "$before" --omit-keyspace useragent -o "$dir/filtered.json"
  measure "filter, a type left out" "$dumptool" -q filter "$before" --omit-type access_control_list -o -
  measure "filter, closure" "$dumptool" -q filter "$before" --type logical_router --closure -o -
  rm -f "$dir/filtered.json"
  [ -n "$limits" ] && measure "  limit: hand-filter" "$limits" hand-filter "$before" useragent
  measure "redact" "$dumptool" -q redact --force "$before" -o "$dir/redacted.json"
  measure "redact, anonymous" "$dumptool" -q redact --force --profile anonymous "$before" -o "$dir/redacted.json"
  measure "redact --check" "$dumptool" redact --check "$before"
  if [ "$peers" != 0 ]; then
    python=python3
    [ -x build/venv/bin/python ] && python=build/venv/bin/python
    measure "  an orjson script that masks columns" "$python" scripts/peer_redact.py "$before" "$dir/redacted.json"
    measure "  sed" sed -E 's/("prop:physical_router_(user|snmp)_credentials": \[)"([^"\\]|\\.)*"/\1"\\"********\\""/g' "$before"
  fi
  rm -f "$dir/redacted.json"
  measure "validate" "$dumptool" -q validate --exit-zero --json "$before"
  [ -n "$limits" ] && { measure "  limit: structural scan (goal: 12 of them)" "$dir/simdscan" scan "$before" || true; }
  if [ "$peers" != 0 ]; then
    python=python3
    [ -x build/venv/bin/python ] && python=build/venv/bin/python
    measure "  an orjson script with a few checks" "$python" scripts/peer_validate.py "$before"
    measure "  jq empty" jq empty "$before"
  fi
  scripts/damage.py 1000 "$before" "$dir/damaged.json"
  measure "validate, 1,000 findings" "$dumptool" -q validate --exit-zero --json "$dir/damaged.json"
  measure "repair, 1,000 findings" "$dumptool" -q repair --force --all "$dir/damaged.json" -o "$dir/mended.json"
  rm -f "$dir/damaged.json" "$dir/mended.json"
  measure "compress" "$dumptool" -q compress --force "$before" -o "$dir/before.zst"
  measure "  zstd -3 -T2" zstd -q -f -3 -T2 "$before" -o "$dir/peer.zst"
  printf '  %s bytes indexed, %s by zstd -3\n' "$(stat -c %s "$dir/before.zst")" "$(stat -c %s "$dir/peer.zst")"
  measure "decompress" "$dumptool" -q decompress "$dir/before.zst" -o -
  measure "  zstd -dc" zstd -dqc "$dir/before.zst"
  rm -rf "$dir/volumes" "$dir"/part.*
  measure "split" "$dumptool" -q split "$before" --volume-size 64MiB -o "$dir/volumes"
  measure "  split -b; sha256sum" sh -c 'split -b 64M "$1" "$2/part." && sha256sum "$1" "$2"/part.*' sh "$before" "$dir"
  measure "join" "$dumptool" -q join "$dir/volumes/manifest.json" -o -
  measure "verify" "$dumptool" -q verify "$dir/before.zst"
  measure "verify --sha256" "$dumptool" -q verify --sha256 "$dir/before.zst"
  measure "index" "$dumptool" -q index --force "$before" -o "$dir/before.idx"
  "$dumptool" -q compress --force "$after" -o "$dir/after.zst"
  measure "info, indexed" "$dumptool" info --json "$dir/before.zst"
  measure "get, indexed" "$dumptool" get "$dir/before.zst" "$uuid"
  measure "ls, indexed" "$dumptool" ls "$dir/before.zst"
  measure "filter, indexed" "$dumptool" -q filter --force "$dir/before.zst" --omit-keyspace useragent -o "$dir/filtered.zst"
  measure "  cp of that file" cp "$dir/before.zst" "$dir/filtered.zst"
  rm -f "$dir/filtered.zst"
  measure "ls of a row, indexed" "$dumptool" ls "$dir/before.zst" "config_db_uuid/obj_uuid_table/$uuid"
  measure "query --type, indexed" "$dumptool" query "$dir/before.zst" fq_name --type logical_router
  measure "diff, indexed" "$dumptool" -q diff --exit-zero --stat "$dir/before.zst" "$dir/after.zst"
  if [ "$peers" != 0 ]; then
    measure "  python3 -m json.tool" python3 -m json.tool "$before"
    measure "  jq ." jq . "$before"
    measure "  jq, counts" jq '.cassandra | map_values(map_values(length))' "$before"
    measure "  jq, filter" jq -c 'del(.cassandra.useragent)' "$before"
    if command -v jaq >/dev/null; then measure "  jaq, filter" jaq -c 'del(.cassandra.useragent)' "$before"; fi
    diff_peers "$before" "$after"
    measure "  jq, one row" jq ".cassandra.config_db_uuid.obj_uuid_table[\"$uuid\"]" "$before"
  fi
done

if [ "${BENCH_GO:-1}" != 0 ]; then
  DUMPTOOL_BENCH_FILE=$dir/before-40000.json DUMPTOOL_BENCH_PAIR=$dir/before-40000.json,$dir/after-40000.json \
    go test -run '^$' -bench . -benchmem ./...
fi
