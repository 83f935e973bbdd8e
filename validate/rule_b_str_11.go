package validate

var _ = add(Rule{
	ID: "B-STR-11", Severity: Error, Check: "structure", Problem: true,
	Title: "a name occurs twice in one object of the dump",
	Doc:   "At any level: keyspaces, tables, rows, columns. Ordinary parsers keep the last one and say nothing.",
	Fix:   "keep the one with the newer timestamp, else the last",
})
