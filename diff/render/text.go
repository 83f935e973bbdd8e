package render

import (
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// Look is how the text looks: each function is given a text and returns it
// dressed. Escape makes texts out of a dump harmless for a terminal.
type Look struct {
	Heading, Added, Removed, Modified, Faint func(string) string
	Escape                                   func(string) string
	Width                                    int // columns
	ShowSecrets                              bool
	Stat                                     bool // only counts
	NameOnly                                 bool // only names
	// NameOf, if not nil, returns the fq_name of an object, nil if it isn't known.
	NameOf func(uuid string) []string
}

// Text writes the changes for people: types as headings, one object a block,
// of a changed value only what differs in it. Secrets are masked unless the
// look says otherwise.
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
		t.change(ch, summary)
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

func (t *text) change(ch *diff.Change, s *diff.Summary) {
	if t.look.NameOnly {
		t.line(t.mark(ch.Op) + " " + t.look.Escape(Title(ch)))
		return
	}
	switch ch.Kind {
	case diff.Object:
		t.head(typeName(ch.Type), counts(s.Types[ch.Type]))
		t.object(ch)
	case diff.Row:
		name := ch.Keyspace + "/" + ch.Table
		t.head(name, counts(s.Tables[name]))
		t.line("  " + t.mark(ch.Op) + " " + t.look.Escape(ch.Key))
		t.fields(ch)
	case diff.ZNode:
		t.head("zookeeper "+ch.Family, counts(s.ZooKeeper[ch.Family]))
		t.node(ch)
	case diff.Container:
		t.head("empty keyspaces and tables", "")
		t.line("  " + t.mark(ch.Op) + " " + t.look.Escape(Title(ch)))
	case diff.Member:
		t.head("other members", "")
		t.line("  " + t.mark(ch.Op) + " " + t.look.Escape(ch.Name) + "  " + t.pair(ch.Op, ch.Old, ch.New))
	}
}

func typeName(typ string) string {
	if typ == "" {
		return "(rows without a type)"
	}
	return typ
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
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.word))
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

