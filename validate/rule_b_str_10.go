package validate

import "github.com/dumptool/dumptool/dump"

var _ = add(Rule{
	ID: "B-STR-10", Severity: Error, Check: "structure", Problem: true,
	Title: "an entry of zookeeper isn't [path, [data, stat]]",
	Doc:   "The stat has eleven integers. One with a single number, as simulators make it, is a warning.",
	Node: func(r *Report, n *Node) {
		if n.Shape&dump.ShortStat != 0 {
			r.milder(Warning, n.Finding("the stat has one number instead of eleven"))
		}
	},
})
