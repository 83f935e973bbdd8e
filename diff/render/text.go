package render

import (
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/internal/humanize"
)

// Look is how the text looks: each function is given a text and returns it
// dressed. Escape makes texts out of a dump harmless for a terminal.
type Look struct {
	Heading, Added, Removed, Modified, Faint func(string) string
	Escape                                   func(string) string
	Width                                    int // columns
	Blocks                                   Blocks
	Stat                                     bool // only counts
	NameOnly                                 bool // only names
}

// Text writes the changes for people: types as headings, one object a block,
// of a changed value only what differs in it. Secrets are masked unless the
// view says otherwise.
func Text(w io.Writer, changes iter.Seq2[*diff.Change, error], summary *diff.Summary, look Look) error {
	t := &text{newWriter(w), look, ""}
	if look.Stat {
		t.stat(summary)
		return t.flush()
	}
	for ch, err := range changes {
		if err != nil {
			t.w.Flush()
			return err
		}
		if look.NameOnly {
			t.line(t.mark(ch.Op) + " " + t.look.Escape(Title(ch)))
		} else if err := t.block(look.Blocks.Of(ch, summary)); err != nil {
			t.w.Flush()
			return err
		}
		if t.err != nil {
			return t.err
		}
	}
	if summary.Total() > 0 && !look.NameOnly {
		t.line("")
		t.line(totals(summary))
	}
	return t.flush()
}

type text struct {
	*writer
	look    Look
	heading string
}

func (t *text) line(s string) { t.text(s + "\n") }

func (t *text) head(title, extra string) {
	if t.heading == title {
		return
	}
	if t.heading != "" {
		t.line("")
	}
	t.heading = title
	t.line(t.look.Heading(t.look.Escape(title)) + t.look.Faint(extra))
}

// Where the names of blocks, notes and lines of depth 0 and 1 begin.
const (
	blockIndent = "  "
	lineIndent  = "      "
	deepIndent  = "          "
	valueIndent = "  " // beyond the name, of values below it
)

func (t *text) block(b *Block) error {
	t.head(b.Heading, counts(b.Count))
	line := blockIndent + t.mark(b.Op)
	name, detail := t.look.Escape(b.Name), t.look.Escape(b.Detail)
	if name != "" {
		line += " " + name
	}
	switch {
	case detail == "":
	case name == "":
		line += " " + t.look.Faint(detail)
	case len(blockIndent)+2+utf8.RuneCountInString(name+detail)+2 <= t.look.Width:
		line += "  " + t.look.Faint(detail)
	default:
		line += "\n" + lineIndent + t.look.Faint(detail)
	}
	t.line(line)
	for _, n := range b.Notes {
		t.line(lineIndent + t.look.Modified(n.What) + " " + t.look.Escape(n.Value))
	}
	for l, err := range b.Lines {
		if err != nil {
			return err
		}
		t.detail(&l)
	}
	return nil
}

// detail writes what differs in a block.
func (t *text) detail(l *Line) {
	indent := lineIndent
	if l.Depth > 0 {
		indent = deepIndent
	}
	start, width := indent, len(indent)
	part := func(s string, paint func(string) string) {
		if s == "" {
			return
		}
		s = t.look.Escape(s)
		if width > len(indent) {
			start += "  "
			width += 2
		}
		start += paint(s)
		width += utf8.RuneCountInString(s)
	}
	plain := func(s string) string { return s }
	if l.Op != "" && l.Name != "" {
		start += t.mark(l.Op) + " "
		indent += "  "
		width += 2
	}
	part(l.Name, plain)
	part(l.Detail, t.look.Faint)
	part(l.Remark, t.look.Faint)
	old, new := Readable(l.Old), Readable(l.New)
	switch {
	case old == "" && new == "":
		if width > len(indent) {
			t.line(start)
		}
	case old == "":
		t.beside(start, width, indent, new, t.look.Added)
	case new == "":
		t.beside(start, width, indent, old, t.look.Removed)
	default:
		t.pair(start, width, indent, old, new)
	}
}

