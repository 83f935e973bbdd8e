package validate

import "github.com/dumptool/dumptool/dump"

var _ = add(Rule{
	ID: "B-STR-13", Severity: Warning, Check: "structure", Problem: true,
	Title: "tables stand where keyspaces should",
	Doc:   "As in very old dumps: KEYSPACE_TABLE in one name, or the tables of config_db_uuid alone. Newer importers don't read it.",
	Fix:   "put the tables into their keyspaces",
	Whole: func(r *Report, v *Inventory) {
		switch {
		case v.Layout&dump.FlatTables != 0:
			r.with(Edit{Op: Relayout, Stage: Shape}).at("", "cassandra", "tables are named KEYSPACE_TABLE, without a keyspace around them")
		case v.Layout&dump.NoKeyspaceLevel != 0:
			r.with(Edit{Op: Relayout, Stage: Shape}).at("", "cassandra", "tables of config_db_uuid stand without their keyspace")
		}
	},
})
