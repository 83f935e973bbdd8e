package redact

import (
	"bytes"
	"net/netip"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/filter/redact/detect"
	"github.com/dumptool/dumptool/filter/redact/leak"
	"github.com/dumptool/dumptool/filter/redact/pseudonym"
	"github.com/dumptool/dumptool/filter/redact/rules"
)

// redactor decides what becomes of names and values.
type redactor struct {
	o         Options
	secrets   *hasher
	names     *pseudonym.Mapper // nil unless names are replaced
	mapper    *pseudonym.Mapper // as names, and for rules; nil until it is needed
	plans     map[string]*plan
	known     *dictionary // of a second run: what the first one left
	events    []event
	originals *leak.Collector // nil if nobody wants to know
	report    *Report
	place     []byte            // of a report, that is being made
	places    map[string]string // of a report, each once
	words     *wordSet          // of free texts, see shortSecret
	short     map[string]bool
	strong    map[string]bool // names of members: is it that of a secret
	clean     [2]cleanTexts   // by level
	subnets   []netip.Prefix
	err       error             // of what has no way to return one
	inside    int               // how many encodings deep a text is
	rowKey    []byte            // of the object that is looked at
	asList    bool              // nodes in an object are written as a list
	onEvent   func(event) error // of a check
}

func newRedactor(o Options, report *Report, subnets []netip.Prefix) *redactor {
	r := &redactor{o: o, secrets: newHasher(o.Key.sub("secret")), plans: map[string]*plan{}, places: map[string]string{}, report: report, subnets: subnets,
		words: new(wordSet), short: map[string]bool{}, strong: map[string]bool{}}
	if o.Profile == Anonymous {
		r.names = r.ruleNames()
	}
	return r
}

// ruleNames returns what makes pseudonyms.
func (r *redactor) ruleNames() *pseudonym.Mapper {
	if r.mapper == nil {
		r.mapper = pseudonym.New(r.o.Key.sub("names"))
		r.mapper.UUIDs = r.o.UUIDs
		r.mapper.SetSubnets(r.subnets)
		r.mapper.Found = r.identifier
	}
	return r.mapper
}

// usesPseudonyms tells if a rule wants pseudonyms.
func usesPseudonyms(o Options) bool {
	for _, rule := range o.Rules {
		if rule.Action == rules.Pseudonym {
			return true
		}
	}
	return false
}

// event is something that was replaced, until it is sure that it is.
type event struct {
	rule, place    string // of a report
	original, text []byte
}

// begin returns a mark to which rollback leads back.
func (r *redactor) begin() int { return len(r.events) }

func (r *redactor) rollback(mark int) { r.events = r.events[:mark] }

// secret notes that a secret was replaced.
func (r *redactor) secret(original, text []byte) {
	r.events = append(r.events, event{original: original, text: text})
}

// identifier notes that a name or an address was replaced. Words are told once
// for many times, and stay what they are if the text turns out to be something
// else.
func (r *redactor) identifier(original, text []byte, k pseudonym.Kind) {
	if r.originals == nil {
		return
	}
	kind := leak.Identifier
	if k == pseudonym.Address {
		kind = leak.Address
	}
	if err := r.originals.Add(kind, original, text); err != nil && r.err == nil {
		r.err = err
	}
}

// count notes for the report that something was replaced at a place.
func (r *redactor) count(p *plan, path []string, rule string) {
	if p == nil {
		r.events = append(r.events, event{rule: rule, place: "(other)"})
		return
	}
	// Names of members that the model may know: others could be what they
	// stand for.
	r.place = append(r.place[:0], p.name...)
	for i, name := range path {
		if !isPlainName(name) {
			break
		}
		sign := byte('.')
		if i == 0 {
			sign = ' '
		}
		r.place = append(append(r.place, sign), name...)
	}
	place, known := r.places[string(r.place)]
	if !known {
		place = string(r.place)
		if len(r.places) < maxPlans {
			r.places[place] = place
		}
	}
	r.events = append(r.events, event{rule: rule, place: place})
}