// beside writes a value behind the name, and on as many lines below as it takes.
func (t *text) beside(start string, width int, indent, value string, paint func(string) string) {
	value = t.look.Escape(oneLine(value))
	sep := "  "
	if width == len(indent) {
		sep = ""
	}
	if width+len(sep)+utf8.RuneCountInString(value) <= t.look.Width {
		t.line(start + sep + paint(value))
		return
	}
	if width > len(indent) {
		t.line(start)
		indent += valueIndent
	}
	t.wrapped(indent, "", value, paint)
}

// pair writes an old and a new value: on the rest of the line if they fit, else
// below each other, with what they have in common at both ends left out.
func (t *text) pair(start string, width int, indent, old, new string) {
	old, new = oneLine(old), oneLine(new)
	if old == new { // in another spelling, or with other white space
		t.line(start + "  " + t.look.Faint("(white space)"))
		return
	}
	x, y := t.look.Escape(old), t.look.Escape(new)
	sep := "  "
	if width == len(indent) {
		sep = ""
	}
	if width+len(sep)+utf8.RuneCountInString(x)+3+utf8.RuneCountInString(y) <= t.look.Width {
		t.line(start + sep + t.look.Removed(x) + " → " + t.look.Added(y))
		return
	}
	if width > len(indent) {
		t.line(start)
		indent += valueIndent
	}
	if !t.look.Blocks.Full {
		old, new = Excerpts(old, new)
	}
	t.wrapped(indent, "- ", t.look.Escape(old), t.look.Removed)
	t.wrapped(indent, "+ ", t.look.Escape(new), t.look.Added)
}

// mostLines is the number of lines that a value takes at most.
const mostLines = 4

// wrapped writes a value on as many lines as it takes, up to a limit.
func (t *text) wrapped(indent, mark, value string, paint func(string) string) {
	room := max(t.look.Width-len(indent)-len(mark), 20)
	rest := []rune(value)
	for n := 1; len(rest) > 0; n++ {
		k := min(len(rest), room)
		if k < len(rest) {
			// Between two members or words, if there is such a place.
			for i := k; i > k*2/3; i-- {
				if rest[i-1] == ' ' {
					k = i
					break
				}
			}
		}
		if n == mostLines && k < len(rest) && !t.look.Blocks.Full {
			left := fmt.Sprintf(" … %s more characters", humanize.Count(int64(len(rest)-room/2)))
			t.line(indent + mark + paint(string(rest[:room/2])) + t.look.Faint(left))
			return
		}
		t.line(indent + mark + paint(strings.TrimRight(string(rest[:k]), " ")))
		rest = rest[k:]
		mark = strings.Repeat(" ", len(mark))
	}
}

// oneLine puts a text on one line.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\n\r\t") {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

func counts(c *diff.Count) string {
	if c == nil {
		return ""
	}
	var parts []string
	for _, p := range []struct {
		n    int64
		word string
	}{{c.Added, "added"}, {c.Removed, "removed"}, {c.Modified, "modified"}} {
		if p.n > 0 {
			parts = append(parts, humanize.Count(p.n)+" "+p.word)
		}
	}
	return "  " + strings.Join(parts, ", ")
}

func totals(s *diff.Summary) string {
	all := countAll(s)
	line := strings.TrimSpace(counts(&all))
	if s.Other > 0 {
		line = strings.TrimPrefix(fmt.Sprintf("%s, %d other", line, s.Other), ", ")
	}
	return line
}

// Ignored says in one line what was left out; empty if nothing was.
func Ignored(s *diff.Summary) string {
	var parts []string
	for _, r := range diff.Reasons() {
		if n := s.Ignored[r]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, r))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	line := "ignored: " + strings.Join(parts, ", ")
	if len(parts) > 1 || s.Ignored[diff.Spelling] == 0 { // another form is no change that could be shown
		line += " (--all shows them)"
	}
	return line
}

// mark is the sign of an operation; it says the same without colour.
func (t *text) mark(op diff.Op) string {
	switch op {
	case diff.Added:
		return t.look.Added("+")
	case diff.Removed:
		return t.look.Removed("-")
	}
	return t.look.Modified("~")
}
