# Imports and exports of 24 MB and 224 MB with Cassandra 3.11 and 5.0, against bare gocql loops and Python loops. SIZES=880000 does it
# with 2.2 GB, a million rows and 14 million cells, which takes half an hour for each of VERSIONS. Needs scripts/bootstrap.
cd "$TESTDATA/.."
go test ./export/livetest -run '^$' -bench "^BenchmarkLive\$/^(${SIZES:-10000|88000})\$/^(${VERSIONS:-3.11.19|5.0.4})\$" -benchtime 1x -timeout 3h -v
