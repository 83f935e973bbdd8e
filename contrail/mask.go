package contrail

import (
	"bytes"
	"slices"
)

// Masked is what stands in place of a secret text.
const Masked = "********"

// Mask returns the value of a column of obj_uuid_table with its secrets
// replaced: texts by Masked, numbers by 0. All else stays byte for byte, and so
// does the shape: a path into the value leads to the same place in the result.
// A text of which a part is secret is spelled anew. If nothing is secret it
// returns value itself.
//
// Secret are the places of ClassSecret. In those of ClassBlob, and in
// properties that the model doesn't know, what goes by the name of a secret is
// masked too, in JSON at any depth and in JSON inside of strings; there, and in
// texts and URLs, also what looks like one: private keys, hashes, passwords in
// URLs, "password: x". A type that the model doesn't know, or an empty one,
// has the places of all types. It is meant for what people read, and no
// substitute for redaction.
func Mask(typ string, column, value []byte) []byte {
	return maskColumn(typ, column, value, false)
}

// Mask masks the values of the object, as the function of that name does with
// those of a row.
func (o *Object) Mask() {
	for i := range o.Props {
		p := &o.Props[i]
		column := p.Kind.String() + ":" + p.Name
		if p.Kind == PropPlain {
			p.Value = Mask(o.Type, []byte(column), p.Value)
		}
		for j := range p.Elements {
			e := &p.Elements[j]
			e.Value = Mask(o.Type, []byte(column+":"+e.Key), e.Value)
		}
	}
	for kind, groups := range map[ColumnKind][]LinkGroup{ColumnRef: o.Refs, ColumnBackref: o.Backrefs} {
		for _, g := range groups {
			for i := range g.Links {
				l := &g.Links[i]
				l.Attr = maskColumn(o.Type, []byte(kind.String()+":"+g.Type+":"+l.UUID), l.Attr, true)
			}
		}
	}
	for i := range o.Extra {
		m := &o.Extra[i]
		m.Value = Mask(o.Type, []byte(m.Name), m.Value)
	}
}

// maskColumn is Mask; the value is that of a whole column, or only the attr of
// a reference.
func maskColumn(typ string, column, value []byte, isAttr bool) []byte {
	col := ParseColumn(column)
	m := masker{src: value, isRef: col.Kind == ColumnRef || col.Kind == ColumnBackref, isAttr: isAttr}
	var root maskState
	for i, of := 0, placesOf(col.key(column)); i < len(of); i++ {
		if of[i].appliesTo(typ) {
			if m.places == nil {
				m.places = of[i].places
			} else {
				m.places = slices.Concat(m.places, of[i].places)
			}
		}
	}
	switch {
	case len(m.places) > 0:
		// Members that a newer release has beside the known secrets.
		root.names = m.has(ClassSecret)
		if !root.names && !(m.has(ClassBlob) || m.has(ClassText) || m.has(ClassURL)) {
			return value
		}
	case !unknownColumn(typ, col):
		return value
	default:
		root = maskState{names: true, blob: true}
		name := col.Name
		if col.Kind == ColumnUnknown {
			name = column
		}
		root.all = isSecretName(string(name))
	}
	if col.Kind == ColumnPropMap {
		m.key = string(col.Key)
	}
	if !root.names && m.key == "" && !mayHoldSecret(value) {
		return value
	}
	return m.run(root)
}

// MaskBlob masks a value of which nothing is known, such as those of other
// keyspaces: JSON or any text.
func MaskBlob(value []byte) []byte {
	m := masker{src: value}
	return m.run(maskState{names: true, blob: true})
}

// unknownColumn tells if a column can hold anything, for all that the model
// says.
func unknownColumn(typ string, col Column) bool {
	switch {
	case col.Kind == ColumnUnknown:
		return true
	case !col.Kind.IsProp():
		return false
	}
	t, known := LookupType(typ)
	if !known {
		return true
	}
	_, known = t.Prop(string(col.Name))
	return !known
}

// masker copies a value and replaces parts of it.
type masker struct {
	src    []byte
	places []Place
	key    string // of a map element, from the name of its column
	isRef  bool   // the value is that of a reference
	isAttr bool   // and only its attr
	path   []byte // way to the value that is looked at; arrays leave no trace in it
	depth  int    // of JSON inside of strings
	dst    []byte // src[:done], masked; nil as long as nothing was replaced
	done   int
}

// maskState is what is known of a value from what it stands in.
type maskState struct {
	all   bool // every text is secret
	loose bool // all, but only because of the name of what it stands in
	names bool // what has the name of a secret is one
	blob  bool // texts and whole objects are looked into
	text  bool // texts are searched for what looks like a secret
}

func (m *masker) has(c Class) bool {
	for _, p := range m.places {
		if p.Class == c {
			return true
		}
	}
	return false
}

// run masks the whole of src.
func (m *masker) run(root maskState) []byte {
	if !validJSON(m.src) {
		if len(m.src) == 0 {
			return m.src
		}
		if root.all || m.has(ClassSecret) {
			return AppendJSONString(nil, Masked, true)
		}
		if masked, found := maskText(string(m.src)); found {
			return []byte(masked)
		}
		return m.src
	}
	start := skipSpace(m.src, 0)
	if m.isAttr || m.isRef && member(m.src, "attr") == nil {
		m.path = append(m.path, "attr"...) // the oldest references are their attr
	}
	m.value(start, root)
	if m.dst == nil {
		return m.src
	}
	return append(m.dst, m.src[m.done:]...)
}

