package render

import (
	"fmt"
	"iter"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/internal/humanize"
)

// Blocks says how changes are put for people, whatever they are drawn with: a
// form for people makes a Block of each change and draws it.
type Blocks struct {
	ShowSecrets bool
	Full        bool // fold nothing
	// NameOf, if not nil, returns the fq_name of an object, nil if it isn't known.
	NameOf func(uuid string) []string
	// InA and InB, if not nil, turn the uuids in texts of the second dump into
	// those by which they were compared, and back: see diff.Result.
	InA, InB func(string) string
}

func (v *Blocks) inA(text string) string {
	if v.InA == nil {
		return text
	}
	return v.InA(text)
}

func (v *Blocks) inB(text string) string {
	if v.InB == nil {
		return text
	}
	return v.InB(text)
}

// Block is a change as people see it: decoded, secrets masked, in words.
type Block struct {
	Op      diff.Op
	Heading string      // what it stands under: a type, a table, a family
	Count   *diff.Count // of all under this heading; nil for the rest of the changes
	Name    string
	Detail  string // beside the name: the uuid, or what a node stands for
	Notes   []Note
	// Lines are what differs in it. There can be millions of fields behind
	// them; they are made one after another.
	Lines iter.Seq2[Line, error]
}

// Note says something about the whole: that it was renamed, and from what.
type Note struct{ What, Value string }

// Line is a difference in a block.
type Line struct {
	Depth    int     // 0 for a field, 1 inside of its value
	Op       diff.Op // empty for a remark alone
	Name     string
	Detail   string // beside the name: the uuid of a link's target, the element of a list that it is about
	Old, New string // nothing but what differs, and some of what is around it, is to be shown of two
	Remark   string // what else there is to say
}

// Of makes the block of a change.
func (v *Blocks) Of(ch *diff.Change, s *diff.Summary) *Block {
	b := &Block{Op: ch.Op}
	switch ch.Kind {
	case diff.Object:
		b.Heading, b.Count = typeName(ch.Type), s.Types[ch.Type]
		if b.Name = contrail.JoinName(ch.FQName); b.Name != ch.UUID {
			b.Detail = ch.UUID
		}
		b.Notes = v.notes(ch)
		b.Lines = v.fields(ch)
	case diff.Row:
		b.Heading = ch.Keyspace + "/" + ch.Table
		b.Count = s.Tables[b.Heading]
		b.Name = ch.Key
		b.Lines = v.fields(ch)
	case diff.ZNode:
		b.Heading, b.Count = "zookeeper "+ch.Family, s.ZooKeeper[ch.Family]
		b.Name = ch.Path
		b.Detail = v.node(ch)
		b.Lines = lines(v.nodeLine(ch))
	case diff.Container:
		b.Heading, b.Name, b.Lines = "empty keyspaces and tables", Title(ch), lines()
	case diff.Member:
		b.Heading, b.Name = "other members", ch.Name
		b.Lines = lines(v.memberLine(ch))
	}
	return b
}

func lines(list ...Line) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for _, l := range list {
			if !yield(l, nil) {
				return
			}
		}
	}
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

func typeName(typ string) string {
	if typ == "" {
		return "(rows without a type)"
	}
	return typ
}

// notes says what happened to an object as a whole.
func (v *Blocks) notes(ch *diff.Change) []Note {
	var notes []Note
	if ch.RenamedFrom != nil {
		notes = append(notes, Note{"renamed from", contrail.JoinName(ch.RenamedFrom)})
	}
	if ch.RecreatedFrom != "" {
		notes = append(notes, Note{"re-created, was", ch.RecreatedFrom})
	}
	if ch.TypeWas != "" {
		notes = append(notes, Note{"type was", ch.TypeWas})
	}
	if from, to := v.parents(ch); from != "" && to != "" && from != to {
		notes = append(notes, Note{"moved from", from + " to " + to})
	}
	return notes
}

// parents returns the parent that an object lost and the one that it got.
func (v *Blocks) parents(ch *diff.Change) (from, to string) {
	if ch.Op != diff.Modified {
		return "", ""
	}
	for f, err := range ch.Each() {
		if err != nil {
			break // whoever makes the lines meets it too
		}
		col := contrail.ParseColumn([]byte(f.Name))
		if col.Kind != contrail.ColumnParent {
			continue
		}
		name := v.targetName(f, string(col.Key))
		if name == "" {
			name = string(col.Key)
		}
		switch f.Op {
		case diff.Removed:
			from = string(col.Name) + " " + name
		case diff.Added:
			to = string(col.Name) + " " + name
		}
	}
	return from, to
}

