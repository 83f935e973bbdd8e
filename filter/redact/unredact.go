package redact

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
)

// Mapping leads from replacements back to originals.
type Mapping struct {
	originals map[string]string
	longest   int
}

// ReadMapping reads what Options.Map was given, one JSON object a line. Where
// one replacement stands for several originals, which happens with the prefix
// of a subnet and an address, the first one counts.
func ReadMapping(r io.Reader) (*Mapping, error) {
	m := &Mapping{originals: map[string]string{}}
	dec := json.NewDecoder(bufio.NewReaderSize(r, 256<<10))
	for n := 1; ; n++ {
		var p Pair
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return nil, fmt.Errorf("not a file of --map: entry %d: %w", n, err)
		}
		if p.Replacement == "" {
			return nil, fmt.Errorf("not a file of --map: entry %d has no replacement", n)
		}
		if _, ok := m.originals[p.Replacement]; !ok {
			m.originals[p.Replacement] = p.Original
			m.longest = max(m.longest, len(p.Replacement))
		}
	}
}

// Len returns the number of replacements.
func (m *Mapping) Len() int { return len(m.originals) }

// Restore copies a text with the originals in the place of their replacements,
// and returns how many it has put in. A replacement is recognised between
// borders of words, the longest one first. An original is put in as it is: the
// text need not be JSON.
func (m *Mapping) Restore(w io.Writer, r io.Reader) (count int64, err error) {
	lengths := map[int]bool{}
	for p := range m.originals {
		lengths[len(p)] = true
	}
	var sorted []int
	for n := range lengths {
		sorted = append(sorted, n)
	}
	sort.Sort(sort.Reverse(sort.IntSlice(sorted)))
	in := bufio.NewReaderSize(r, max(256<<10, 2*m.longest+16))
	out := bufio.NewWriterSize(w, 256<<10)
	before := byte(' ')
	for {
		buf, err := in.Peek(m.longest + 1)
		if len(buf) == 0 {
			if err != nil && !errors.Is(err, io.EOF) {
				return count, err
			}
			return count, out.Flush()
		}
		n, original := 0, ""
		if !isLetter(before) && before != '-' {
			n, original = m.match(buf, sorted)
		}
		if n == 0 {
			n = 1
			out.WriteByte(buf[0])
		} else {
			out.WriteString(original)
			count++
		}
		before = buf[n-1]
		if _, err := in.Discard(n); err != nil {
			return count, err
		}
	}
}

// match returns the length of the replacement at the beginning of text.
func (m *Mapping) match(text []byte, lengths []int) (int, string) {
	for _, n := range lengths {
		if n > len(text) || n < len(text) && isLetter(text[n]) && isLetter(text[n-1]) {
			continue
		}
		if original, ok := m.originals[string(text[:n])]; ok && !continues(text[n:]) {
			return n, original
		}
	}
	return 0, ""
}

// continues tells if an address goes on: 10.0.0.1 is not in 10.0.0.1.2.
func continues(rest []byte) bool {
	return len(rest) > 1 && rest[0] == '.' && rest[1] >= '0' && rest[1] <= '9' && !bytes.HasPrefix(rest[1:], []byte(" "))
}
