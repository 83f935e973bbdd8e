package diff

import (
	"fmt"
	"net/url"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// ObjectRef names an object: by UUID, or by Type and Name, which is the joined
// fq_name.
type ObjectRef struct {
	UUID, Type, Name string

	inA string // between two systems: the uuid that an object of B goes by
}

func (r *ObjectRef) String() string {
	if r.UUID != "" {
		return r.UUID
	}
	return r.Type + ":" + r.Name
}

// UnknownObjectError says that neither dump has an object that was asked for.
type UnknownObjectError struct {
	A, B string // names of the dumps
	Ref  ObjectRef
}

func (e *UnknownObjectError) Error() string {
	return fmt.Sprintf("there is no object %s, neither in %s nor in %s", &e.Ref, e.A, e.B)
}

// means tells if the reference is to an object.
func (r *ObjectRef) means(typ, uuid string, fqName []string) bool {
	if r.UUID != "" {
		return r.UUID == uuid || r.inA != "" && r.inA == uuid
	}
	return r.Type == typ && contrail.MatchName(r.Name, contrail.JoinName(fqName)) != contrail.OtherName
}

// wanted are the objects that are asked for, and which of them a side has.
type wanted struct {
	refs []ObjectRef
	met  []bool
}

func newWanted(refs []ObjectRef) wanted { return wanted{refs, make([]bool, len(refs))} }

// see notes which objects a row of a dump is.
func (w *wanted) see(uuid dump.Text, texts *nameCells) {
	if len(w.refs) == 0 {
		return
	}
	var v rowView
	v.see(&cell{name: "type", text: texts.typ.decoded()})
	v.see(&cell{name: "fq_name", text: texts.fqName.decoded()})
	key := uuid.String()
	for i := range w.refs {
		w.met[i] = w.met[i] || w.refs[i].means(v.typ, key, v.fqName)
	}
}

// lookUp is see for a dump with an index.
func (w *wanted) lookUp(s *side) error {
	for i := range w.refs {
		r := &w.refs[i]
		if r.UUID != "" {
			_, found, err := s.index.Row(configKeyspace, "obj_uuid_table", []byte(r.UUID))
			if err != nil {
				return err
			}
			w.met[i] = found
			continue // between two systems there is no index
		}
		names := []string{r.Name}
		if name, err := url.QueryUnescape(r.Name); err == nil && name != r.Name && contrail.MatchName(r.Name, name) != contrail.OtherName {
			names = append(names, name)
		}
		for _, name := range names {
			for _, err := range s.objects.ByName(r.Type, name) {
				if err != nil {
					return err
				}
				w.met[i] = true
				break
			}
		}
	}
	return nil
}

// checkObjects makes an error of an object that nobody has.
func (c *comparison) checkObjects() error {
	for i := range c.o.Objects {
		if !c.a.wanted.met[i] && !c.b.wanted.met[i] {
			return &UnknownObjectError{c.a.d.Name(), c.b.d.Name(), c.o.Objects[i]}
		}
	}
	return nil
}
