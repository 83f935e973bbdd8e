package contrail

import (
	"slices"
	"strings"
	"sync"
)

// PropKind is the form in which a property stands in a row.
type PropKind uint8

// The forms of a property.
const (
	PropPlain PropKind = iota // one column prop:NAME with the whole value
	PropList                  // a column propl:NAME:POSITION for each element
	PropMap                   // a column propm:NAME:KEY for each element
)

// String returns the prefix of the columns: prop, propl or propm.
func (k PropKind) String() string {
	return [...]string{"prop", "propl", "propm"}[k%3]
}

// Property is a property as the model has it.
type Property struct {
	Name     string
	Kind     PropKind
	Type     string // name of the model's type; of lists and maps the wrapper's, which is not in the database
	Key      string // PropMap: the member of an element that repeats its key
	Required bool   // promised by the API at creation; old rows may lack it
}

// ObjectType is an object type of the model. It is constant; slices that its
// methods return are copies.
type ObjectType struct {
	name                                   string
	since, until                           string
	root, derived                          bool
	parents, children                      []string
	refs, backrefs                         []string
	props                                  []Property
	formerParents, formerRefs, formerProps []string
}

// ObjectTypes returns the object types of the model in the order of their
// names. config_root is one of them, though no dump holds an object of it;
// types that newer releases don't have any more are left out.
func ObjectTypes() []*ObjectType {
	all := make([]*ObjectType, 0, len(objectTypes))
	for i := range objectTypes {
		if t := &objectTypes[i]; !t.Former() {
			all = append(all, t)
		}
	}
	return all
}

var typesByName = sync.OnceValue(func() map[string]*ObjectType {
	m := make(map[string]*ObjectType, len(objectTypes))
	for i := range objectTypes {
		m[objectTypes[i].name] = &objectTypes[i]
	}
	return m
})

// LookupType finds an object type by its name in either spelling,
// virtual_network or virtual-network. Types of older releases are found too.
func LookupType(name string) (*ObjectType, bool) {
	t, ok := typesByName()[NormalizeType(name)]
	return t, ok
}

// NormalizeType returns the spelling of a type name that tables and columns
// use (virtual_network) for either spelling. The name need not be known.
func NormalizeType(name string) string {
	return strings.ReplaceAll(name, "-", "_")
}

// HyphenType returns the spelling of a type name that the API and the value of
// parent_type use (virtual-network) for either spelling.
func HyphenType(name string) string {
	return strings.ReplaceAll(name, "_", "-")
}

// Name returns the name as tables and columns have it: virtual_network.
func (t *ObjectType) Name() string { return t.name }

// Hyphen returns the name as the API has it: virtual-network.
func (t *ObjectType) Hyphen() string { return HyphenType(t.name) }

// Root tells that an object of the type has no parent and a name of one part.
func (t *ObjectType) Root() bool { return t.root }

// Derived tells that the schema transformer makes the objects of the type.
func (t *ObjectType) Derived() bool { return t.derived }

// Since returns the first release that has the type, of those that were read;
// it is empty if the first one already had it.
func (t *ObjectType) Since() string { return t.since }

// Former tells that newer releases don't have the type any more.
func (t *ObjectType) Former() bool { return t.until != "" }

// Parents returns the types that a parent can have.
func (t *ObjectType) Parents() []string { return slices.Clone(t.parents) }

// Children returns the types that a child can have.
func (t *ObjectType) Children() []string { return slices.Clone(t.children) }

// Refs returns the types that an object can refer to, those that every object
// can refer to included.
func (t *ObjectType) Refs() []string { return union(t.refs, commonRefs) }

// Backrefs returns the types that can refer to an object; for tag, which every
// type can refer to, only those that do it in their own way.
func (t *ObjectType) Backrefs() []string { return slices.Clone(t.backrefs) }

// Props returns the properties in the order of their names, those that every
// object has included.
func (t *ObjectType) Props() []Property {
	all := append(slices.Clone(t.props), commonProps...)
	slices.SortFunc(all, func(a, b Property) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Prop finds a property by its name.
func (t *ObjectType) Prop(name string) (Property, bool) {
	for _, of := range [][]Property{t.props, commonProps} {
		for i := range of {
			if of[i].Name == name {
				return of[i], true
			}
		}
	}
	return Property{}, false
}

// HasParent tells if the model lets an object of type parent be the parent.
func (t *ObjectType) HasParent(parent string) bool { return slices.Contains(t.parents, parent) }

// HasChild tells if the model lets an object of type child be a child.
func (t *ObjectType) HasChild(child string) bool { return slices.Contains(t.children, child) }

// HasRef tells if the model lets an object refer to one of type to.
func (t *ObjectType) HasRef(to string) bool {
	return slices.Contains(t.refs, to) || slices.Contains(commonRefs, to)
}

// HasBackref tells if the model lets an object of type from refer to this one.
func (t *ObjectType) HasBackref(from string) bool {
	return slices.Contains(t.backrefs, from) || slices.Contains(commonRefs, t.name)
}

// HadParent tells if an older release had the type as a parent (and newer
// ones have it not).
func (t *ObjectType) HadParent(parent string) bool { return slices.Contains(t.formerParents, parent) }

// HadRef tells if an older release had the reference (and newer ones have it
// not).
func (t *ObjectType) HadRef(to string) bool { return slices.Contains(t.formerRefs, to) }

// HadProp tells if an older release had the property (and newer ones have it
// not).
func (t *ObjectType) HadProp(name string) bool { return slices.Contains(t.formerProps, name) }

func union(a, b []string) []string {
	all := append(slices.Clone(a), b...)
	slices.Sort(all)
	return slices.Compact(all)
}
