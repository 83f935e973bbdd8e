# Servers are killed, and the program often, while it imports and exports. Takes some 20 minutes on a quiet machine.
cd "$TESTDATA/.."
go test -tags acceptance -count=1 -timeout 90m -run 'KilledOften|GraftAllTypes|Survives|Waits|TinyHeap' ./export/livetest
