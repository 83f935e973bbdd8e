package validate

var _ = add(Rule{
	ID: "B-TS-7", Severity: Info, Check: "timestamps",
	Title: "an object has no META:latest_col_ts",
	Doc:   "The API server keeps there when an object was changed last, since 2016; some types never have it.",
	Fix:   "add it (touch_latest)",
	Row: func(r *Report, row *Row) {
		if !row.has(hasMeta) && row.has(hasType) && row.has(hasName) {
			r.with(setCell(objectCell(row.Key, "META:latest_col_ts"), null)).row(row, "META:latest_col_ts", "no META:latest_col_ts")
		}
	},
})
