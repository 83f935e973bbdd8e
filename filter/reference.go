package filter

import (
	"fmt"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// reference names an object, or several with wildcards.
type reference struct {
	text string
	uuid string // or
	typ  string // in underscores, and
	name string // the joined name, perhaps with wildcards
	met  bool
}

// parseReference reads UUID, TYPE:fq:name or config_db_uuid/obj_uuid_table/UUID.
func parseReference(text string) (reference, error) {
	if row, ok := strings.CutPrefix(text, objectKeyspace+"/"+objectTable+"/"); ok {
		p, err := dump.ParsePath(text)
		if err != nil || p.Level != dump.AtRow {
			return reference{}, fmt.Errorf("%q names no object", text)
		}
		_ = row
		return reference{text: text, uuid: p.Row}, nil
	}
	if contrail.ValidUUID(text) {
		return reference{text: text, uuid: strings.ToLower(text)}, nil
	}
	typ, name, ok := strings.Cut(text, ":")
	if !ok || typ == "" || name == "" {
		return reference{}, fmt.Errorf("%q is neither a uuid nor TYPE:fq:name", text)
	}
	return reference{text: text, typ: contrail.NormalizeType(typ), name: name}, nil
}

// references are several, of which those by uuid are found at once: there may be very many.
type references struct {
	list   []reference
	byUUID map[string][]int
	byName []int
}

func parseReferences(texts []string) (references, error) {
	refs := references{byUUID: map[string][]int{}}
	for i, text := range texts {
		r, err := parseReference(text)
		if err != nil {
			return refs, err
		}
		refs.list = append(refs.list, r)
		if r.uuid != "" {
			refs.byUUID[r.uuid] = append(refs.byUUID[r.uuid], i)
		} else {
			refs.byName = append(refs.byName, i)
		}
	}
	return refs, nil
}

// match tells if any of them names the object, and notes which.
func (refs *references) match(uuid, typ, name string) (any bool) {
	for _, list := range [][]int{refs.byUUID[uuid], refs.byName} {
		for _, i := range list {
			if r := &refs.list[i]; r.means(uuid, typ, name) {
				r.met, any = true, true
			}
		}
	}
	return any
}

// means tells if the reference names the object.
func (r *reference) means(uuid, typ, name string) bool {
	if r.uuid != "" {
		return r.uuid == uuid
	}
	return r.typ == typ && (r.name == name || hasWildcard(r.name) && matches(r.name, name))
}
