package validate

import (
	"strings"

	"github.com/dumptool/dumptool/dump"
)

var _ = add(Rule{
	ID: "B-TGT-1", Severity: Error, Check: "target",
	Title: "a keyspace is missing",
	Doc:   "Without config_db_uuid, which is fatal, there is nothing to restore; the original importer hangs.",
	Fix:   "add it, empty",
	Whole: func(r *Report, v *Inventory) {
		for _, name := range usualKeyspaces {
			switch {
			case v.Has(name, ""):
			case name == objectKeyspace:
				r.with(addUnlessPrefixed(v, name)...).milder(Fatal, Finding{Where: name, Message: "keyspace " + name + " is missing", Offset: -1})
			default:
				r.with(addUnlessPrefixed(v, name)...).at("", name, "keyspace %s is missing", name)
			}
		}
	},
})

var usualKeyspaces = []string{objectKeyspace, "useragent", "to_bgp_keyspace", "svc_monitor_keyspace", "dm_keyspace"}

// addUnlessPrefixed adds a keyspace, unless there is one of that name behind a cluster id, which is taken off (B-TGT-4).
func addUnlessPrefixed(v *Inventory, name string) []Edit {
	for _, k := range v.Keyspaces {
		if strings.HasSuffix(k.Name, "_"+name) {
			return nil
		}
	}
	return []Edit{{Op: AddContainer, Path: dump.Path{Level: dump.AtKeyspace, Keyspace: name}}}
}
