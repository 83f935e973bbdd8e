package detect

import (
	"bytes"
	"slices"
)

// Span is what a detector found: text[Start:End].
type Span struct {
	Start, End int
	By         *Detector
}

// Placeholder is how every replacement of a secret begins. What begins so is
// never found.
const Placeholder = "redacted-"

// Find returns what the detectors of secrets find in a text, sorted and not
// overlapping. The first of two detectors that find the same wins.
func Find(text []byte, level Level) []Span { return find(text, level, false) }

// Identifiers returns what the detectors of identifying data find.
func Identifiers(text []byte) []Span { return find(text, Free, true) }

func find(text []byte, level Level, identifies bool) []Span {
	var found []Span
	var lower []byte
	for _, d := range all {
		if d.Identifies != identifies || d.level > level {
			continue
		}
		if lower == nil {
			lower = toLower(text)
		}
		if !d.near(lower) {
			continue
		}
		for _, m := range d.re().FindAllSubmatchIndex(text, -1) {
			start, end := m[2*d.group], m[2*d.group+1]
			value := text[start:end]
			if bytes.HasPrefix(value, []byte(Placeholder)) || d.accept != nil && !d.accept(text[m[0]:m[1]], value) {
				continue
			}
			if d.Whole {
				return []Span{{0, len(text), d}}
			}
			if !overlaps(found, start, end) {
				found = append(found, Span{start, end, d})
			}
		}
	}
	slices.SortFunc(found, func(a, b Span) int { return a.Start - b.Start })
	return found
}

func overlaps(list []Span, start, end int) bool {
	for _, s := range list {
		if start < s.End && s.Start < end {
			return true
		}
	}
	return false
}

// near tells if a text in small letters has what each match of d has.
func (d *Detector) near(lower []byte) bool {
	for _, n := range d.needs {
		if bytes.Contains(lower, []byte(n)) {
			return true
		}
	}
	return len(d.needs) == 0
}

// toLower changes ASCII letters only, so that offsets stay.
func toLower(text []byte) []byte {
	lower := make([]byte, len(text))
	for i, c := range text {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		lower[i] = c
	}
	return lower
}
