package patch

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// lineWriter writes the lines of a patch.
type lineWriter struct {
	w     *bufio.Writer
	hash  *xxh3.Hasher
	lines int64
	buf   []byte
}

func newLineWriter(w io.Writer) *lineWriter {
	h := xxh3.New()
	return &lineWriter{w: bufio.NewWriterSize(io.MultiWriter(h, w), 64<<10), hash: h}
}

// Errors of the buffered writer stay; newline and end return them.

func (l *lineWriter) put(s string) { l.w.WriteString(s) }

// str writes a JSON string.
func (l *lineWriter) str(decoded string) {
	l.buf = append(jsonscan.AppendEscaped(append(l.buf[:0], '"'), []byte(decoded)), '"')
	l.w.Write(l.buf)
}

func (l *lineWriter) newline() error {
	l.lines++
	return l.w.WriteByte('\n')
}

func (l *lineWriter) head() error {
	l.put(`{"schema": "` + Schema + `"}`)
	return l.newline()
}

// end writes the last line, with what the others are checked by.
func (l *lineWriter) end() error {
	if err := l.w.Flush(); err != nil {
		return err
	}
	sum := l.hash.Sum128()
	fmt.Fprintf(l.w, `{"end": {"lines": %d, "xxh3": "%016x%016x"}}`, l.lines, sum.Hi, sum.Lo)
	if err := l.newline(); err != nil {
		return err
	}
	return l.w.Flush()
}

func (l *lineWriter) keyspace(o op, name string) error {
	l.put(`{"op": "` + o.String() + `", "keyspace": `)
	l.str(name)
	l.put("}")
	return l.newline()
}

func (l *lineWriter) table(o op, keyspace, table string) error {
	l.put(`{"op": "` + o.String() + `", "table": [`)
	l.str(keyspace)
	l.put(", ")
	l.str(table)
	l.put("]}")
	return l.newline()
}

func (l *lineWriter) row(o op, keyspace, table, key string) error {
	l.put(`{"op": "` + o.String() + `", "row": [`)
	l.str(keyspace)
	l.put(", ")
	l.str(table)
	l.put(", ")
	l.str(key)
	l.put("]}")
	return l.newline()
}

// pair writes a line with two sides. Either is nil where there is none.
func (l *lineWriter) pair(what, name string, old, new func() error) error {
	l.put(`{"` + what + `": `)
	l.str(name)
	for i, side := range []func() error{old, new} {
		if side == nil {
			continue
		}
		l.put([]string{`, "old": `, `, "new": `}[i])
		if err := side(); err != nil {
			return err
		}
	}
	l.put("}")
	return l.newline()
}

// cell writes the value of a cell as it stands in its dump, but for white space
// between the elements.
func (l *lineWriter) cell(c *dump.Cell) error {
	if c.Shape&dump.BareText != 0 {
		return l.quoted(c.Value.Open())
	}
	l.put("[")
	var err error
	if c.Value.IsText {
		err = l.quoted(c.Value.Open())
	} else {
		err = l.json(c.Value.Open())
	}
	if err != nil {
		return err
	}
	l.put(", ")
	l.w.Write(c.Time)
	if len(c.Extra) > 0 {
		l.put(", ")
		if err := l.json(bytes.NewReader(bytes.TrimPrefix(c.Extra, []byte{','}))); err != nil {
			return err
		}
	}
	l.put("]")
	return nil
}

func (l *lineWriter) quoted(raw io.Reader) error {
	l.put(`"`)
	if _, err := io.Copy(l.w, raw); err != nil {
		return err
	}
	l.put(`"`)
	return nil
}

// json writes JSON on one line. Line ends are white space in it, since strings
// can't hold them.
func (l *lineWriter) json(text io.Reader) error {
	_, err := io.Copy(l.w, oneLine{text})
	return err
}

// oneLine turns line ends into blanks.
type oneLine struct{ r io.Reader }

func (o oneLine) Read(p []byte) (int, error) {
	n, err := o.r.Read(p)
	for i, c := range p[:n] {
		if c == '\n' || c == '\r' {
			p[i] = ' '
		}
	}
	return n, err
}

// node writes the entry of a node.
func (l *lineWriter) node(n *dump.ZNode) error { return writeEntry(l.w, n) }

// writeEntry writes [path, [data, stat]]. Path and data are spelled in ASCII:
// the text of the list can hold what UTF-8 can't.
func writeEntry(w io.Writer, n *dump.ZNode) error {
	head := n.Path.AppendCanonical([]byte(`["`))
	head = append(head, `", [`...)
	if _, err := w.Write(head); err != nil {
		return err
	}
	var err error
	switch {
	case !n.Data.IsText:
		_, err = io.WriteString(w, "null")
	case n.Data.Long():
		_, err = io.WriteString(w, `"`)
		if err == nil {
			err = writeEscaped(w, n.Data.OpenDecoded())
		}
		if err == nil {
			_, err = io.WriteString(w, `"`)
		}
	default:
		_, err = w.Write(append(n.Data.Text().AppendCanonical([]byte{'"'}), '"'))
	}
	if err != nil {
		return err
	}
	_, err = w.Write(append(append([]byte(", "), n.Stat...), "]]"...))
	return err
}

// writeEscaped writes what r gives as what stands between the quotes of a JSON
// string.
func writeEscaped(w io.Writer, r io.Reader) error {
	const part = 32 << 10
	in := bufio.NewReaderSize(r, 2*part)
	var buf []byte
	for {
		b, err := in.Peek(part)
		if len(b) == 0 {
			if err == io.EOF {
				err = nil
			}
			return err
		}
		n := len(b)
		if err == nil { // more follows: cut between characters
			for n > part-utf8.UTFMax && !utf8.RuneStart(b[n-1]) {
				n--
			}
			if b[n-1] >= utf8.RuneSelf {
				n--
			}
		}
		buf = jsonscan.AppendEscaped(buf[:0], b[:n])
		if _, err := w.Write(buf); err != nil {
			return err
		}
		if _, err := in.Discard(n); err != nil {
			return err
		}
	}
}
