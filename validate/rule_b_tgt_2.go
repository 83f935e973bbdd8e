package validate

import "github.com/dumptool/dumptool/dump"

var _ = add(Rule{
	ID: "B-TGT-2", Severity: Error, Check: "target",
	Title: "a table is missing",
	Doc:   "One of those that the services read at their start, in a keyspace that is there.",
	Fix:   "add it, empty",
	Whole: func(r *Report, v *Inventory) {
		for _, t := range [][2]string{
			{objectKeyspace, objectTable}, {objectKeyspace, nameTable}, {objectKeyspace, sharedTable},
			{"useragent", "useragent_keyval_table"}, {"to_bgp_keyspace", "route_target_table"},
		} {
			if v.Has(t[0], "") && !v.Has(t[0], t[1]) {
				r.with(Edit{Op: AddContainer, Path: dump.Path{Level: dump.AtTable, Keyspace: t[0], Table: t[1]}}).at("", t[0]+"/"+t[1], "table %s is missing in keyspace %s", t[1], t[0])
			}
		}
	},
})
