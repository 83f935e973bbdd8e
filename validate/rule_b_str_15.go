package validate

import "github.com/dumptool/dumptool/dump"

var _ = add(Rule{
	ID: "B-STR-15", Severity: Error, Check: "structure",
	Title: "a row has no columns",
	Doc:   "The database has no such rows: after a restore it is absent.",
	Fix:   "leave the row out",
	Whole: func(r *Report, v *Inventory) {
		for _, e := range v.EmptyRows {
			f := Finding{Where: dump.Path{Level: dump.AtRow, Keyspace: e.Keyspace, Table: e.Table, Row: e.Key}.String(),
				Message: "the row has no columns", Offset: e.Offset}
			if e.Keyspace == objectKeyspace && e.Table == objectTable {
				f.UUID = e.Key
			}
			r.with(dropRow(dump.Path{Level: dump.AtRow, Keyspace: e.Keyspace, Table: e.Table, Row: e.Key})).Add(f)
		}
		if v.MoreEmptyRows > 0 {
			r.elsewhere().at("", "cassandra", "%s more without columns", plural(int(v.MoreEmptyRows), "row"))
		}
	},
})
