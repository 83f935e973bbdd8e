package render

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/internal/humanize"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/jsontree"
)

// value is one side of a field, for people.
type value struct {
	plain string // the text
	text  string // the same with secrets masked
	form  string // how it is stored, where that is not [text, integer]: the text left out
	long  int64  // its length, if it is not held
}

// shown is what stands for the value.
func (v value) shown() string {
	if v.long > 0 {
		return longWords(v.long)
	}
	return v.text
}

// longWords stands for a value that is not held.
func longWords(size int64) string { return "(" + humanize.Count(size) + " bytes)" }

func (v *Blocks) value(ch *diff.Change, f *diff.Field, s diff.Stored) value {
	if s.Long != nil {
		return value{long: s.Long.Size}
	}
	if !s.Set {
		return value{}
	}
	x := value{plain: s.Text, form: "[…, integer]"}
	if s.IsRaw {
		x.plain, x.form = unwrap(s.Text)
	}
	switch {
	case v.ShowSecrets:
		x.text = x.plain
	case ch.Kind == diff.Object:
		x.text = string(contrail.Mask(ch.Type, []byte(f.Name), []byte(x.plain)))
	default:
		x.text = string(contrail.MaskBlob([]byte(x.plain)))
	}
	return x
}

// unwrap takes the text out of a cell that is given as it is stored, such as
// ["text", 1.5] or "text". What has no text in it stays as it is.
func unwrap(stored string) (text, form string) {
	n, err := jsontree.Parse([]byte(stored))
	switch {
	case err != nil: // the text itself, which is no JSON
		return stored, "[…, integer]"
	case n.Kind == jsontree.String:
		return n.Text, "…"
	case n.Kind != jsontree.Array || len(n.Nodes) == 0 || n.Nodes[0].Kind != jsontree.String:
		return stored, "other JSON"
	}
	form = "[…"
	for i := range n.Nodes[1:] {
		e := &n.Nodes[i+1]
		if i == 0 && (e.Kind != jsontree.Number || strings.ContainsAny(string(e.Raw), "NI")) {
			return stored, "[…, integer]" // no cell has this in place of a time
		}
		form += ", " + string(e.Raw)
	}
	return n.Nodes[0].Text, form + "]"
}

// blob masks a text of which nothing is known.
func (v *Blocks) blob(text string) string {
	if v.ShowSecrets || text == "" {
		return text
	}
	return string(contrail.MaskBlob([]byte(text)))
}

// written is a time of writing: of microseconds the time that they are, of all
// else the text.
func written(text string) string {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1e15 || n > 1e16 {
		return text
	}
	return time.UnixMicro(n).UTC().Format("2006-01-02T15:04:05.000000Z")
}

// member is a side of a member of the top level.
func (v *Blocks) member(text string, long *diff.LongText) string {
	if long != nil {
		return longWords(long.Size)
	}
	return v.blob(text)
}

// memberLine is what differs in a member.
func (v *Blocks) memberLine(ch *diff.Change) Line {
	l := Line{Op: ch.Op, Old: v.member(ch.Old, ch.OldLong), New: v.member(ch.New, ch.NewLong)}
	switch {
	case ch.Op != diff.Modified || l.Old != l.New:
	case ch.OldLong != nil:
		l.Old, l.New, l.Remark = "", "", l.Old+" that differ"
	default:
		l.Old, l.New, l.Remark = "", "", "a secret that is masked"
	}
	return l
}

// node says what a node stands for, and of one that only one side has what it
// points to.
func (v *Blocks) node(ch *diff.Change) string {
	n := contrail.Classify([]byte(ch.Path))
	if ch.Op == diff.Modified {
		return n.Describe(0)
	}
	data := ch.NewData
	if data == nil {
		data = ch.OldData
	}
	words := n.Describe(0)
	if words == "" || data == nil || *data == "" || n.Kind == contrail.NodeElection || n.Kind == contrail.NodeLock {
		return words
	}
	if n.Kind == contrail.NodeSecurityGroupID && *data == contrail.ReservedOwner {
		return words + ", reserved"
	}
	return words + " → " + v.owner(*data, ch.NewData != nil)
}

// owner is the data of a node: if it is the uuid of an object, with its name.
func (v *Blocks) owner(data string, fromB bool) string {
	if contrail.ValidUUID([]byte(data)) {
		uuid := data
		if fromB {
			uuid = v.inA(data)
		}
		if name := v.nameOf(uuid); name != "" {
			return data + " (" + name + ")"
		}
		return data
	}
	return v.blob(data)
}

// nodeLine is what differs in a node.
func (v *Blocks) nodeLine(ch *diff.Change) (l Line) {
	l.Op = ch.Op
	switch {
	case ch.OldStat != "" && ch.SameData():
		l.Remark = statWords(ch.OldStat, ch.NewStat)
		return l
	case ch.Op == diff.Modified:
		l.Old, l.New = v.data(ch.OldData, ch.OldLong, false), v.data(ch.NewData, ch.NewLong, true)
		switch {
		case l.Old != l.New:
		case ch.OldLong != nil:
			l.Old, l.New, l.Remark = "", "", l.Old+" that differ"
		default:
			l.Old, l.New, l.Remark = "", "", "a secret that is masked"
		}
		return l
	case strings.Contains(v.node(ch), " → "):
		return Line{}
	}
	if ch.Op == diff.Removed {
		l.Old = v.data(ch.OldData, ch.OldLong, false)
	} else {
		l.New = v.data(ch.NewData, ch.NewLong, true)
	}
	return l
}

