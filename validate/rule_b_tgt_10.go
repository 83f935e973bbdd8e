package validate

import "bytes"

var _ = add(Rule{
	ID: "B-TGT-10", Severity: Warning, Check: "target",
	Title: "the path of a node has no slash behind its first character",
	Doc:   "The original importer fails on it.",
	Node: func(r *Report, n *Node) {
		if len(n.Raw) == 0 || bytes.IndexByte(n.Raw[1:], '/') < 0 {
			r.node(n, "the path %s has no second slash", quoted(string(n.Raw)))
		}
	},
})
