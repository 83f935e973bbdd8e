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
	heads   [1 << 10]uint64 // bits, by hash of three letters that each has
	any     bool            // one has no three letters in a row
}

type entry struct {
	kind                  leak.Kind
	original, replacement []byte
	lower                 []byte
	border                bool // only between borders of words
	free                  bool // only in free text
	carrier               bool // base64 or digits: only as a whole
}

func (d *dictionary) add(o leak.Original) {
	d.entries = append(d.entries, entry{
		kind: o.Kind, original: bytes.Clone(o.Text), replacement: bytes.Clone(o.Replacement), lower: foldASCII(o.Text),
		border: o.Kind != leak.Secret || len(o.Text) < leak.Secret.Least(),
		free:   o.Kind == leak.Secret && len(o.Text) < leak.Secret.Least(),
	})
}

// addCarrier adds base64 or hexadecimal digits that have something in them.
func (d *dictionary) addCarrier(text, replacement []byte) {
	d.entries = append(d.entries, entry{kind: leak.Secret, original: text, replacement: replacement, lower: foldASCII(text), carrier: true})
}

// head is the hash of three letters in any case.
func head(a, b, c byte) uint16 {
	h := uint32(a|0x20) | uint32(b|0x20)<<8 | uint32(c|0x20)<<16
	return uint16(h * 0x9e3779b1 >> 16)
}

// seal notes by which letters the originals are recognised.
func (d *dictionary) seal() {
	for _, e := range d.entries {
		found := false
		for word := range words(e.original) {
			if len(word) >= 3 && isASCII(word) {
				h := head(word[0], word[1], word[2])
				d.heads[h/64] |= 1 << (h % 64)
				found = true
				break
			}
		}
		d.any = d.any || !found
	}
}

// mayHave tells if one of the originals may be in a text, which may have the
// escapes of strings around it.
func (d *dictionary) mayHave(text []byte) bool {
	if d.any {
		return true
	}
	for i := 0; i+2 < len(text); i++ {
		h := head(text[i], text[i+1], text[i+2])
		if d.heads[h/64]&(1<<(h%64)) != 0 {
			return true
		}
	}
	return false
}

func (e *entry) isSecret() bool { return e.kind == leak.Secret }

// replace replaces the names of objects and the like in a text, and addresses
// unless the text has new ones already.
func (d *dictionary) replace(text []byte, renamed bool) ([]byte, bool) {
	if !d.mayHave(text) {
		return text, false
	}
	var e edits
	d.find(text, func(x *entry, start, end int) {
		if (x.kind == leak.Identifier || x.kind == leak.Address && !renamed) && !e.overlaps(start, end) {
			e.add(start, end, x.replacement)
		}
	})
	return e.apply(text)
}

// find calls f with each occurrence of an original.
func (d *dictionary) find(text []byte, f func(e *entry, start, end int)) {
	lower := foldASCII(text)
	for i := range d.entries {
		e := &d.entries[i]
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
			if e.carrier && (start > 0 && isLetter(text[start-1]) || end < len(text) && isLetter(text[end]) || !bytes.Equal(text[start:end], e.original)) {
				continue
			}
			f(e, start, end)
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