func isPlainName(name string) bool {
	for i, c := range name {
		if c != '_' && (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return len(name) > 0 && len(name) < 40
}

// flush makes what has happened since the last one count.
func (r *redactor) flush() error {
	for _, e := range r.events {
		if r.onEvent != nil {
			if err := r.onEvent(e); err != nil {
				return err
			}
			continue
		}
		if e.rule != "" {
			r.report.add(e.place, e.rule)
			continue
		}
		if len(e.original) < leak.Secret.Least() {
			r.shortSecret(e.original)
		}
		if r.originals != nil {
			if err := r.originals.Add(leak.Secret, e.original, e.text); err != nil {
				return err
			}
		}
	}
	r.events = r.events[:0]
	return r.err
}

// column redacts the value of a column of obj_uuid_table.
func (r *redactor) column(p *plan, name, value []byte) ([]byte, bool) {
	w := walker{r: r, p: p, src: value, prefixLength: -1}
	st := state{names: p.names, free: p.free, secret: p.secret}
	if p.kind == contrail.ColumnPropMap {
		w.key = contrail.ParseColumn(name).Key
		// The element may be the value alone.
		if c := firstByte(value); c != '{' && isSecretName(string(w.key)) {
			st.secret = true
		}
	}
	at := &p.root
	if p.isRef && !hasAttr(value) {
		at = at.below["attr"] // the oldest references are their attr
	}
	mark := r.begin()
	if redacted, ok := w.run(at, st); ok {
		return redacted, w.dst != nil
	}
	r.rollback(mark)
	// Not JSON (A8): a text.
	w = walker{r: r, p: p, src: value, key: w.key, prefixLength: -1}
	if p.secret || at != nil && (at.class == contrail.ClassSecret || at.secretBelow) {
		st.secret = true
	}
	st.free = true
	return r.leaf(&w, value, at.classOf(), st)
}

// blob redacts a value of which nothing is known.
func (r *redactor) blob(p *plan, value []byte, secret bool) ([]byte, bool) {
	w := walker{r: r, p: p, src: value, prefixLength: -1}
	st := state{names: true, free: true, secret: secret}
	mark := r.begin()
	if c := firstByte(value); c == '{' || c == '[' || c == '"' {
		if redacted, ok := w.run(nil, st); ok {
			return redacted, w.dst != nil
		}
		r.rollback(mark)
	}
	w = walker{r: r, p: p, src: value, prefixLength: -1}
	return r.leaf(&w, value, "", st)
}

// document redacts JSON that is not the text of a cell. It stays JSON.
func (r *redactor) document(p *plan, raw []byte, secret bool) ([]byte, bool) {
	w := walker{r: r, p: p, src: raw, prefixLength: -1}
	mark := r.begin()
	redacted, ok := w.run(nil, state{names: true, free: true, secret: secret})
	if !ok {
		r.rollback(mark)
		return raw, false
	}
	return redacted, w.dst != nil
}

// plain redacts a text that is written by programs.
func (r *redactor) plain(p *plan, text []byte) ([]byte, bool) {
	w := walker{r: r, p: p, src: text, prefixLength: -1}
	return r.leaf(&w, text, "", state{})
}

// secretsInPath replaces the secrets in the path of a node, component by
// component, and leaves names as they are.
func (r *redactor) secretsInPath(p *plan, path []byte) ([]byte, bool) {
	w := walker{r: r, p: p, src: path, prefixLength: -1}
	var out []byte
	changed := false
	for part := range bytes.SplitAfterSeq(path, []byte{'/'}) {
		name := bytes.TrimRight(part, "/")
		redacted, replaced := r.inText(&w, name, detect.Shape, w.level)
		changed = changed || replaced
		out = append(append(out, redacted...), part[len(name):]...)
	}
	if changed {
		return out, true
	}
	return r.inText(&w, path, detect.Shape, w.level) // a name may have slashes
}

// key redacts the name of a member that others can choose.
func (r *redactor) key(w *walker, name []byte) ([]byte, bool) {
	if !r.rare(name) {
		return name, false
	}
	redacted, changed := r.inText(w, name, detect.Shape, w.level)
	if r.names == nil {
		return redacted, changed
	}
	redacted, renamed := r.names.Member(redacted)
	if r.known != nil {
		left, found := r.known.replace(redacted, renamed)
		return left, changed || renamed || found
	}
	return redacted, changed || renamed
}

func firstByte(text []byte) byte {
	for _, c := range text {
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
	}
	return 0
}
