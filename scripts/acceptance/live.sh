# Imports and exports of 24 MB and 224 MB with Cassandra 3.11 and 5.0, against bare gocql loops and Python loops; 2.2 GB with
# SIZES=880000, which takes an hour. Needs scripts/bootstrap.
cd "$TESTDATA/.."
go test ./export/livetest -run '^$' -bench "^BenchmarkLive\$/^(${SIZES:-10000|88000})\$" -benchtime 1x -timeout 3h -v
