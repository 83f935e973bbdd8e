// Package nearest finds what a mistyped name may have meant.
package nearest

import (
	"cmp"
	"slices"
	"strings"
)

// Names returns the candidates that word is probably a misspelling or the beginning of, the likeliest first, at most
// three. Upper and lower case make no difference.
func Names(word string, candidates []string) []string {
	type match struct {
		name     string
		distance int
	}
	lower := strings.ToLower(word)
	var matches []match
	for _, name := range candidates {
		folded := strings.ToLower(name)
		distance := editDistance(lower, folded)
		if distance > min(3, max(1, len(word)/3)) {
			if len(word) < 2 || !strings.HasPrefix(folded, lower) {
				continue
			}
			// What stops early is as near as what has one letter wrong.
			distance = 1
		}
		matches = append(matches, match{name, distance})
	}
	slices.SortFunc(matches, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	var names []string
	for _, m := range slices.CompactFunc(matches, func(a, b match) bool { return a.name == b.name }) {
		names = append(names, m.name)
	}
	return names[:min(len(names), 3)]
}

// editDistance counts the insertions, deletions, replacements and swaps of neighbours that turn a into b.
func editDistance(a, b string) int {
	s, t := []rune(a), []rune(b)
	// Rows i-2, i-1 and i of the table of distances between prefixes.
	var beforeLast []int
	last := make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := range s {
		row := make([]int, len(t)+1)
		row[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], beforeLast[j-1]+1)
			}
		}
		beforeLast, last = last, row
	}
	return last[len(t)]
}
