package redact

import (
	"bytes"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/filter/redact/rules"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// state is what is known of a value from what it stands in.
type state struct {
	secret bool         // every text and number is one
	loose  bool         // but only because of the name of what it stands in
	names  bool         // members with the name of a secret are one
	free   bool         // texts are free for anybody to write into
	action rules.Action // of a rule for something above
}

// walker copies a JSON value and replaces parts of it. It is lenient: what it
// can't make sense of ends it, and the value is taken as text.
type walker struct {
	r     *redactor
	p     *plan
	src   []byte
	i     int
	dst   []byte // src[:done], redacted; nil as long as nothing was replaced
	done  int
	level int // of JSON inside of strings
	depth int
	key   []byte   // of a map element, from the name of its column
	path  []string // way to the value, for reports
	// prefixLength is the length of a prefix that stands beside the text, or
	// -1.
	prefixLength int
	bad          bool
}

const maxDepth = 1000

// run redacts the whole of src. It returns false if that is no JSON.
func (w *walker) run(at *place, st state) ([]byte, bool) {
	w.space()
	w.value(at, st)
	w.space()
	if w.bad || w.i != len(w.src) {
		return nil, false
	}
	if w.dst == nil {
		return w.src, true
	}
	return append(w.dst, w.src[w.done:]...), true
}

func (w *walker) space() {
	for w.i < len(w.src) {
		switch w.src[w.i] {
		case ' ', '\t', '\n', '\r':
			w.i++
		default:
			return
		}
	}
}

// peek returns the next byte; 0 at the end.
func (w *walker) peek() byte {
	if w.i < len(w.src) {
		return w.src[w.i]
	}
	return 0
}

// eat goes past a byte, or ends the walk.
func (w *walker) eat(c byte) bool {
	if w.peek() != c {
		w.bad = true
		return false
	}
	w.i++
	return true
}

// replace puts text in the place of src[start:end].
func (w *walker) replace(start, end int, text []byte) {
	if w.dst == nil {
		w.dst = make([]byte, 0, len(w.src)+len(text))
	}
	w.dst = append(append(w.dst, w.src[w.done:start]...), text...)
	w.done = end
}

func (w *walker) value(at *place, st state) {
	if at != nil {
		if at.action != "" {
			st.action = at.action
		}
		switch at.class {
		case contrail.ClassSecret:
			st.secret, st.loose = true, false
		case contrail.ClassBlob:
			st.free, st.names = true, true
		case contrail.ClassText, contrail.ClassURL:
			st.free = true
		}
	}
	switch w.peek() {
	case '{':
		w.object(at, st)
	case '[':
		w.array(at, st)
	case '"':
		start := w.i
		if quoted := w.quoted(); !w.bad {
			if at != nil && len(at.below) > 0 && st.action == "" {
				if w.innerDocument(start, quoted, at) {
					return
				}
				st.secret = st.secret || at.secretBelow // a shape that the model doesn't know
			}
			w.text(start, quoted, at, st)
		}
	default:
		w.scalar(at, st)
	}
}

// innerDocument redacts a text that is the JSON of what the model has at its
// place. It returns false if the text is something else.
func (w *walker) innerDocument(start int, raw []byte, at *place) bool {
	decoded := raw
	if bytes.IndexByte(raw, '\\') >= 0 {
		decoded = jsonscan.AppendDecoded(nil, raw)
	}
	if c := firstByte(decoded); c != '{' && c != '[' || w.level >= maxNested {
		return false
	}
	inner := walker{r: w.r, p: w.p, src: decoded, level: w.level + 1, path: w.path, prefixLength: -1}
	mark := w.r.begin()
	redacted, ok := inner.run(at, state{names: true, free: true})
	if !ok {
		w.r.rollback(mark)
		return false
	}
	if inner.dst != nil {
		w.replace(start, w.i, contrail.AppendJSONString(nil, redacted, isASCII(raw)))
	}
	return true
}

// quoted goes past a string and returns its raw text.
func (w *walker) quoted() []byte {
	start := w.i + 1
	for i := start; i < len(w.src); i++ {
		k := bytes.IndexByte(w.src[i:], '"')
		if k < 0 {
			break
		}
		i += k
		if !escaped(w.src[start:i]) {
			w.i = i + 1
			return w.src[start:i]
		}
	}
	w.bad = true
	return nil
}

// escaped tells if the byte behind text is escaped.
func escaped(text []byte) bool {
	n := len(text)
	for n > 0 && text[n-1] == '\\' {
		n--
	}
	return (len(text)-n)%2 == 1
}

func (w *walker) scalar(at *place, st state) {
	start := w.i
	for w.i < len(w.src) && !isDelimiter(w.src[w.i]) {
		w.i++
	}
	raw := w.src[start:w.i]
	if len(raw) == 0 {
		w.bad = true
		return
	}
	number, ok := jsonscan.ValidScalar(raw)
	if !ok && string(raw) != "NaN" && string(raw) != "Infinity" && string(raw) != "-Infinity" {
		w.bad = true
		return
	}
	if number {
		w.number(start, raw, at, st)
	}
}

func isDelimiter(c byte) bool {
	switch c {
	case ' ', '\t', '\r', '\n', ',', ']', '}', ':', '"', '[', '{':
		return true
	}
	return false
}

func (w *walker) array(at *place, st state) {
	if w.depth++; w.depth > maxDepth {
		w.bad = true
		return
	}
	defer func() { w.depth-- }()
	w.i++
	w.space()
	if w.peek() == ']' {
		w.i++
		return
	}
	inKey := false // between the first and the last line of a private key
	for !w.bad {
		w.space()
		inner := st
		if w.peek() == '"' {
			line, from := w.src[w.i:], w.i
			w.quoted()
			line, w.i = line[:max(w.i-from, 0)], from
			inner.secret = st.secret || inKey
			inKey = isOpenKey(line, inKey)
		}
		w.value(at, inner)
		w.space()
		if w.peek() == ']' {
			w.i++
			return
		}
		w.eat(',')
	}
}

// isOpenKey tells if a private key that is given line by line goes on behind a
// line.
func isOpenKey(line []byte, inKey bool) bool {
	if i := bytes.LastIndex(line, []byte("-----BEGIN ")); i >= 0 {
		return bytes.Contains(line[i:], []byte("PRIVATE KEY")) && !bytes.Contains(line[i:], []byte("-----END "))
	}
	return inKey && !bytes.Contains(line, []byte("-----END "))
}

func (w *walker) object(at *place, st state) {
	if w.depth++; w.depth > maxDepth {
		w.bad = true
		return
	}
	defer func() { w.depth-- }()
	var p pair
	start := w.i
	if st.names {
		p = w.pairAt(start)
	}
	schema := st.loose && isSchema(memberOf(w.src, start, "type"))
	w.i++
	w.space()
	if w.peek() == '}' {
		w.i++
		return
	}
	for !w.bad {
		w.space()
		if w.peek() != '"' {
			w.bad = true
			return
		}
		nameAt := w.i
		raw := w.quoted()
		if w.bad {
			return
		}
		name := raw
		if bytes.IndexByte(raw, '\\') >= 0 {
			name = jsonscan.AppendDecoded(nil, raw)
		}
		w.space()
		if !w.eat(':') {
			return
		}
		w.space()
		inner := st
		if schema && !isSchemaDefault(name) {
			inner.secret, inner.loose = false, false
		}
		w.memberName(nameAt, name, at, st)
		inner = w.memberState(inner, name, p)
		w.path = append(w.path, "")
		w.path[len(w.path)-1] = string(name)
		if w.r.names != nil {
			w.numbered(start, name, at.member(name), inner)
		} else {
			w.value(at.member(name), inner)
		}
		w.path = w.path[:len(w.path)-1]
		w.space()
		if w.peek() == '}' {
			w.i++
			return
		}
		w.eat(',')
	}
}

// memberName redacts the name of a member where names are free.
func (w *walker) memberName(start int, name []byte, at *place, st state) {
	if !st.free || at != nil && at.below != nil {
		return
	}
	if text, changed := w.r.key(w, name); changed {
		w.replace(start, start+2+rawLen(w.src[start:]), contrail.AppendJSONString(nil, text, true))
	}
}

// rawLen returns the length of the raw text of the string at the beginning of
// src.
func rawLen(src []byte) int {
	w := walker{src: src}
	return len(w.quoted())
}

// memberState tells what is known of a member from its name.
func (w *walker) memberState(st state, name []byte, p pair) state {
	if st.secret || st.action == rules.Keep {
		return st
	}
	first := w.peek()
	if !st.names {
		// Members that a newer release may have.
		if first == '"' && w.r.isStrongName(name) {
			st.secret, st.loose = true, true
		}
		return st
	}
	member := string(name)
	switch {
	case p.is && contrail.IsPairValue(member):
		st.secret = p.secret
	case p.is && contrail.IsPairName(member):
	case first == '{' || first == '[':
		if st.free && (isSecretName(member) || contrail.IsSecretContainer(member)) {
			st.secret, st.loose = true, true
		}
	case first == '"':
		if isSecretName(member) {
			st.secret = true
		}
	default:
		st.secret = contrail.IsPasswordName(member) // of numbers, only these
	}
	return st
}

// isStrongName tells if a name is that of a secret wherever it stands: not the
// words that have other meanings too.
func (r *redactor) isStrongName(name []byte) bool {
	switch string(name) {
	case "key", "auth", "community", "pass", "token":
		return false
	}
	strong, known := r.strong[string(name)]
	if !known {
		strong = isSecretName(string(name))
		if len(r.strong) < maxPlans {
			r.strong[string(name)] = strong
		}
	}
	return strong
}

// pair says if an object is a pair of name and value in two members, and if the
// name is that of a secret.
type pair struct{ is, secret bool }

func (w *walker) pairAt(start int) pair {
	var p pair
	hasName, hasValue := false, false
	eachMember(w.src, start, func(name, value []byte) bool {
		switch {
		case contrail.IsPairValue(string(name)):
			hasValue = true
		case contrail.IsPairName(string(name)) && len(value) > 1 && value[0] == '"':
			hasName = true
			p.secret = p.secret || isSecretName(string(jsonscan.AppendDecoded(nil, value[1:len(value)-1])))
		}
		return true
	})
	p.is = hasName && hasValue
	p.secret = p.is && (p.secret || len(w.path) == 0 && len(w.key) > 0 && isSecretName(string(w.key)))
	return p
}

// isSchema tells if a member called type is that of a JSON schema: such a
// schema describes a secret, and only its defaults can be one.
func isSchema(typ []byte) bool {
	switch string(typ) {
	case `"string"`, `"object"`, `"array"`, `"integer"`, `"number"`, `"boolean"`:
		return true
	}
	return false
}

func isSchemaDefault(member []byte) bool {
	switch string(member) {
	case "default", "const", "enum", "example", "examples", "value":
		return true
	}
	return false
}

// maxNumber is the length up to which a number is nothing but a number: that of
// an address of IPv6.
const maxNumber = 40

// number redacts a number.
func (w *walker) number(start int, raw []byte, at *place, st state) {
	switch {
	case st.action != "":
		if text, changed := w.r.ruleNumber(st.action, raw); changed {
			w.count("rule " + string(st.action))
			w.replace(start, w.i, text)
		}
	case st.secret:
		text := w.r.placeholderNumber(raw)
		w.r.secret(raw, text)
		w.count("number")
		w.replace(start, w.i, text)
	case len(raw) > maxNumber:
		// Digits of something else, such as a text in hexadecimal.
		if text, changed := w.r.leaf(w, raw, "", state{free: true}); changed {
			w.replace(start, w.i, contrail.AppendJSONString(nil, text, true))
		}
	case w.r.names != nil:
		if text, changed := w.r.namedNumber(at.classOf(), raw); changed {
			w.count(string(at.classOf()))
			w.replace(start, w.i, text)
		}
	}
}

// text redacts a text.
func (w *walker) text(start int, raw []byte, at *place, st state) {
	if len(raw) == 0 {
		return
	}
	class := at.classOf()
	if st.action == "" && !st.secret && !st.free && class != contrail.ClassSecretRef && !w.r.rare(raw) {
		return
	}
	decoded := raw
	if bytes.IndexByte(raw, '\\') >= 0 {
		decoded = jsonscan.AppendDecoded(nil, raw)
	}
	redacted, changed := w.r.leaf(w, decoded, class, st)
	if !changed {
		return
	}
	w.replace(start, w.i, contrail.AppendJSONString(nil, redacted, isASCII(raw)))
}

// count notes for the report that something was replaced.
func (w *walker) count(rule string) { w.r.count(w.p, w.path, rule) }

func isASCII(text []byte) bool {
	for _, c := range text {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
