package validate

var _ = add(Rule{
	ID: "B-STR-14", Severity: Info, Check: "structure", Problem: true,
	Title: "the file has a byte order mark",
	Doc:   "Some parsers refuse it.",
	Fix:   "leave it out",
})
