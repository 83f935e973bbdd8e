package validate

import (
	"strings"

	"github.com/dumptool/dumptool/contrail"
)

// drop is the edit that removes an entry of the index.
func (e IndexEntry) drop(x *Identity) Edit {
	edit := dropCell(indexCell(e.Type, e.Name+":"+e.UUID))
	if x.Row == nil {
		return edit.since(x.UUID)
	}
	return edit
}

// whole tells that the object has a type and a name, so that index and locks can be held against it.
func (x *Identity) whole() bool { return x.Row != nil && x.Row.Type != "" && x.Row.FQName != nil }

// indexed tells if an entry is just what the object wants.
func (x *Identity) indexed() bool {
	for _, e := range x.Entries {
		if x.agrees(e) {
			return true
		}
	}
	return false
}

// indexEdit is the edit that gives an object its entry.
func indexEdit(row *Row) Edit {
	e := setCell(indexCell(row.Type, row.Name()+":"+row.Key), null)
	e.IfAbsent = true
	return e
}

// reindex are the edits that make the one entry of an object that disagrees with it the one that it should be. It doesn't
// give an object an entry for which there was none (M-FQN-5): another object may have its name.
func (x *Identity) reindex(e IndexEntry) []Edit {
	if x.indexed() {
		return []Edit{e.drop(x)}
	}
	return []Edit{indexEdit(x.Row), e.drop(x)}
}

// restore are the edits that give a row the type or name that it lost, from its entry of the index, or else the lock of its name.
func (r *run) restore(x *Identity) []Edit {
	if x.Row == nil || len(x.Entries) > 1 || len(x.Entries) == 0 && len(x.Locks) != 1 {
		return nil
	}
	row := x.Row
	var e IndexEntry
	if len(x.Entries) == 1 {
		e = x.Entries[0]
	} else {
		e = IndexEntry{Type: x.Locks[0].Type, Name: x.Locks[0].Name, UUID: x.UUID}
	}
	switch {
	case row.Type == "" && row.FQName != nil && e.form(row) != contrail.OtherName:
		return []Edit{setCell(objectCell(row.Key, "type"), jsonText(e.Type))}
	case row.FQName == nil && row.Type == e.Type:
		if name := r.splitName(row, e.Name); name != nil {
			return []Edit{setCell(objectCell(row.Key, "fq_name"), jsonList(name))}
		}
	}
	return nil
}

// splitName takes the joined name of an object apart; nil where that isn't sure.
func (r *run) splitName(row *Row, name string) []string {
	if len(row.Parents) == 1 {
		parent := r.row(row.Parents[0].id)
		if parent == nil || parent.FQName == nil {
			return nil
		}
		last, ok := strings.CutPrefix(name, parent.Name()+":")
		if !ok || last == "" {
			return nil
		}
		return append(append([]string(nil), parent.FQName...), last)
	}
	t, ok := contrail.LookupType(row.Type)
	if len(row.Parents) == 0 && name != "" && (!strings.Contains(name, ":") || ok && t.Root() && row.Type != "tag") {
		return []string{name}
	}
	return nil
}

// removable tells if a row that lacks something mandatory may go: one of nothing but links is left over, an object with a
// name goes if nothing depends on it, or who repairs has named the fix.
func (r *Report) removable(row *Row) bool {
	return row.dependents == 0 || !row.has(hasType) && !row.has(hasName) || r.o.Named[r.Rule]
}

// lacking makes the next finding one about a row without type or name, which gets it back or goes.
func (r *Report) lacking(x *Identity) *Report {
	if edits := r.restore(x); edits != nil {
		return r.with(edits...)
	}
	return r.fixedIf(r.removable(x.Row), removeObject(x.Row.Key))
}
