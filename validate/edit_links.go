package validate

import (
	"strings"

	"github.com/dumptool/dumptool/contrail"
)

const null = "null"

// drop is the edit that removes the column of a link.
func (l *Link) drop() Edit {
	e := dropCell(objectCell(l.FromKey, l.Column()))
	if l.To == nil {
		return e.since(l.ToKey)
	}
	return e
}

// answerable tells if the other row can have a column that answers: it ends in the uuid of this one.
func (l *Link) answerable() bool { return contrail.ValidUUID(l.FromKey) }

// retype are the edits that write the type of the other row into the column.
func (l *Link) retype() []Edit {
	return moveCell(objectCell(l.FromKey, l.Column()), l.at, l.Kind.String()+":"+l.To.Type+":"+l.ToKey)
}

// answer is the edit that adds the column of the other row.
func (l *Link) answer(kind contrail.ColumnKind) Edit {
	e := setCell(objectCell(l.To.Key, kind.String()+":"+l.FromType+":"+l.FromKey), null)
	if kind != contrail.ColumnChild {
		e.From = l.at
	}
	return e
}

// namesMissingParent tells of a children: column that the other row lost its parent: column, but not its parent_type.
func (l *Link) namesMissingParent() bool {
	return l.Kind == contrail.ColumnChild && l.To != nil && len(l.To.Parents) == 0 && l.FromType != "" && l.To.Type == l.Claimed &&
		contrail.NormalizeType(l.To.ParentType) == l.FromType
}

// parentFor is the edit that gives the other row of a children: column its parent: column back.
func (l *Link) parentFor() Edit {
	return setCell(objectCell(l.To.Key, "parent:"+l.FromType+":"+l.FromKey), null)
}

// parentByName finds the parent of an object by its name, among the types that are looked up by name: the one object of
// the type typ, or, if that is empty, of the types that can be its parent.
func (r *run) parentByName(row *Row, typ string) *Row {
	if len(row.FQName) < 2 {
		return nil
	}
	name := strings.Join(row.FQName[:len(row.FQName)-1], ":")
	types := []string{typ}
	if typ == "" {
		t, ok := contrail.LookupType(row.Type)
		if !ok {
			return nil
		}
		types = t.Parents()
	}
	var found *Row
	for _, t := range types {
		for _, uuid := range r.Named(t, name) {
			p := r.Row(uuid)
			if p == nil || p.Key == row.Key {
				continue
			}
			if found != nil {
				return nil
			}
			found = p
		}
	}
	return found
}

// setParent are the edits that make another row the parent.
func setParent(row, parent *Row) []Edit {
	edits := []Edit{setCell(objectCell(row.Key, "parent:"+parent.Type+":"+parent.Key), null)}
	if contrail.NormalizeType(row.ParentType) != parent.Type {
		edits = append(edits, setCell(objectCell(row.Key, "parent_type"), jsonText(contrail.HyphenType(parent.Type))))
	}
	return edits
}

// rightParent is the index of the parent: column that parent_type and name speak for; -1 if they don't for a single one.
func (r *run) rightParent(row *Row) int {
	var ofType, named []int
	prefix := strings.Join(row.FQName[:max(0, len(row.FQName)-1)], ":")
	for i, p := range row.Parents {
		if p.Type != contrail.NormalizeType(row.ParentType) {
			continue
		}
		ofType = append(ofType, i)
		if parent := r.row(p.id); parent != nil && parent.Name() == prefix {
			named = append(named, i)
		}
	}
	switch {
	case len(named) == 1:
		return named[0]
	case len(ofType) == 1:
		return ofType[0]
	}
	return -1
}

// jsonText is text as a JSON string, as Python's json writes it.
func jsonText(text string) string { return string(contrail.AppendJSONString(nil, text, true)) }

// jsonList is a JSON list of texts, as Python's json writes it.
func jsonList(list []string) string {
	b := []byte{'['}
	for i, s := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = contrail.AppendJSONString(b, s, true)
	}
	return string(append(b, ']'))
}
