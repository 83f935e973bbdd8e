package contrail

import (
	"slices"
	"strings"
)

// SuggestTypes returns the names of at most three object types that a mistyped
// name may have meant, the nearest first, in the spelling (hyphen or
// underscore) that name has. There may be none.
func SuggestTypes(name string) []string {
	type match struct {
		name     string
		distance int
	}
	wanted := strings.ToLower(NormalizeType(name))
	if wanted == "" {
		return nil
	}
	limit := max(2, len(wanted)/4)
	var found []match
	for _, t := range ObjectTypes() {
		have := strings.ToLower(t.name)
		d := editDistance(wanted, have)
		if len(wanted) >= 4 && strings.HasPrefix(have, wanted) {
			d = 1 // typing stopped early
		}
		if d <= limit {
			found = append(found, match{t.name, d})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return a.distance - b.distance })
	names := make([]string, 0, 3)
	for _, m := range found[:min(3, len(found))] {
		if strings.Contains(name, "-") {
			m.name = HyphenType(m.name)
		}
		names = append(names, m.name)
	}
	return names
}

// editDistance counts the bytes to insert, delete, replace, or swap with their
// neighbour, to make b of a (optimal string alignment).
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
