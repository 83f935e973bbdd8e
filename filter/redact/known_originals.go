package redact

import (
	"bytes"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/filter/redact/leak"
)

// dictionary holds originals that the first run has left somewhere, to be
// replaced wherever they stand. They are few.
type dictionary struct {
	entries []entry
}

type entry struct {
	original, replacement []byte
	lower                 []byte
	border                bool // only between borders of words
	free                  bool // only in free text
}

func (d *dictionary) add(o leak.Original) {
	d.entries = append(d.entries, entry{bytes.Clone(o.Text), bytes.Clone(o.Replacement), foldASCII(o.Text),
		o.Kind != leak.Secret || len(o.Text) < leak.Secret.Least(),
		o.Kind == leak.Secret && len(o.Text) < leak.Secret.Least()})
}

// replacements returns what stands for the originals.
func (d *dictionary) replacements() map[string]bool {
	made := map[string]bool{}
	for _, e := range d.entries {
		made[string(e.replacement)] = true
	}
	return made
}

// find calls f with each occurrence of an original.
func (d *dictionary) find(text []byte, free bool, f func(start, end int, replacement []byte)) {
	lower := foldASCII(text)
	for _, e := range d.entries {
		if e.free && !free {
			continue
		}
		for at := 0; ; {
			k := bytes.Index(lower[at:], e.lower)
			if k < 0 {
				break
			}
			start, end := at+k, at+k+len(e.lower)
			at = end
			if e.border && (start > 0 && isLetter(text[start-1]) || end < len(text) && isLetter(text[end])) {
				at = start + 1
				continue
			}
			f(start, end, e.replacement)
		}
	}
}

func isLetter(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c >= 0x80
}

func foldASCII(text []byte) []byte {
	lower := make([]byte, len(text))
	for i, c := range text {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		lower[i] = c
	}
	return lower
}

// wordSet tells of words if they may be among those that were added.
type wordSet struct{ bits [1 << 14]uint64 }

// add adds the words of a text.
func (s *wordSet) add(text []byte) {
	for word := range words(text) {
		h := xxh3.Hash(word) >> 44
		s.bits[h/64] |= 1 << (h % 64)
	}
}

// mayHave tells if the first word of a text may be in the set.
func (s *wordSet) mayHave(text []byte) bool {
	for word := range words(text) {
		h := xxh3.Hash(word) >> 44
		return s.bits[h/64]&(1<<(h%64)) != 0
	}
	return true
}

// words yields the words of a text in small letters.
func words(text []byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		lower := foldASCII(text)
		for start := 0; start < len(lower); {
			end := start
			for end < len(lower) && isLetter(lower[end]) {
				end++
			}
			if end > start && !yield(lower[start:end]) {
				return
			}
			start = end + 1
		}
	}
}
