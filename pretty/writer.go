package pretty

import "github.com/dumptool/dumptool/internal/jsonscan"

// writer prints tokens in their layout.
type writer struct {
	out  *output
	lay  *layout
	opts Options
}

func newWriter(out *output, o Options) writer {
	return writer{out: out, lay: newLayout(o), opts: o}
}

// due is what is to be printed before the next name or value.
type due uint8

const (
	nothing due = iota // the value of a member, or the document itself
	line               // the first in an object or array
	comma
)

// lead prints what is due before a name or value at a depth.
func (w *writer) lead(d due, depth int) {
	switch d {
	case line:
		w.out.write(w.lay.newline(depth))
	case comma:
		w.out.write(w.lay.separator(depth))
	}
}

// end prints what stands before the bracket that closes an object or array at
// a depth, by what would be due before another element of it.
func (w *writer) end(d due, depth int) {
	if d != line {
		w.out.write(w.lay.newline(depth))
	}
}

// quoted prints a string.
func (w *writer) quoted(raw []byte, plain bool) {
	w.out.byte('"')
	w.text(raw, plain)
	w.out.byte('"')
}

// longestSpelling is how many bytes one byte of a string can become.
const longestSpelling = len(`\u0000`)

// text prints a part of a string.
func (w *writer) text(raw []byte, plain bool) {
	switch {
	case plain:
		w.out.write(raw)
	case w.opts.KeepUnicode:
		w.out.room(longestSpelling * len(raw))
		w.out.buf = jsonscan.AppendUnicode(w.out.buf, raw)
	default:
		w.out.room(longestSpelling * len(raw))
		w.out.buf = jsonscan.AppendCanonical(w.out.buf, raw)
	}
}

// parts prints the rest of a string that sc hands over in parts, and its closing
// quote.
func (w *writer) parts(sc *jsonscan.Scanner) error {
	for sc.More() && w.out.err == nil {
		part, err := sc.NextPart()
		if err != nil {
			return err
		}
		w.text(part, sc.Plain())
	}
	w.out.byte('"')
	return w.out.err
}