func (v *Blocks) data(s *string, long *diff.LongText, fromB bool) string {
	switch {
	case long != nil:
		return longWords(long.Size)
	case s == nil:
		return "null"
	case *s == "":
		return `""`
	}
	return v.owner(*s, fromB)
}

// statNames are the elements of a stat.
var statNames = [...]string{"czxid", "mzxid", "ctime", "mtime", "version", "cversion", "aversion", "ephemeralOwner", "dataLength", "numChildren", "pzxid"}

// statWords names what differs between two stats.
func statWords(old, new string) string {
	a, errA := jsontree.Parse([]byte(old))
	b, errB := jsontree.Parse([]byte(new))
	if errA != nil || errB != nil || a.Kind != jsontree.Array || b.Kind != jsontree.Array || len(a.Nodes) != len(statNames) || len(b.Nodes) != len(statNames) {
		return "stat " + old + " → " + new
	}
	var parts []string
	for i, name := range statNames {
		x, y := string(a.Nodes[i].Raw), string(b.Nodes[i].Raw)
		if x == y {
			continue
		}
		if name == "ctime" || name == "mtime" {
			x, y = milliseconds(x), milliseconds(y)
		}
		parts = append(parts, fmt.Sprintf("%s %s → %s", name, x, y))
	}
	if len(parts) == 0 {
		return "stat " + old + " → " + new
	}
	return "stat: " + strings.Join(parts, ", ")
}

func milliseconds(text string) string {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1e12 || n > 1e13 {
		return text
	}
	return time.UnixMilli(n).UTC().Format("2006-01-02T15:04:05.000Z")
}

// around is the number of characters of context on each side of what differs.
const around = 24

// Excerpts cuts two values to what differs and some context. What is cut off is
// an ellipsis.
func Excerpts(old, new string) (string, string) {
	a, b := []rune(old), []rune(new)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	cut := func(r []rune) string {
		from, to := max(head-around, 0), min(len(r)-tail+around, len(r))
		if from <= 1 {
			from = 0
		}
		if to >= len(r)-1 {
			to = len(r)
		}
		s := string(r[from:to])
		if from > 0 {
			s = "…" + s
		}
		if to < len(r) {
			s += "…"
		}
		return s
	}
	return cut(a), cut(b)
}

// Readable spells a JSON text with the characters that escapes stand for, where
// they are letters that anybody can read, and without line breaks.
func Readable(s string) string {
	if strings.ContainsAny(s, "\n\r\t") || strings.Contains(s, "  ") {
		if n, err := jsontree.Parse([]byte(s)); err == nil && n.Kind >= jsontree.Array {
			s = compact(&n)
		}
	}
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

// compact spells JSON on one line.
func compact(n *jsontree.Node) string {
	var b strings.Builder
	switch n.Kind {
	case jsontree.Array:
		b.WriteByte('[')
		for i := range n.Nodes {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(compact(&n.Nodes[i]))
		}
		b.WriteByte(']')
	case jsontree.Object:
		b.WriteByte('{')
		for i := range n.Nodes {
			if i > 0 {
				b.WriteString(", ")
			}
			b.Write(contrail.AppendJSONString(nil, n.Names[i], false))
			b.WriteString(": ")
			b.WriteString(compact(&n.Nodes[i]))
		}
		b.WriteByte('}')
	default:
		b.Write(n.Raw)
	}
	return b.String()
}

// idPermsWords says what is worth to be known of the id_perms that each object
// has; empty if they are not what they always are.
func idPermsWords(text string) string {
	n, err := jsontree.Parse([]byte(text))
	if err != nil || n.Kind != jsontree.Object {
		return ""
	}
	get := func(n *jsontree.Node, name string) string {
		if m := n.Member(name); m != nil && m.Kind == jsontree.String {
			return m.Text
		}
		return ""
	}
	created := get(&n, "created")
	if created == "" {
		return ""
	}
	words := "created " + created
	if modified := get(&n, "last_modified"); modified != "" && modified != created {
		words += ", last modified " + modified
	}
	if perms := n.Member("permissions"); perms != nil && get(perms, "owner") != "" {
		words += ", owner " + get(perms, "owner")
	}
	if creator := get(&n, "creator"); creator != "" {
		words += ", creator " + creator
	}
	if enable := n.Member("enable"); enable != nil && string(enable.Raw) == "false" {
		words += ", disabled"
	}
	if visible := n.Member("user_visible"); visible != nil && string(visible.Raw) == "false" {
		words += ", not visible to users"
	}
	if description := get(&n, "description"); description != "" {
		words += ", " + strconv.Quote(description)
	}
	return words
}
