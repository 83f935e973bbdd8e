package redact

import (
	"bytes"
	"io"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// The length of the parts in which a value is gone through that has no room in
// the budget.
const (
	leastPart = 64 << 10
	mostPart  = 4 << 20
)

// isTooLong tells if a value has no room in the budget, with what is made of it.
func (c *copier) isTooLong(v *dump.Value) bool { return v.Long() && v.Size() > c.memory/8 }

// inParts redacts a text that is too long to be looked at at once, part by part,
// as a text that is free for anybody to write into. What it would be as JSON
// does not count, but for the names that secrets stand behind.
func (c *copier) inParts(cell *dump.Cell) error {
	p := &plan{name: "(long values)"}
	src := cell.Value.Open()
	at := cell.ValueOffset + 1 // of buf
	size := min(max(c.memory/64, leastPart), mostPart)
	if c.known != nil {
		size = size / 4 * 3 // what was cut through in the first run is whole now
	}
	buf := make([]byte, size)
	have := 0
	for end := false; !end; {
		n, err := io.ReadFull(src, buf[have:])
		have += n
		if end = err == io.EOF || err == io.ErrUnexpectedEOF; err != nil && !end {
			return err
		}
		cut := have
		if !end {
			cut = partEnd(buf[:have])
		}
		text := jsonscan.AppendDecoded(nil, buf[:cut])
		w := walker{r: c.redactor, p: p, src: text, prefixLength: -1}
		if redacted, changed := c.leaf(&w, text, contrail.ClassBlob, state{free: true, names: true}); changed {
			c.out.CopyTo(at)
			c.put(jsonscan.AppendEscaped(nil, redacted))
			c.out.SkipTo(at + int64(cut))
		}
		if err := c.flush(); err != nil {
			return err
		}
		at += int64(cut)
		have = copy(buf, buf[cut:have])
	}
	return nil
}

// partEnd returns where the raw text of a string can be cut: behind a line or a
// value if there is one, and in no escape.
func partEnd(raw []byte) int {
	half := len(raw) / 2
	for _, sign := range [...]string{`\n`, "}, ", "},", ", ", ",", " "} {
		if i := bytes.LastIndex(raw[half:], []byte(sign)); i >= 0 {
			return half + i + len(sign)
		}
	}
	// An escape, or the two of a pair, has twelve bytes at most.
	end := len(raw)
	if i := bytes.IndexByte(raw[end-12:], '\\'); i >= 0 {
		end += i - 12
	}
	for end > 0 && raw[end-1] == '\\' {
		end--
	}
	return end
}
