package validate

var _ = add(Rule{
	ID: "B-ENC-2", Severity: Error, Check: "encoding", Problem: true,
	Title: "a name or value has half of a surrogate pair",
	Doc:   "An escape such as \\ud800 alone, which stands for no character. Many parsers replace it, and so merge names.",
})
