package validate

import "github.com/dumptool/dumptool/dump"

var _ = add(Rule{
	ID: "B-TS-4", Severity: Info, Check: "timestamps",
	Title: "all timestamps of a keyspace are the same",
	Doc:   "It was restored before: importers write the present.",
	Whole: func(r *Report, v *Inventory) {
		for _, k := range v.Keyspaces {
			n, oldest, newest, other := k.times()
			if n > 1 && other == 0 && oldest == newest {
				r.at("", dump.Path{Level: dump.AtKeyspace, Keyspace: k.Name}.String(), "all %d timestamps are %d", n, oldest)
			}
		}
	},
})

// times sums up the timestamps of a keyspace.
func (k *KeyspaceStats) times() (n, oldest, newest, other int64) {
	for _, t := range k.Tables {
		other += t.OtherTimes
		if t.Timed == 0 {
			continue
		}
		if n == 0 || t.Oldest < oldest {
			oldest = t.Oldest
		}
		if n == 0 || t.Newest > newest {
			newest = t.Newest
		}
		n += t.Timed
	}
	return n, oldest, newest, other
}
