package salvage

import (
	"errors"
	"io"
)

// view looks at single bytes and tokens of a text that may be anything. Offsets
// at or behind limit are out of reach: there the text ends, or something of it
// is missing.
type view struct {
	at    io.ReaderAt
	limit int64
	buf   []byte
	from  int64
	n     int
	err   error // of reading; it makes everything end
}

func newView(at io.ReaderAt) *view { return &view{at: at, buf: make([]byte, 256<<10)} }

// window returns what stands at off and behind it; nothing at the limit.
func (v *view) window(off int64) []byte {
	if off >= v.limit || off < 0 || v.err != nil {
		return nil
	}
	if off < v.from || off >= v.from+int64(v.n) {
		from := max(0, off-64) // a look back costs nothing
		n, err := v.at.ReadAt(v.buf, from)
		if err != nil && !errors.Is(err, io.EOF) {
			v.err = err
			return nil
		}
		v.from, v.n = from, n
		if off >= from+int64(n) {
			v.err = io.ErrUnexpectedEOF
			return nil
		}
	}
	end := min(int64(v.n), v.limit-v.from)
	return v.buf[off-v.from : end]
}

// byte returns the byte at off, 0 out of reach: 0 is in no JSON text.
func (v *view) byte(off int64) byte {
	if off >= v.from && off < v.from+int64(v.n) && off < v.limit {
		return v.buf[off-v.from]
	}
	if w := v.window(off); len(w) > 0 {
		return w[0]
	}
	return 0
}

// blank returns where the first byte is that is no white space.
func (v *view) blank(off int64) int64 {
	for {
		switch v.byte(off) {
		case ' ', '\t', '\n', '\r':
			off++
		default:
			return off
		}
	}
}

// special are the bytes that matter inside of a string: its end, escapes, and
// what can't stand in one.
var special = func() (t [256]bool) {
	for c := range 0x20 {
		t[c] = true
	}
	t['"'], t['\\'] = true, true
	return t
}()

// str returns where the string ends whose opening quote is at off, behind its
// closing quote. If it doesn't end, end is where that is seen.
func (v *view) str(off int64) (end int64, ok bool) {
	if v.byte(off) != '"' {
		return off, false
	}
	off++
	for {
		w := v.window(off)
		if len(w) == 0 {
			return off, false
		}
		i := 0
		for i < len(w) && !special[w[i]] {
			i++
		}
		off += int64(i)
		if i == len(w) {
			continue
		}
		switch w[i] {
		case '"':
			return off + 1, true
		case '\\':
			if v.byte(off+1) < 0x20 {
				return off + 1, false
			}
			off += 2
		default:
			return off, false
		}
	}
}

// value returns where the value ends that begins at off. Objects and arrays are
// gone through by their brackets; whether they are JSON is not looked at.
func (v *view) value(off int64) (end int64, ok bool) {
	switch c := v.byte(off); c {
	case '"':
		return v.str(off)
	case '{', '[':
		return v.brackets(off)
	case 0:
		return off, false
	}
	start := off
	for {
		switch c := v.byte(off); {
		case c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' || c == '\r' || c == '\t':
			return off, off > start
		case c < 0x21 || c > 0x7e || c == '"' || c == '{' || c == '[':
			return off, false
		}
		off++
	}
}

// maxDepth is as deep as a dump.Reader goes.
const maxDepth = 10_000

// brackets returns where the object or array ends that begins at off.
func (v *view) brackets(off int64) (end int64, ok bool) {
	var open []byte
	for {
		switch c := v.byte(off); c {
		case '"':
			if off, ok = v.str(off); !ok {
				return off, false
			}
			continue
		case '{':
			open = append(open, '}')
		case '[':
			open = append(open, ']')
		case '}', ']':
			if open[len(open)-1] != c {
				return off, false
			}
			if open = open[:len(open)-1]; len(open) == 0 {
				return off + 1, true
			}
		default:
			if c > 0x7e || c < 0x20 && c != '\n' && c != '\r' && c != '\t' {
				return off, false
			}
		}
		if len(open) > maxDepth {
			return off, false
		}
		off++
	}
}

// text returns the bytes from a to b, at most most of them.
func (v *view) text(a, b, most int64) []byte {
	b = min(b, a+most)
	out := make([]byte, 0, max(0, b-a))
	for a < b {
		w := v.window(a)
		if len(w) == 0 {
			break
		}
		n := min(int64(len(w)), b-a)
		out = append(out, w[:n]...)
		a += n
	}
	return out
}

// member returns where the value of the member begins whose name is at off, and
// where the name ends.
func (v *view) member(off int64) (nameEnd, value int64, ok bool) {
	nameEnd, ok = v.str(off)
	if !ok {
		return nameEnd, nameEnd, false
	}
	colon := v.blank(nameEnd)
	if v.byte(colon) != ':' {
		return nameEnd, colon, false
	}
	return nameEnd, v.blank(colon + 1), true
}
