package validate

import "github.com/dumptool/dumptool/dump"

var _ = add(Rule{
	ID: "B-STR-16", Severity: Warning, Check: "structure",
	Title: "two keyspaces have a table of the same name",
	Doc:   "The original importer finds tables by name alone, so that one gets the rows of the other.",
	Whole: func(r *Report, v *Inventory) {
		in := map[string]string{}
		for _, k := range v.Keyspaces {
			for _, t := range k.Tables {
				if other, twice := in[t.Name]; twice && other != k.Name {
					r.at("", dump.Path{Level: dump.AtTable, Keyspace: k.Name, Table: t.Name}.String(), "keyspace %s has a table %s too", quoted(other), quoted(t.Name))
				} else {
					in[t.Name] = k.Name
				}
			}
		}
	},
})
