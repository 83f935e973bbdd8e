package validate

var _ = add(Rule{
	ID: "B-STR-3", Severity: Fatal, Check: "structure", Problem: true,
	Title: "the top level is no object, or cassandra is absent or no object",
	Doc:   "It is no dump.",
})
