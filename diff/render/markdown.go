package render

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/dumptool/dumptool/diff"
)

// Markdown writes the changes for a ticket or a review: a table with the counts,
// then a folded section for each type, table and family, with the changes as a
// block that is coloured as a diff. Beyond maxLines lines changes are only
// counted; zero is no limit. The table is always whole.
func Markdown(w io.Writer, changes iter.Seq2[*diff.Change, error], summary *diff.Summary, p Page, maxLines int) error {
	m := &markdown{w: bufio.NewWriterSize(w, 64<<10), most: maxLines}
	total := summary.Total()
	m.line("**%d %s** from %s to %s", total, plural(total, "difference"), codeSpan(p.Escape(p.A)), codeSpan(p.Escape(p.B)))
	m.line("")
	if groups := pageGroups(summary, p.Escape); len(groups) > 0 {
		m.line("| | added | removed | modified |")
		m.line("|---|--:|--:|--:|")
		for _, g := range groups {
			m.line("| %s | %d | %d | %d |", tableText(g.Name), g.Count.Added, g.Count.Removed, g.Count.Modified)
		}
		m.line("")
	}
	if line := Ignored(summary); line != "" {
		m.line("%s", plainText(strings.ToUpper(line[:1])+line[1:]+"."))
		m.line("")
	}
	v := p.viewer()
	for ch, err := range changes {
		if err != nil {
			return err
		}
		view, err := v.view(ch)
		if err != nil {
			return err
		}
		m.change(view)
	}
	m.endGroup()
	if m.left > 0 {
		m.line("%d more %s not shown here.", m.left, map[bool]string{true: "change is", false: "changes are"}[m.left == 1])
	}
	return m.w.Flush()
}

type markdown struct {
	w     *bufio.Writer
	lines int
	most  int
	left  int64    // changes that found no room
	group string   // heading of block
	block []string // lines of a group: their fence is longer than any that stands in them
	count int
}

// line writes a line. Errors of the writer stay until Flush.
func (m *markdown) line(format string, args ...any) {
	fmt.Fprintf(m.w, format+"\n", args...)
	m.lines++
}

// linesAroundBlock is what a section has beside its block.
const linesAroundBlock = 8

// blockMost is the number of lines after which a section is written and another begun.
const blockMost = 10_000

func (m *markdown) change(v *View) {
	if m.group != v.Group || len(m.block) > blockMost {
		m.endGroup()
		m.group = v.Group
	}
	lines := viewLines(v)
	if m.most > 0 && (m.left > 0 || m.lines+len(m.block)+linesAroundBlock+len(lines) > m.most) {
		m.left++
		return
	}
	m.block = append(m.block, lines...)
	m.count++
}

func (m *markdown) endGroup() {
	if m.count > 0 {
		fence := "```"
		for _, l := range m.block {
			for strings.Contains(l, fence) {
				fence += "`"
			}
		}
		m.line("<details><summary>%s (%d)</summary>", htmlText(m.group), m.count)
		m.line("")
		m.line("%sdiff", fence)
		for _, l := range m.block {
			m.line("%s", l)
		}
		m.line("%s", fence)
		m.line("")
		m.line("</details>")
		m.line("")
	}
	m.block, m.count = m.block[:0], 0
}

// viewLines is a change in the lines of a diff. A line that is coloured begins
// with its mark; one of what is modified with an exclamation mark, as in a
// context diff.
func viewLines(v *View) []string {
	mark := func(op string) string {
		if op == "~" {
			return "!"
		}
		return op
	}
	head := mark(v.Op) + " " + v.Name
	if v.UUID != "" && v.UUID != v.Name {
		head += "  " + v.UUID
	}
	out := []string{head}
	for _, n := range v.Notes {
		out = append(out, "    "+n)
	}
	for i := range v.Fields {
		f := &v.Fields[i]
		name := f.Name
		if f.To != "" {
			name += " (" + f.To + ")"
		}
		if name == "" {
			name = "data"
		}
		if f.Note != "" {
			out = append(out, mark(f.Op)+"   "+name+": "+f.Note)
		}
		if f.Old == nil && f.New == nil && f.Note == "" {
			out = append(out, mark(f.Op)+"   "+name)
		}
		if f.Note == "" {
			out = append(out, sides("  "+name, f.Old, f.New)...)
		}
		for _, e := range f.Edits {
			out = append(out, sides("    "+e.Path, e.Old, e.New)...)
		}
		if f.More > 0 {
			out = append(out, fmt.Sprintf("      and %d more", f.More))
		}
	}
	if v.More > 0 {
		out = append(out, fmt.Sprintf("    and %d more columns", v.More))
	}
	return out
}

func sides(name string, old, new *string) []string {
	var out []string
	if old != nil {
		out = append(out, "- "+name+": "+oneRow(*old))
	}
	if new != nil {
		out = append(out, "+ "+name+": "+oneRow(*new))
	}
	return out
}

// maxRow is the number of characters of a value in a line of markdown.
const maxRow = 300

func oneRow(s string) string {
	if r := []rune(s); len(r) > maxRow {
		return string(r[:maxRow]) + "…"
	}
	return s
}

func plural(n int64, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// codeSpan quotes a text whatever backquotes it holds.
func codeSpan(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if fence == "`" {
		return "`" + s + "`"
	}
	return fence + " " + s + " " + fence
}

var markdownMeaning = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "|", `\|`, "#", `\#`, "@", "&#64;", "~", `\~`, "!", `\!`)

// plainText takes the meaning from what has one in markdown.
func plainText(s string) string { return markdownMeaning.Replace(s) }

// tableText is plainText for a cell of a table.
func tableText(s string) string { return plainText(s) }

var htmlMeaning = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// htmlText is for text inside of HTML, where markdown has no meaning.
func htmlText(s string) string { return htmlMeaning.Replace(s) }
