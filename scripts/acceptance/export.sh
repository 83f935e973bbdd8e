#!/usr/bin/env bash
# Exports of 24 MB and 224 MB from Cassandra 3.11 and 5.0, against a bare gocql loop and a Python loop. Needs scripts/bootstrap.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
go test ./export/livetest -run '^$' -bench Export -benchtime 1x -timeout 2h -v
