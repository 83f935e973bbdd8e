package diff

import (
	"slices"
	"strings"
)

// changeInB gives the parts of a change that come from B their own uuids again.
func (n *byName) changeInB(ch *Change) error {
	var failed error
	back := func(texts ...*string) {
		for _, s := range texts {
			t, err := n.inB(*s)
			if err != nil {
				failed = err
			}
			*s = t
		}
	}
	back(&ch.New)
	if ch.Op != Removed {
		back(&ch.UUID, &ch.Key, &ch.Path)
		for i := range ch.FQName {
			back(&ch.FQName[i])
		}
	}
	if ch.NewData != nil {
		data := *ch.NewData
		back(&data)
		ch.NewData = &data
	}
	for i := range ch.Fields {
		if err := n.fieldInB(&ch.Fields[i]); err != nil {
			failed = err
		}
	}
	return failed
}

// fieldInB is changeInB for a field. Its edits are those between the values as they
// were compared.
func (n *byName) fieldInB(f *Field) error {
	f.Edits = WithoutIdentity(f.Name, f.Edits)
	texts := []*string{&f.New.Text}
	if f.Op != Removed {
		texts = append(texts, &f.Name)
	}
	for i := range f.Edits {
		e := &f.Edits[i]
		texts = append(texts, &e.New)
		if e.Op == Added {
			texts = append(texts, &e.Path, &e.Element)
		}
	}
	for _, s := range texts {
		t, err := n.inB(*s)
		if err != nil {
			return err
		}
		*s = t
	}
	return nil
}

// InA returns a text that comes from B with the uuids by which it was compared:
// those of A, if objects were matched by name.
func (r *Result) InA(text string) string { return r.translated(text, true) }

// InB undoes InA.
func (r *Result) InB(text string) string { return r.translated(text, false) }

func (r *Result) translated(text string, toA bool) string {
	if r.byName == nil {
		return text
	}
	translate := r.byName.inB
	if toA {
		translate = r.byName.inA
	}
	if s, err := translate(text); err == nil {
		return s
	}
	return text // a temporary file can't be read: other reads of it fail too
}

// WithoutIdentity leaves out the edits that say that an object of another system
// has another uuid, which prop:id_perms repeats.
func WithoutIdentity(column string, edits []Edit) []Edit {
	if column != "prop:id_perms" {
		return edits
	}
	return slices.DeleteFunc(edits, func(e Edit) bool {
		return e.Path == "uuid" || strings.HasPrefix(e.Path, "uuid.")
	})
}