// replace puts text in the place of a part of src.
func (m *masker) replace(s span, text []byte) {
	m.dst = append(append(m.dst, m.src[m.done:s.start]...), text...)
	m.done = s.end
}

// value masks the value at i and returns the index after it.
func (m *masker) value(i int, state maskState) int {
	state, above := m.at(state)
	switch m.src[i] {
	case '{':
		return m.object(i, state)
	case '[':
		i = skipSpace(m.src, i+1)
		for m.src[i] != ']' {
			i = skipSpace(m.src, m.value(i, state))
			if m.src[i] == ',' {
				i = skipSpace(m.src, i+1)
			}
		}
		return i + 1
	}
	s := span{i, valueEnd(m.src, i)}
	switch c := m.src[i]; {
	case c == '"':
		// A text where the model has a secret further down is of a shape
		// that it doesn't know.
		state.all = state.all || above || len(m.path) == 0 && isSecretName(m.key)
		m.string(s, state)
	case c == '-' || c-'0' <= 9:
		if state.all {
			m.replace(s, []byte{'0'})
		}
	}
	return s.end
}

// at adds what the places say of the current path, and tells if it is above a
// secret one.
func (m *masker) at(state maskState) (_ maskState, above bool) {
	for _, p := range m.places {
		match, below := placeMatch(p.Path, m.path)
		switch p.Class {
		case ClassSecret:
			if match {
				state.all, state.loose = true, false
			}
			above = above || below
		case ClassBlob:
			state.names = state.names || match
			state.blob = state.blob || match
		case ClassText, ClassURL:
			state.text = state.text || match
		}
	}
	return state, above
}

// placeMatch compares the path of a place with a path without brackets: are
// they the same, or does the place stand below it.
func placeMatch(place string, path []byte) (match, below bool) {
	i := 0
	for j := 0; j < len(place); j++ {
		switch {
		case place[j] == '[' || place[j] == ']':
		case place[j] == '.' && i == 0: // the place begins with brackets
		case i == len(path):
			return false, i == 0 || place[j] == '.'
		case place[j] != path[i]:
			return false, false
		default:
			i++
		}
	}
	return i == len(path), false
}

// pair says if an object is a pair of name and value in two members, and if
// the name is that of a secret.
type pair struct{ is, secret bool }

func (m *masker) object(i int, state maskState) int {
	var p pair
	if state.names || m.has(ClassBlob) {
		p = m.pairAt(i)
	}
	schema := state.loose && isSchema(member(m.src[i:valueEnd(m.src, i)], "type"))
	base := len(m.path)
	end := skipSpace(m.src, i+1)
	for m.src[end] != '}' {
		quoted := span{end, stringEnd(m.src, end)}
		i = skipSpace(m.src, skipSpace(m.src, quoted.end)+1)
		name := text(quoted.of(m.src))
		if base > 0 {
			m.path = append(m.path, '.')
		}
		m.path = append(m.path, name...)
		inner := state
		if schema && !isSchemaDefault(name) {
			inner.all, inner.loose = false, false
		}
		end = skipSpace(m.src, m.value(i, memberState(inner, name, m.src[i], p)))
		m.path = m.path[:base]
		if m.src[end] == ',' {
			end = skipSpace(m.src, end+1)
		}
	}
	return end + 1
}

// memberState tells what is known of a member from its name; first is the
// first byte of its value.
func memberState(state maskState, name string, first byte, p pair) maskState {
	switch {
	case state.all:
	case p.is && isPairValue(name):
		state.all = p.secret
	case !state.names, p.is && isPairName(name):
	case first == '{' || first == '[':
		state.all = state.blob && (isSecretName(name) || isSecretContainer(name))
		state.loose = state.all
	case first == '"':
		state.all = isSecretName(name)
	default:
		state.all = isPasswordName(name) // of numbers, only these
	}
	return state
}

// pairAt looks if the object at i is a pair.
func (m *masker) pairAt(i int) pair {
	var name string
	var hasName, hasValue bool
	for n, v := range members(m.src, i) {
		switch member := text(n.of(m.src)); {
		case isPairValue(member):
			hasValue = true
		case isPairName(member) && m.src[v.start] == '"':
			hasName = true
			name = text(v.of(m.src))
		}
	}
	if !hasValue || !hasName {
		return pair{}
	}
	return pair{true, isSecretName(name) || len(m.path) == 0 && isSecretName(m.key)}
}

// string masks one text.
func (m *masker) string(s span, state maskState) {
	quoted := s.of(m.src)
	if len(quoted) == 2 {
		return
	}
	if state.all && !(state.loose && isHarmless(text(quoted))) {
		m.replace(s, AppendJSONString(nil, Masked, true))
		return
	}
	if !state.blob && !state.text {
		return
	}
	decoded := unquote(quoted)
	masked := decoded
	if c := bytes.TrimLeft(decoded, " \t\r\n"); state.blob && m.depth < maxNested && len(c) > 0 && (c[0] == '{' || c[0] == '[' || c[0] == '"') && validJSON(decoded) {
		inner := masker{src: decoded, depth: m.depth + 1}
		masked = inner.run(maskState{names: true, blob: true})
	} else if t, found := maskText(string(decoded)); found {
		masked = []byte(t)
	}
	if !bytes.Equal(masked, decoded) {
		m.replace(s, AppendJSONString(nil, masked, isASCII(quoted)))
	}
}

// maxNested is how deep JSON inside of strings is looked into.
const maxNested = 5
