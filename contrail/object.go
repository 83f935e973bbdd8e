package contrail

import (
	"encoding/json"
	"slices"
	"strings"
)

// Object is a row of obj_uuid_table, decoded. Names are WTF-8; values are the
// JSON text that stood in the row. An ObjectBuilder makes one.
type Object struct {
	UUID   string
	Type   string   // as stored, virtual_network; empty if the row has none that is a text
	FQName []string // nil if the row has none that is a list of texts
	Parent *Parent  // nil if the row names none

	// Props is sorted by name. Where the row has a property in several forms,
	// list and map go before the plain one.
	Props []ObjectProp

	// The links of the row by the type of the other object.
	Refs, Backrefs, Children []LinkGroup
	RelaxBackrefs            []string // uuids, sorted

	// Extra holds, by name of the column, what has no place above: unknown
	// columns, further parents, a parent_type that contradicts the parent.
	Extra []Member
	// NotJSON names the columns whose value isn't JSON, or has no JSON meaning.
	// Their values are given as a JSON string of the text.
	NotJSON []string
}

// Parent is the parent of an object.
type Parent struct {
	Type   string
	UUID   string   // empty where only parent_type tells of a parent
	FQName []string // nil until Resolve finds it
}

// ObjectProp is a property of an object in one of its forms.
type ObjectProp struct {
	Name     string
	Kind     PropKind
	Value    json.RawMessage // PropPlain
	Elements []Element       // PropList and PropMap, in the byte order of their keys
}

// Element is an element of a list or map property.
type Element struct {
	Key   string // position or key, as in the name of the column
	Value json.RawMessage
}

// LinkGroup holds the links of an object to objects of one type.
type LinkGroup struct {
	Type  string
	Total int    // number of links in the row
	Links []Link // by uuid; fewer than Total if the builder was told to hold back
}

// Link names another object.
type Link struct {
	UUID      string
	FQName    []string        // nil until Resolve finds it
	Attr      json.RawMessage // of a reference or back-reference; nil for a child, null if there is none
	IsWeakRef json.RawMessage // nil if the stored text has no such member
}

// Member is a named value.
type Member struct {
	Name  string
	Value json.RawMessage
}

// rank orders the forms of one property.
func (k PropKind) rank() int { return [...]int{PropList: 0, PropMap: 1, PropPlain: 2}[k%3] }

// Prop finds a property, in its first form if it has several.
func (o *Object) Prop(name string) (ObjectProp, bool) {
	i, found := slices.BinarySearchFunc(o.Props, name, func(p ObjectProp, name string) int {
		return strings.Compare(p.Name, name)
	})
	if !found {
		return ObjectProp{}, false
	}
	return o.Props[i], true
}

// PropValue returns the value of a plain property, nil if the object hasn't
// got it in that form or it isn't JSON.
func (o *Object) PropValue(name string) json.RawMessage {
	for i := range o.Props {
		if p := &o.Props[i]; p.Name == name && p.Kind == PropPlain && !slices.Contains(o.NotJSON, "prop:"+name) {
			return p.Value
		}
	}
	return nil
}

// RefsTo returns the references to objects of a type.
func (o *Object) RefsTo(typ string) []Link { return linksOf(o.Refs, typ) }

// BackrefsFrom returns the back-references from objects of a type.
func (o *Object) BackrefsFrom(typ string) []Link { return linksOf(o.Backrefs, typ) }

func linksOf(groups []LinkGroup, typ string) []Link {
	for _, g := range groups {
		if g.Type == typ {
			return g.Links
		}
	}
	return nil
}

// Resolve fills in the names of the parent and of all linked objects. The
// callback returns nil for what it doesn't find.
func (o *Object) Resolve(fqName func(typ, uuid string) []string) {
	if o.Parent != nil && o.Parent.UUID != "" {
		o.Parent.FQName = fqName(o.Parent.Type, o.Parent.UUID)
	}
	for _, groups := range [][]LinkGroup{o.Refs, o.Backrefs, o.Children} {
		for _, g := range groups {
			for i := range g.Links {
				g.Links[i].FQName = fqName(g.Type, g.Links[i].UUID)
			}
		}
	}
}
