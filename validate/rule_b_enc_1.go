package validate

var _ = add(Rule{
	ID: "B-ENC-1", Severity: Error, Check: "encoding", Problem: true,
	Title: "the file has bytes that are no UTF-8",
	Doc:   "Parsers refuse or replace them.",
})
