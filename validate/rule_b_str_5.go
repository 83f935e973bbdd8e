package validate

var _ = add(Rule{
	ID: "B-STR-5", Severity: Fatal, Check: "structure", Problem: true,
	Title: "the text of zookeeper is no JSON, or no list",
	Doc:   "None of its nodes behind the place can be read.",
})
