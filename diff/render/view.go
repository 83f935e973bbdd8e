package render

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/diff"
)

// View is a change as it is shown to people: named, masked, cut to a length that
// somebody reads, harmless to show.
type View struct {
	Op     string      `json:"o"` // +, - or ~
	Kind   string      `json:"k"`
	Group  string      `json:"g"` // type, table or family
	Name   string      `json:"n"`
	UUID   string      `json:"u,omitempty"` // of an object
	Notes  []string    `json:"r,omitempty"`
	Fields []FieldView `json:"f,omitempty"`
	More   int         `json:"m,omitempty"` // fields that are not among Fields
}

// FieldView is a column that differs, or what stands for one: the data of a
// znode, the value of a member.
type FieldView struct {
	Op     string     `json:"o"`
	Name   string     `json:"n,omitempty"`
	Target string     `json:"t,omitempty"` // uuid of the object that the column leads to
	To     string     `json:"w,omitempty"` // its name
	Old    *string    `json:"a,omitempty"`
	New    *string    `json:"b,omitempty"`
	Note   string     `json:"r,omitempty"`
	Edits  []EditView `json:"e,omitempty"`
	More   int        `json:"m,omitempty"` // edits that are not among Edits
}

// EditView is a difference inside of a value.
type EditView struct {
	Op   string  `json:"o"`
	Path string  `json:"p"`
	Old  *string `json:"a,omitempty"`
	New  *string `json:"b,omitempty"`
}

// Bounds of what is shown of one change. Who wants more asks for JSON.
const (
	maxViewFields = 200
	maxViewEdits  = 200
	maxViewValue  = 4 << 10 // bytes
)

// viewer makes views.
type viewer struct {
	escape      func(string) string
	showSecrets bool
	nameOf      func(uuid string) []string
	inA, inB    func(string) string // see Blocks
}

func sign(op diff.Op) string {
	switch op {
	case diff.Added:
		return "+"
	case diff.Removed:
		return "-"
	}
	return "~"
}

// view makes the view of a change.
func (v *viewer) view(ch *diff.Change) (*View, error) {
	out := &View{Op: sign(ch.Op), Kind: string(ch.Kind), Group: v.escape(group(ch)), Name: v.escape(shortTitle(ch))}
	switch ch.Kind {
	case diff.Object:
		out.UUID = v.escape(ch.UUID)
		if ch.RenamedFrom != nil {
			out.Notes = append(out.Notes, "renamed from "+v.escape(contrail.JoinName(ch.RenamedFrom)))
		}
		if ch.RecreatedFrom != "" {
			out.Notes = append(out.Notes, "re-created, was "+v.escape(ch.RecreatedFrom))
		}
		if ch.TypeWas != "" {
			out.Notes = append(out.Notes, "type was "+v.escape(ch.TypeWas))
		}
		return out, v.fields(out, ch)
	case diff.Row:
		return out, v.fields(out, ch)
	case diff.ZNode:
		v.node(out, ch)
	case diff.Member:
		words := Blocks{ShowSecrets: v.showSecrets}
		out.Fields = []FieldView{v.plain(ch.Op, words.member(ch.Old, ch.OldLong), words.member(ch.New, ch.NewLong), true)}
	}
	return out, nil
}

// group is the heading that a change stands under.
func group(ch *diff.Change) string {
	switch ch.Kind {
	case diff.Object:
		return typeName(ch.Type)
	case diff.Row:
		return ch.Keyspace + "/" + ch.Table
	case diff.ZNode:
		return "zookeeper " + ch.Family
	case diff.Container:
		return "empty keyspaces and tables"
	}
	return "other members"
}

// shortTitle names a change below its heading.
func shortTitle(ch *diff.Change) string {
	switch ch.Kind {
	case diff.Object:
		if name := contrail.JoinName(ch.FQName); name != "" {
			return name
		}
		return ch.UUID
	case diff.Row:
		return ch.Key
	case diff.ZNode:
		return ch.Path
	}
	return Title(ch)
}

func (v *viewer) fields(out *View, ch *diff.Change) error {
	for f, err := range ch.Each() {
		if err != nil {
			return err
		}
		if ch.Kind == diff.Object && saidByName(ch, f.Name) {
			continue
		}
		if len(out.Fields) == maxViewFields {
			out.More++
			continue
		}
		out.Fields = append(out.Fields, v.field(ch, f))
	}
	return nil
}

// saidByName tells that a column only repeats the heading of its object.
func saidByName(ch *diff.Change, column string) bool {
	return column == "type" && ch.Op != diff.Modified ||
		column == "fq_name" && (ch.Op != diff.Modified || ch.RenamedFrom != nil)
}

