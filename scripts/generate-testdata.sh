#!/usr/bin/env bash
# Makes the generated dumps of testdata anew. The same program makes the same bytes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mkdir -p testdata/pair
go run ./cmd/dumptool generate --force --objects 160 --seed 1 -o testdata/pair/before.json \
  --changes 20 --after testdata/pair/after.json --truth testdata/pair/truth.json
