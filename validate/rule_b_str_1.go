package validate

var _ = add(Rule{
	ID: "B-STR-1", Severity: Fatal, Check: "structure", Problem: true,
	Title: "the file is not JSON",
	Doc:   "Nothing behind the place can be read, so that what has to be compared with the rest of the dump is not checked.",
})
