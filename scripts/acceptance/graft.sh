#!/usr/bin/env bash
# A tenant of 24 MB and 224 MB is put between others, and an import is taken back: seconds and memory. Needs scripts/bootstrap.
set -euo pipefail
cd "$TESTDATA/.."
go test ./export/livetest -run '^$' -bench Graft -benchtime 1x -timeout 2h -v
