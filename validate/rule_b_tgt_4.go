package validate

import (
	"strings"

	"github.com/dumptool/dumptool/dump"
)

var _ = add(Rule{
	ID: "B-TGT-4", Severity: Error, Check: "target",
	Title: "the name of a keyspace begins with a cluster id",
	Doc:   "In a dump keyspaces have none: importers put it in front again.",
	Fix:   "take it off",
	Whole: func(r *Report, v *Inventory) {
		for _, k := range v.Keyspaces {
			for _, usual := range usualKeyspaces {
				if prefix, found := strings.CutSuffix(k.Name, "_"+usual); found && prefix != "" {
					r.fixedIf(!v.Has(usual, ""), Edit{Op: RenameSpace, Path: dump.Path{Level: dump.AtKeyspace, Keyspace: k.Name}, Value: usual}).
						at("", dump.Path{Level: dump.AtKeyspace, Keyspace: k.Name}.String(), "the keyspace %s is %s with a prefix", quoted(k.Name), usual)
					break
				}
			}
		}
	},
})
