package validate

var _ = add(Rule{
	ID: "B-TGT-11", Severity: Info, Check: "target",
	Title: "a restore with the original loses timestamps",
	Doc:   "And times to live. The order in which the API lists children goes by timestamps. dumptool keeps them.",
	Whole: func(r *Report, v *Inventory) {
		for _, k := range v.Keyspaces {
			if n, oldest, newest, other := k.times(); other > 0 || n > 1 && oldest != newest {
				r.at("", "cassandra", "the original importer writes the present in place of the timestamps")
				return
			}
		}
	},
})