func (v *viewer) field(ch *diff.Change, f *diff.Field) FieldView {
	out := FieldView{Op: sign(f.Op), Name: v.escape(f.Name)}
	if ch.Kind == diff.Object {
		v.link(&out, f)
		if f.Op != diff.Modified && linkSaysNothing(f, f.Old.Text+f.New.Text) {
			return out
		}
	}
	words := Blocks{ShowSecrets: v.showSecrets, InA: v.inA, InB: v.inB}
	x, y := words.value(ch, f, f.Old), words.value(ch, f, f.New)
	if f.Op == diff.Modified && f.OldTime != "" && f.Old == f.New {
		out.Note = "written " + written(f.OldTime) + " → " + written(f.NewTime)
		return out
	}
	old, new := x.shown(), y.shown()
	if f.Op == diff.Modified && x.long+y.long == 0 {
		switch {
		case x.plain == words.inA(y.plain): // it is how the texts are stored that differs
			old, new = x.form, y.form
		case old == new:
			out.Note = "a secret that is masked"
			return out
		}
	}
	column := ""
	if ch.Kind == diff.Object {
		column = f.Name
	}
	var edits []diff.Edit
	if f.Op == diff.Modified {
		edits = diff.EditsOf(column, old, words.inA(new))
		if words.InA != nil {
			edits = diff.WithoutIdentity(column, edits)
		}
	}
	if len(edits) == 0 || len(edits) == 1 && edits[0].Path == "" {
		plain := v.plain(f.Op, old, new, true)
		out.Old, out.New, out.Note = plain.Old, plain.New, plain.Note
		return out
	}
	for i := range edits {
		if i == maxViewEdits {
			out.More = len(edits) - i
			break
		}
		e := &edits[i]
		e.New = words.inB(e.New)
		if e.Op == diff.Added {
			e.Path = words.inB(e.Path)
		}
		plain := v.plain(e.Op, e.Old, e.New, true)
		out.Edits = append(out.Edits, EditView{Op: sign(e.Op), Path: v.escape(e.Path), Old: plain.Old, New: plain.New})
	}
	return out
}

// link says where a column leads.
func (v *viewer) link(out *FieldView, f *diff.Field) {
	col := contrail.ParseColumn([]byte(f.Name))
	if !col.Kind.IsLink() {
		return
	}
	out.Target = v.escape(string(col.Key))
	if v.nameOf == nil {
		return
	}
	uuid := string(col.Key)
	if f.Op != diff.Removed && v.inA != nil {
		uuid = v.inA(uuid)
	}
	if name := contrail.JoinName(v.nameOf(uuid)); name != string(col.Key) {
		out.To = v.escape(name)
	}
}

// plain shows two values as a whole.
func (v *viewer) plain(op diff.Op, old, new string, differ bool) FieldView {
	out := FieldView{Op: sign(op)}
	a, b := Readable(old), Readable(new)
	switch {
	case op != diff.Modified:
	case old == new && differ && strings.Contains(old, contrail.Masked):
		out.Note = "differs, masked"
	case old == new && differ:
		out.Note = "differs"
	case max(len(a), len(b)) > maxViewValue:
		a, b = Excerpts(a, b)
	}
	if op != diff.Added {
		s := v.value(a)
		out.Old = &s
	}
	if op != diff.Removed {
		s := v.value(b)
		out.New = &s
	}
	return out
}

// value is a value as it is shown. A cut one says how long it is.
func (v *viewer) value(s string) string {
	if len(s) <= maxViewValue {
		return v.escape(s)
	}
	n := maxViewValue
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return v.escape(s[:n]) + fmt.Sprintf("… (%d bytes)", len(s))
}

func (v *viewer) node(out *View, ch *diff.Change) {
	if words := contrail.Classify([]byte(ch.Path)).Describe(0); words != "" {
		out.Notes = append(out.Notes, v.escape(words))
	}
	if ch.OldStat != "" && ch.SameData() {
		out.Notes = append(out.Notes, statWords(ch.OldStat, ch.NewStat))
		return
	}
	data := func(s *string, long *diff.LongText) string {
		switch {
		case long != nil:
			return longWords(long.Size)
		case s == nil:
			return "null"
		case v.showSecrets:
			return *s
		}
		return string(contrail.MaskBlob([]byte(*s)))
	}
	out.Fields = []FieldView{v.plain(ch.Op, data(ch.OldData, ch.OldLong), data(ch.NewData, ch.NewLong), !ch.SameData())}
}
