package validate

var _ = add(Rule{
	ID: "B-STR-4", Severity: Error, Check: "structure", Problem: true,
	Title: "zookeeper is absent, or neither a text nor an empty object",
	Doc:   "The original importer wants a text that holds a list. A bare list is read all the same, with a warning.",
	Fix:   "where it is absent, add \"[]\"",
})