// targetName is nameOf for the object that a column leads to.
func (v *Blocks) targetName(f *diff.Field, uuid string) string {
	if f.Op != diff.Removed {
		uuid = v.inA(uuid)
	}
	return v.nameOf(uuid)
}

// nameOf returns the joined name of an object; empty if it isn't known, or is
// its uuid.
func (v *Blocks) nameOf(uuid string) string {
	if v.NameOf == nil {
		return ""
	}
	name := contrail.JoinName(v.NameOf(uuid))
	if name == uuid {
		return ""
	}
	return name
}

// mostAlike is the number of fields, or edits, of one sort that are shown; if
// there are a few more they are shown too.
const (
	mostAlike = 10
	aFewMore  = 2
	mostEdits = 60 // of one field
)

// fields gives the lines of an object or row. Fields of one sort (references to
// one type, elements of one list, columns of a row) are folded.
func (v *Blocks) fields(ch *diff.Change) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		f := folder{most: mostAlike, unit: "", yield: yield}
		if v.Full {
			f.most = -1
		}
		for field, err := range ch.Each() {
			if err != nil {
				yield(Line{}, err)
				return
			}
			if saidByBlock(ch, field) {
				continue
			}
			if !f.add(sortOf(ch, field), field.Op, 0, func() []Line { return v.field(ch, field) }) {
				return
			}
		}
		f.end()
	}
}

// saidByBlock tells of a field that the head of the block says it already.
func saidByBlock(ch *diff.Change, f *diff.Field) bool {
	if ch.Kind != diff.Object {
		return false
	}
	switch f.Name {
	case "fq_name":
		return ch.Op != diff.Modified || ch.RenamedFrom != nil
	case "type":
		return ch.Op != diff.Modified || ch.TypeWas != ""
	case "parent_type":
		return ch.Op != diff.Modified
	}
	return false
}

// sortOf returns what a field has in common with those that it can be folded
// with; empty if it stands alone.
func sortOf(ch *diff.Change, f *diff.Field) string {
	if ch.Kind != diff.Object {
		return "columns"
	}
	col := contrail.ParseColumn([]byte(f.Name))
	switch {
	case col.Kind == contrail.ColumnRelaxBackref:
		return col.Kind.String()
	case col.Kind.IsLink(), col.Kind == contrail.ColumnPropList, col.Kind == contrail.ColumnPropMap:
		return col.Kind.String() + ":" + string(col.Name)
	}
	return ""
}

// folder passes lines on as long as there are few of a sort, and counts the
// others.
type folder struct {
	most  int // of a sort and an operation; -1 for all
	unit  string
	yield func(Line, error) bool

	sort   string
	depth  int
	counts [3]foldCount
	ended  bool
}

type foldCount struct {
	seen int
	held []Line // behind the most, as long as they are a few
	over int    // number of things held
}

var foldOps = [...]diff.Op{diff.Removed, diff.Added, diff.Modified}

// add takes one thing. It returns false if no more are wanted.
func (f *folder) add(sort string, op diff.Op, depth int, lines func() []Line) bool {
	if sort != f.sort || depth != f.depth {
		if !f.end() {
			return false
		}
		f.sort, f.depth = sort, depth
	}
	c := &f.counts[2]
	for i := range foldOps {
		if foldOps[i] == op {
			c = &f.counts[i]
		}
	}
	c.seen++
	if f.most >= 0 && sort != "" && c.seen > f.most {
		if c.over++; c.over <= aFewMore {
			c.held = append(c.held, lines()...)
		} else {
			c.held = nil
		}
		return true
	}
	for _, l := range lines() {
		if !f.give(l) {
			return false
		}
	}
	return true
}

func (f *folder) give(l Line) bool {
	f.ended = f.ended || !f.yield(l, nil)
	return !f.ended
}

// end says how many were left out of the sort that ends.
func (f *folder) end() bool {
	for i := range f.counts {
		c := &f.counts[i]
		if c.over > aFewMore {
			what := humanize.Count(int64(c.over)) + " more " + f.sort
			if f.unit != "" {
				what = humanize.Count(int64(c.over)) + " more " + f.unit
			}
			f.give(Line{Depth: f.depth, Remark: fmt.Sprintf("… %s %s", what, foldOps[i])})
		}
		for _, l := range c.held {
			f.give(l)
		}
		*c = foldCount{}
	}
	f.sort = ""
	return !f.ended
}

