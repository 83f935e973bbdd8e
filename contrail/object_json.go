package contrail

import (
	"slices"
	"strconv"
	"strings"
)

// MarshalJSON returns the object as AppendJSON writes it.
func (o *Object) MarshalJSON() ([]byte, error) { return o.AppendJSON(nil), nil }

// AppendJSON appends the object as JSON:
//
//	{"uuid": U, "type": T or null, "fq_name": [..] or null,
//	 "parent": {"type", "uuid", "fq_name"} or null,
//	 "props": {NAME: VALUE, ..},
//	 "refs": {TYPE: [{"uuid", "fq_name", "attr", "is_weakref"?}, ..], ..},
//	 "backrefs": {the same},
//	 "children": {TYPE: [{"uuid", "fq_name"}, ..], ..},
//
// and, only where there is something to tell,
//
//	"relaxbackrefs": [UUID, ..],
//	"counts": {"refs": {TYPE: n}, "backrefs": .., "children": ..},
//	"extra": {COLUMN: VALUE, ..},
//	"not_json": [COLUMN, ..]}
//
// A list property is an array in the string order of its positions, a map
// property an object by key. Where a row has a property in two forms, the list
// or map has the plain name and the other stands under the prefix of its
// columns, as in "prop:NAME". The names of a parent or a linked object are null
// until Resolve finds them. "counts" has the number of links of each group
// that isn't listed as a whole. Values are the text of the row: numbers keep
// their digits, members their order. Members are in the order given here,
// names within them sorted.
func (o *Object) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"uuid":`...)
	dst = AppendJSONString(dst, o.UUID, false)
	dst = append(dst, `,"type":`...)
	dst = appendOrNull(dst, o.Type)
	dst = append(dst, `,"fq_name":`...)
	dst = appendStrings(dst, o.FQName)
	dst = append(dst, `,"parent":`...)
	dst = o.Parent.appendJSON(dst)
	dst = append(dst, `,"props":`...)
	dst = appendMembers(dst, o.propMembers())
	dst = append(dst, `,"refs":`...)
	dst = appendGroups(dst, o.Refs)
	dst = append(dst, `,"backrefs":`...)
	dst = appendGroups(dst, o.Backrefs)
	dst = append(dst, `,"children":`...)
	dst = appendGroups(dst, o.Children)
	if len(o.RelaxBackrefs) > 0 {
		dst = append(dst, `,"relaxbackrefs":`...)
		dst = appendStrings(dst, o.RelaxBackrefs)
	}
	if counts := o.counts(); len(counts) > 0 {
		dst = append(dst, `,"counts":`...)
		dst = appendMembers(dst, counts)
	}
	if len(o.Extra) > 0 {
		dst = append(dst, `,"extra":`...)
		dst = appendMembers(dst, o.Extra)
	}
	if len(o.NotJSON) > 0 {
		dst = append(dst, `,"not_json":`...)
		dst = appendStrings(dst, o.NotJSON)
	}
	return append(dst, '}')
}

func (p *Parent) appendJSON(dst []byte) []byte {
	if p == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, `{"type":`...)
	dst = AppendJSONString(dst, p.Type, false)
	dst = append(dst, `,"uuid":`...)
	dst = appendOrNull(dst, p.UUID)
	dst = append(dst, `,"fq_name":`...)
	return append(appendStrings(dst, p.FQName), '}')
}

// propMembers gives each property its name in the object.
func (o *Object) propMembers() []Member {
	list := make([]Member, 0, len(o.Props))
	for i := range o.Props {
		p := &o.Props[i]
		name := p.Name
		if i > 0 && o.Props[i-1].Name == name {
			name = p.Kind.String() + ":" + name
		}
		list = append(list, Member{name, p.AppendJSON(nil)})
	}
	slices.SortFunc(list, func(x, y Member) int { return strings.Compare(x.Name, y.Name) })
	return list
}

// AppendJSON appends the value of the property; of a list an array, of a map
// an object.
func (p *ObjectProp) AppendJSON(dst []byte) []byte {
	switch p.Kind {
	case PropList:
		dst = append(dst, '[')
		for i, e := range p.Elements {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, e.Value...)
		}
		return append(dst, ']')
	case PropMap:
		list := make([]Member, len(p.Elements))
		for i, e := range p.Elements {
			list[i] = Member{e.Key, e.Value}
		}
		return appendMembers(dst, list)
	}
	return append(dst, p.Value...)
}

func (o *Object) counts() []Member {
	var list []Member
	for _, of := range []struct {
		name   string
		groups []LinkGroup
	}{{"refs", o.Refs}, {"backrefs", o.Backrefs}, {"children", o.Children}} {
		var types []Member
		for _, g := range of.groups {
			if g.Total > len(g.Links) {
				types = append(types, Member{g.Type, strconv.AppendInt(nil, int64(g.Total), 10)})
			}
		}
		if types != nil {
			list = append(list, Member{of.name, appendMembers(nil, types)})
		}
	}
	return list
}

func appendGroups(dst []byte, groups []LinkGroup) []byte {
	dst = append(dst, '{')
	for i, g := range groups {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendJSONString(dst, g.Type, false)
		dst = append(dst, ":["...)
		for j := range g.Links {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = g.Links[j].appendJSON(dst)
		}
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

func (l *Link) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"uuid":`...)
	dst = AppendJSONString(dst, l.UUID, false)
	dst = append(dst, `,"fq_name":`...)
	dst = appendStrings(dst, l.FQName)
	if l.Attr != nil {
		dst = append(dst, `,"attr":`...)
		dst = AppendWellFormed(dst, l.Attr)
	}
	if l.IsWeakRef != nil {
		dst = append(dst, `,"is_weakref":`...)
		dst = AppendWellFormed(dst, l.IsWeakRef)
	}
	return append(dst, '}')
}

func appendMembers(dst []byte, list []Member) []byte {
	dst = append(dst, '{')
	for i, m := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendJSONString(dst, m.Name, false)
		dst = append(dst, ':')
		dst = AppendWellFormed(dst, m.Value)
	}
	return append(dst, '}')
}

func appendStrings(dst []byte, list []string) []byte {
	if list == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendJSONString(dst, s, false)
	}
	return append(dst, ']')
}

func appendOrNull(dst []byte, s string) []byte {
	if s == "" {
		return append(dst, "null"...)
	}
	return AppendJSONString(dst, s, false)
}