// Title names what a change is about in one line.
func Title(ch *diff.Change) string {
	switch ch.Kind {
	case diff.Object:
		name := contrail.JoinName(ch.FQName)
		if name == "" {
			name = ch.UUID
		}
		return typeName(ch.Type) + ":" + name
	case diff.Row:
		return ch.Keyspace + "/" + ch.Table + "/" + ch.Key
	case diff.ZNode:
		return "zk:" + ch.Path
	case diff.Container:
		if !ch.IsTable {
			return ch.Keyspace
		}
		return ch.Keyspace + "/" + ch.Table
	}
	return ch.Name
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

func (t *text) object(ch *diff.Change) {
	name := contrail.JoinName(ch.FQName)
	line := "  " + t.mark(ch.Op) + " "
	if name != "" {
		line += t.look.Escape(name) + "  "
	}
	if name != ch.UUID {
		line += t.look.Faint(t.look.Escape(ch.UUID))
	}
	t.line(strings.TrimRight(line, " "))
	if ch.RenamedFrom != nil {
		t.line("      " + t.look.Modified("renamed from ") + t.look.Escape(contrail.JoinName(ch.RenamedFrom)))
	}
	if ch.RecreatedFrom != "" {
		t.line("      " + t.look.Modified("re-created, was ") + t.look.Escape(ch.RecreatedFrom))
	}
	if ch.TypeWas != "" {
		t.line("      " + t.look.Modified("type was ") + t.look.Escape(ch.TypeWas))
	}
	t.fields(ch)
}

// mostFields is the number of fields of an added or removed thing that are
// shown.
const mostFields = 12

func (t *text) fields(ch *diff.Change) {
	shown := 0
	i := -1
	for f, err := range ch.Each() {
		if err != nil {
			t.err = err
			return
		}
		i++
		if ch.Kind == diff.Object && (f.Name == "fq_name" || f.Name == "type") && (ch.Op != diff.Modified || ch.RenamedFrom != nil && f.Name == "fq_name") {
			continue // said already
		}
		if ch.Op != diff.Modified && shown == mostFields {
			t.line(t.look.Faint(fmt.Sprintf("      ... and %d more", ch.Len()-i)))
			return
		}
		shown++
		t.field(ch, f)
	}
}

func (t *text) field(ch *diff.Change, f *diff.Field) {
	start := "      " + t.mark(f.Op) + " " + t.fieldName(ch, f)
	old, new := t.value(ch, f, f.Old), t.value(ch, f, f.New)
	if ch.Kind == diff.Object && f.Op != diff.Modified && saysNothing(f) {
		t.line(start)
		return
	}
	if f.Op == diff.Modified && f.OldTime != "" && old == new && len(f.Edits) == 0 && f.Old == f.New {
		t.line(start + "  " + t.look.Faint("written "+f.OldTime+" → "+f.NewTime))
		return
	}
	if len(f.Edits) == 0 || len(f.Edits) == 1 && f.Edits[0].Path == "" {
		t.line(start + "  " + t.pair(f.Op, old, new))
		return
	}
	t.line(start)
	// Masks are put into the whole value; the edits are found in it again.
	masked := diff.Field{Name: f.Name, Op: f.Op, Old: diff.Stored{Text: old, Set: true}, New: diff.Stored{Text: new, Set: true}}
	edits := f.Edits
	if old != f.Old.Text || new != f.New.Text {
		edits = diff.Edits(&masked)
		if len(edits) == 0 {
			t.line("          " + t.mark(diff.Modified) + " a secret that is masked")
			return
		}
	}
	for i := range edits {
		e := &edits[i]
		t.line("          " + t.mark(e.Op) + " " + t.look.Escape(e.Path) + "  " + t.pair(e.Op, e.Old, e.New))
	}
}

// saysNothing tells of a link column that its value has no attribute.
func saysNothing(f *diff.Field) bool {
	if !contrail.ParseColumn([]byte(f.Name)).Kind.IsLink() {
		return false
	}
	switch f.Old.Text + f.New.Text {
	case "null", `{"attr": null}`, `{"attr": null, "is_weakref": false}`, `{"is_weakref": false, "attr": null}`:
		return true
	}
	return false
}

// fieldName is the name of a column; of one that leads to another object with
// that object's name.
func (t *text) fieldName(ch *diff.Change, f *diff.Field) string {
	name := t.look.Escape(f.Name)
	if ch.Kind != diff.Object || t.look.NameOf == nil {
		return name
	}
	col := contrail.ParseColumn([]byte(f.Name))
	if !col.Kind.IsLink() || len(col.Name) == 0 {
		return name
	}
	joined := contrail.JoinName(t.look.NameOf(string(col.Key)))
	if joined == "" || joined == string(col.Key) {
		return name
	}
	return t.look.Escape(col.Kind.String()+":"+string(col.Name)+":"+joined) + "  " + t.look.Faint(t.look.Escape(string(col.Key)))
}

// value is the text of a value as it may be shown.
func (t *text) value(ch *diff.Change, f *diff.Field, s diff.Stored) string {
	if s.Long != nil {
		return fmt.Sprintf("(%d bytes)", s.Long.Size)
	}
	if !s.Set || t.look.ShowSecrets {
		return s.Text
	}
	if ch.Kind == diff.Object {
		return string(contrail.Mask(ch.Type, []byte(f.Name), []byte(s.Text)))
	}
	return string(contrail.MaskBlob([]byte(s.Text)))
}

// pair shows old and new value: on the rest of the line if they fit, else below
// each other, with what they have in common at both ends left out.
func (t *text) pair(op diff.Op, old, new string) string {
	old, new = readable(old), readable(new)
	room := max(t.look.Width, 120) - 40
	switch {
	case op == diff.Added:
		return t.look.Added(t.cut(new, room))
	case op == diff.Removed:
		return t.look.Removed(t.cut(old, room))
	case old == new:
		why := "  (differs)"
		if strings.Contains(old, contrail.Masked) {
			why = "  (differs, masked)"
		}
		return t.cut(old, room) + t.look.Faint(why)
	case len(old)+len(new) <= room:
		return t.look.Removed(t.cut(old, room)) + " → " + t.look.Added(t.cut(new, room))
	}
	old, new = excerpts([]rune(old), []rune(new))
	const below = "\n              "
	return below + t.look.Removed("- "+t.cut(old, room)) + below + t.look.Added("+ "+t.cut(new, room))
}

// around is the number of characters of context on each side of what differs.
const around = 20

// excerpts cuts two values to what differs and some context.
func excerpts(a, b []rune) (string, string) {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	head = max(head-around, 0)
	if head < around {
		head = 0
	}
	return cutHead(a, head), cutHead(b, head)
}

func cutHead(r []rune, n int) string {
	if n == 0 {
		return string(r)
	}
	return "…" + string(r[n:])
}

// readable spells a JSON text with the characters that escapes stand for, where
// they are letters that anybody can read.
func readable(s string) string {
	if !strings.Contains(s, `\u`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		switch {
		case s[i] != '\\' || i+1 == len(s):
			b.WriteByte(s[i])
			i++
		case s[i+1] != 'u':
			b.WriteString(s[i : i+2])
			i += 2
		default:
			n := min(6, len(s)-i)
			if i+12 <= len(s) && s[i+6:i+8] == `\u` && len(jsonscan.AppendDecoded(nil, []byte(s[i:i+12]))) == 4 {
				n = 12
			}
			d := jsonscan.AppendDecoded(nil, []byte(s[i:i+n]))
			if r, size := utf8.DecodeRune(d); size == len(d) && r != utf8.RuneError && r >= 0xa0 && unicode.IsPrint(r) {
				b.WriteRune(r)
			} else {
				b.WriteString(s[i : i+n])
			}
			i += n
		}
	}
	return b.String()
}

func (t *text) cut(s string, room int) string {
	s = t.look.Escape(strings.Join(strings.Fields(s), " "))
	if r := []rune(s); len(r) > room {
		return string(r[:room-1]) + "…"
	}
	return s
}

func (t *text) node(ch *diff.Change) {
	line := "  " + t.mark(ch.Op) + " " + t.look.Escape(ch.Path)
	if words := contrail.Classify([]byte(ch.Path)).Describe(0); words != "" {
		line += "  " + t.look.Faint(t.look.Escape(words))
	}
	t.line(line)
	switch {
	case ch.OldStat != "" && same(ch.OldData, ch.NewData):
		t.line("      " + t.look.Faint("stat "+ch.OldStat+" → "+ch.NewStat))
	default:
		t.line("      " + t.pair(ch.Op, t.data(ch.OldData), t.data(ch.NewData)))
	}
}

func same(a, b *string) bool { return a != nil && b != nil && *a == *b || a == nil && b == nil }

func (t *text) data(s *string) string {
	switch {
	case s == nil:
		return "null"
	case t.look.ShowSecrets:
		return *s
	}
	return string(contrail.MaskBlob([]byte(*s)))
}
