# Patches are applied to live databases: fifty random ones, with kills, with others who write meanwhile. Takes some 10 minutes.
cd "$TESTDATA/.."
go test -tags acceptance -count=1 -timeout 60m -run 'PatchLive' ./export/livetest