// field makes the lines of a field.
func (v *Blocks) field(ch *diff.Change, f *diff.Field) []Line {
	head := Line{Op: f.Op}
	head.Name, head.Detail = v.fieldName(ch, f)
	old, new := v.value(ch, f, f.Old), v.value(ch, f, f.New)
	if f.Op != diff.Modified {
		if ch.Kind != diff.Object || !linkSaysNothing(f, old.text+new.text) {
			head.Old, head.New = old.shown(), new.shown()
		}
		if ch.Op != diff.Modified && f.Name == "prop:id_perms" && !v.Full {
			if words := idPermsWords(old.text + new.text); words != "" {
				head.Old, head.New, head.Remark = "", "", words
			}
		}
		return []Line{head}
	}
	if f.OldTime != "" && f.Old == f.New {
		head.Remark = "written " + written(f.OldTime) + " → " + written(f.NewTime)
		return []Line{head}
	}
	if old.long > 0 || new.long > 0 {
		if head.Old, head.New = old.shown(), new.shown(); head.Old == head.New {
			head.Old, head.New, head.Remark = "", "", head.Old+" that differ"
		}
		return []Line{head}
	}
	if old.plain == v.inA(new.plain) {
		// The texts are the same: it is how they are stored that differs.
		head.Old, head.New = old.form, new.form
		return []Line{head}
	}
	if old.text == new.text {
		head.Remark = "a secret that is masked"
		return []Line{head}
	}
	column := f.Name
	if ch.Kind != diff.Object {
		column = ""
	}
	edits := diff.EditsOf(column, old.text, v.inA(new.text))
	if v.InA != nil {
		edits = diff.WithoutIdentity(column, edits)
	}
	if len(edits) == 0 || len(edits) == 1 && edits[0].Path == "" {
		head.Old, head.New = old.shown(), new.shown()
		return []Line{head}
	}
	list := []Line{head}
	fold := folder{most: mostAlike, unit: "inside", yield: func(l Line, _ error) bool {
		list = append(list, l)
		return v.Full || len(list) <= mostEdits
	}}
	if v.Full {
		fold.most = -1
	}
	for i := range edits {
		e := &edits[i]
		line := func() []Line {
			l := Line{Depth: 1, Op: e.Op, Name: e.Path, Old: e.Old, New: v.inB(e.New)}
			if e.Op == diff.Added {
				l.Name, e.Element = v.inB(l.Name), v.inB(e.Element)
			}
			if e.Element != "" {
				l.Detail = "(" + e.Element + ")"
			}
			return []Line{l}
		}
		if !fold.add(parentPath(e.Path), e.Op, 1, line) {
			list = append(list, Line{Depth: 1, Remark: fmt.Sprintf("… %s more inside", humanize.Count(int64(len(edits)-i)))})
			break
		}
	}
	fold.end()
	return list
}

// parentPath is what the edits of one list have in common.
func parentPath(path string) string {
	i := strings.LastIndexByte(path, '.')
	for _, c := range path[i+1:] {
		if c < '0' || c > '9' {
			return ""
		}
	}
	return "elements of " + path[:max(i, 0)]
}

// fieldName is the name of a column; of one that leads to another object, with
// that object's name, and its uuid beside it.
func (v *Blocks) fieldName(ch *diff.Change, f *diff.Field) (name, uuid string) {
	if ch.Kind != diff.Object {
		return f.Name, ""
	}
	col := contrail.ParseColumn([]byte(f.Name))
	if !col.Kind.IsLink() {
		return f.Name, ""
	}
	joined := v.targetName(f, string(col.Key))
	if joined == "" {
		return f.Name, ""
	}
	if len(col.Name) == 0 {
		return col.Kind.String() + ":" + joined, string(col.Key)
	}
	return col.Kind.String() + ":" + string(col.Name) + ":" + joined, string(col.Key)
}

// linkSaysNothing tells of a link column that its value has no attribute.
func linkSaysNothing(f *diff.Field, text string) bool {
	if !contrail.ParseColumn([]byte(f.Name)).Kind.IsLink() {
		return false
	}
	switch text {
	case "null", `{"attr": null}`, `{"attr": null, "is_weakref": false}`, `{"is_weakref": false, "attr": null}`:
		return true
	}
	return false
}
