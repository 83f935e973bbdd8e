package validate

import (
	"slices"
	"strings"

	"github.com/dumptool/dumptool/dump"
)

var _ = add(Rule{
	ID: "B-TGT-7", Severity: Warning, Check: "target", Target: true,
	Title: "a table is that of another release than the target's",
	Doc:   "The target has the keyspace, but not the table.",
	Whole: func(r *Report, v *Inventory) {
		if len(v.Target.Tables) == 0 {
			return
		}
		for _, k := range v.Keyspaces {
			known := slices.ContainsFunc(v.Target.Tables, func(t string) bool { return strings.HasPrefix(t, k.Name+"/") })
			for _, t := range k.Tables {
				if known && !slices.Contains(v.Target.Tables, k.Name+"/"+t.Name) {
					r.at("", dump.Path{Level: dump.AtTable, Keyspace: k.Name, Table: t.Name}.String(), "the target has no table %s", quoted(t.Name))
				}
			}
		}
	},
})
