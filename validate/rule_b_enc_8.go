package validate

var _ = add(Rule{
	ID: "B-ENC-8", Severity: Warning, Check: "encoding",
	Title: "two names of a type differ only by the normal form of Unicode",
	Doc:   "They look the same.",
	Spelling: func(r *Report, s *Spelling) {
		if s.Row != nil {
			r.row(s.Row, "fq_name", "%s is %s in another normal form", quoted(s.Name), quoted(s.Other))
		}
	},
})
