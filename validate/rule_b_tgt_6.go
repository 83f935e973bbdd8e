package validate

import (
	"strings"

	"github.com/dumptool/dumptool/contrail"
)

var _ = add(Rule{
	ID: "B-TGT-6", Severity: Fatal, Check: "target", Target: true,
	Title: "the target is not empty",
	Doc:   "A table of the dump has rows there, or a directory of ZooKeeper exists, other than those that importers ignore.",
	Whole: func(r *Report, v *Inventory) {
		for _, what := range v.Target.Filled {
			family, isNode := strings.CutPrefix(what, "zk:/")
			keyspace, table, _ := strings.Cut(what, "/")
			if isNode && v.Families[family] > 0 && !contrail.IsIgnored([]byte(family)) || !isNode && v.Has(keyspace, table) {
				r.at("", what, "%s is there already", what)
			}
		}
	},
})
