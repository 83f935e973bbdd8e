package validate

import (
	"slices"
	"strings"

	"github.com/dumptool/dumptool/dump"
)

var _ = add(Rule{
	ID: "B-TGT-3", Severity: Fatal, Check: "target",
	Title: "a keyspace can't be restored",
	Doc:   "Its name belongs to the database itself (system…), is longer than 48 characters or has others than letters, digits and _; or the target doesn't allow it.",
	Fix:   "leave it out",
	Whole: func(r *Report, v *Inventory) {
		for _, k := range v.Keyspaces {
			why := ""
			switch {
			case strings.HasPrefix(k.Name, "system"):
				why = "belongs to the database"
			case len(k.Name) > 48:
				why = "is longer than 48 characters"
			case k.Name == "" || strings.Trim(k.Name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "":
				why = "has other characters than letters, digits and _"
			case v.Target != nil && len(v.Target.Keyspaces) > 0 && !slices.Contains(v.Target.Keyspaces, k.Name):
				why = "is not allowed by the target"
			default:
				continue
			}
			r.with(Edit{Op: DropSpace, Path: dump.Path{Level: dump.AtKeyspace, Keyspace: k.Name}, Stage: Clear}).at("", dump.Path{Level: dump.AtKeyspace, Keyspace: k.Name}.String(), "the keyspace %s %s", quoted(k.Name), why)
		}
	},
})
