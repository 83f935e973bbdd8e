package validate

import (
	"encoding/binary"
	"strings"
	"sync"
)

// texts gives numbers to texts that many records have in common: types, the beginnings of column names, the names of
// parents. Those that come when it is full have none.
type texts struct {
	numbers map[string]uint64
	list    []sharedText
	bytes   int
	slabs   sync.Pool // of *slabs: memory for what is looked up
}

// sharedText is a text that has a number: parts of a name, and the parts joined with a colon behind each.
type sharedText struct {
	joined string
	parts  []string
	class  *columnClass // whose names of columns begin so
}

// Limits of what texts remembers, about 12 MiB altogether.
const (
	manyTexts  = 1 << 16
	bytesTexts = 4 << 20
)

func newTexts() *texts {
	return &texts{numbers: map[string]uint64{}, list: make([]sharedText, 1), slabs: sync.Pool{New: func() any { return new(slabs) }}}
}

// number returns the number of a text, which is never 0; 0 if there is none for it.
func (t *texts) number(text string) uint64 {
	if n := t.numbers[text]; n > 0 {
		return n
	}
	return t.add(text, strings.Clone(text), nil)
}

// ofParts returns the number of some parts of a name.
func (t *texts) ofParts(joined string, parts []string) uint64 {
	if n := t.numbers[joined]; n > 0 {
		// The same text can be other parts where a part has a colon.
		if len(t.list[n].parts) == len(parts) {
			for i, p := range t.list[n].parts {
				if len(p) != len(parts[i]) {
					return 0
				}
			}
			return n
		}
		return 0
	}
	joined = strings.Clone(joined)
	own := make([]string, len(parts))
	rest := joined
	for i, p := range parts {
		own[i], rest = rest[:len(p)], rest[len(p)+1:]
	}
	return t.add(joined, joined, own)
}

func (t *texts) add(key, joined string, parts []string) uint64 {
	if len(t.list) > manyTexts || t.bytes+len(key) > bytesTexts {
		return 0
	}
	n := uint64(len(t.list))
	t.list = append(t.list, sharedText{joined: joined, parts: parts})
	t.numbers[joined] = n
	t.bytes += len(joined)
	return n
}

// append appends a text, by its number if it has one.
func (t *texts) append(b []byte, text string) []byte {
	n := t.number(text)
	b = binary.AppendUvarint(b, n)
	if n == 0 {
		b = appendText(b, text)
	}
	return b
}

// appendKnown is append for a text whose number, once it has one, is remembered at known.
func (t *texts) appendKnown(b []byte, text string, known *uint64) []byte {
	if *known == 0 {
		if *known = t.number(text); *known == 0 {
			return appendText(append(b, 0), text)
		}
	}
	return binary.AppendUvarint(b, *known)
}

// take reads what append wrote.
func (t *texts) take(d *decoder) string {
	if n := d.uint(); n > 0 {
		return t.list[n].joined
	}
	return d.text()
}

// appendClass is append for the beginning of the names of a class.
func (t *texts) appendClass(b []byte, class *columnClass) []byte {
	if class.number == 0 {
		if class.number = t.number(class.text); class.number == 0 {
			return appendText(append(b, 0), class.text)
		}
		t.list[class.number].class = class
	}
	return binary.AppendUvarint(b, class.number)
}

// takeClass reads what appendClass wrote. Of a text without number there is no class.
func (t *texts) takeClass(d *decoder) (string, *columnClass) {
	if n := d.uint(); n > 0 {
		return t.list[n].joined, t.list[n].class
	}
	return asText(d.bytes()), nil
}
