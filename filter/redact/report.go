package redact

import (
	"cmp"
	"maps"
	"slices"
)

// Report says what was replaced where, and holds no original.
type Report struct {
	Profile Profile `json:"profile"`
	// Replaced is sorted by place and rule.
	Replaced []Count `json:"replaced"`
	Total    int64   `json:"total"`
	Leaks    Proof   `json:"proof"`
	// Runs is how often the dump was gone through: twice where secrets stood
	// where nobody would look for them.
	Runs int `json:"runs"`

	counts map[[2]string]int64
}

// Count is how often a rule was applied at a place: a class of the catalogue, a
// detector, or "seen elsewhere".
type Count struct {
	Place string `json:"place"` // column and way inside the value, or keyspace/table
	Rule  string `json:"rule"`
	Count int64  `json:"count"`
}

// Proof says what was searched for in the result, and not found.
type Proof struct {
	Searched int64 `json:"searched"`
	// NotProvable is how many originals are too short, or words of the model
	// itself, to prove anything of.
	NotProvable int64 `json:"not_provable"`
	Passes      int   `json:"passes"`
}

func (r *Report) add(place, rule string) {
	if r.counts == nil {
		r.counts = map[[2]string]int64{}
	}
	k := [2]string{place, rule}
	if _, ok := r.counts[k]; !ok && len(r.counts) >= maxPlans {
		k[0] = "(other)"
	}
	r.counts[k]++
	r.Total++
}

// seal makes the sorted list.
func (r *Report) seal() {
	r.Replaced = []Count{}
	for _, k := range slices.SortedFunc(maps.Keys(r.counts), func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	}) {
		r.Replaced = append(r.Replaced, Count{k[0], k[1], r.counts[k]})
	}
}
