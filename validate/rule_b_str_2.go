package validate

var _ = add(Rule{
	ID: "B-STR-2", Severity: Fatal, Check: "structure", Problem: true,
	Title: "the file is truncated",
	Doc:   "It ends inside of a value, or its compressed form ends early or has a wrong checksum. repair --salvage keeps the complete rows.",
})
