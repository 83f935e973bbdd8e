package redact

import (
	"bytes"
	"slices"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/filter/redact/detect"
	"github.com/dumptool/dumptool/filter/redact/rules"
)

// leaf redacts one decoded text of a value.
func (r *redactor) leaf(w *walker, text []byte, class contrail.Class, st state) ([]byte, bool) {
	if st.action != "" {
		redacted, changed := r.ruleText(st.action, class, text)
		if changed {
			w.count("rule " + string(st.action))
		}
		return redacted, changed
	}
	switch {
	case st.secret:
		if st.loose && contrail.IsHarmless(string(text)) {
			break
		}
		if redacted, changed, ok := r.encryptedPassword(w, text); ok {
			return redacted, changed
		}
		return r.hide(w, text, "secret")
	case class == contrail.ClassSecretRef:
		return r.secretRef(w, text)
	}
	level := detect.Shape
	if st.free {
		level = detect.Free
	}
	redacted, changed := r.inText(w, text, level, w.level)
	if st.free && r.known == nil {
		r.words.add(redacted)
	}
	if r.names == nil {
		return redacted, changed
	}
	named, renamed := r.named(w, class, text, redacted, st)
	if r.known != nil {
		// What stays by its class may be something that goes elsewhere.
		left, found := r.known.replace(named, renamed)
		return left, changed || renamed || found
	}
	return named, changed || renamed
}

// hide replaces a whole secret.
func (r *redactor) hide(w *walker, text []byte, rule string) ([]byte, bool) {
	if len(text) == 0 || isPlaceholder(text) {
		return text, false
	}
	p := r.placeholder(text)
	r.secret(text, p)
	w.count(rule)
	return p, true
}

// secretRef replaces the last part of the way to a secret.
func (r *redactor) secretRef(w *walker, text []byte) ([]byte, bool) {
	redacted, _ := r.inText(w, text, detect.Free, w.level)
	trimmed := bytes.TrimRight(redacted, "/")
	cut := bytes.LastIndexByte(trimmed, '/') + 1
	last := trimmed[cut:]
	if len(last) == 0 || isPlaceholder(last) {
		return redacted, !bytes.Equal(redacted, text)
	}
	p := r.placeholder(last)
	r.secret(last, p)
	w.count("secretref")
	front := trimmed[:cut]
	if r.names != nil {
		front = r.names.Text(front)
	}
	return append(append(bytes.Clone(front), p...), redacted[len(trimmed):]...), true
}

// maxNested is how deep encodings inside of each other are looked into.
const maxNested = 5

// inText replaces the secrets in a text, however it is encoded.
func (r *redactor) inText(w *walker, text []byte, level detect.Level, nested int) ([]byte, bool) {
	if nested < maxNested {
		if inner, changed, isJSON := r.nestedJSON(w, text, nested); isJSON {
			return inner, changed
		}
	}
	known := r.known != nil && r.known.mayHave(text)
	if level == detect.Shape && !known && !detect.MayHold(text) {
		return text, false
	}
	clean := &r.clean[level]
	if !known && clean.has(text) {
		return text, false
	}
	var e edits
	for _, s := range detect.Find(text, level) {
		secret := text[s.Start:s.End]
		p := r.placeholder(secret)
		r.secret(secret, p)
		w.count(s.By.ID)
		e.add(s.Start, s.End, p)
	}
	if known {
		r.known.find(text, func(x *entry, start, end int) {
			if (x.isSecret() || r.inside > 0) && (!x.free || level == detect.Free) && !e.overlaps(start, end) {
				w.count("seen elsewhere")
				e.add(start, end, x.replacement)
			}
		})
	}
	if nested < maxNested {
		r.encoded(w, text, level, nested, &e)
		if len(e.list) == 0 {
			clean.add(text)
		}
	}
	return e.apply(text)
}

// nestedJSON redacts a text that is JSON. Others can write into it what they
// want, wherever it stands.
func (r *redactor) nestedJSON(w *walker, text []byte, nested int) (redacted []byte, changed, isJSON bool) {
	c := bytes.TrimLeft(text, " \t\r\n")
	if len(c) < 2 || c[0] != '{' && c[0] != '[' && c[0] != '"' {
		return nil, false, false
	}
	inner := walker{r: r, p: w.p, src: text, level: nested + 1, path: w.path, prefixLength: -1}
	mark := r.begin()
	redacted, ok := inner.run(nil, state{names: true, free: true})
	if !ok {
		r.rollback(mark)
		return nil, false, false
	}
	return redacted, inner.dst != nil, true
}

// edits are replacements of parts of a text.
type edits struct {
	list []edit
}

type edit struct {
	start, end int
	text       []byte
}

func (e *edits) overlaps(start, end int) bool {
	for _, x := range e.list {
		if start < x.end && x.start < end {
			return true
		}
	}
	return false
}

// drop takes back all edits of a part of the text, also of a part of them.
func (e *edits) drop(start, end int) {
	e.list = slices.DeleteFunc(e.list, func(x edit) bool { return start < x.end && x.start < end })
}

// add puts an edit where it belongs. It does not overlap others.
func (e *edits) add(start, end int, text []byte) {
	i := len(e.list)
	for i > 0 && e.list[i-1].start > start {
		i--
	}
	e.list = append(e.list, edit{})
	copy(e.list[i+1:], e.list[i:])
	e.list[i] = edit{start, end, text}
}

func (e *edits) apply(text []byte) ([]byte, bool) {
	if len(e.list) == 0 {
		return text, false
	}
	var out []byte
	done := 0
	for _, x := range e.list {
		out = append(append(out, text[done:x.start]...), x.text...)
		done = x.end
	}
	return append(out, text[done:]...), true
}

// ruleText does with a text what a rule wants.
func (r *redactor) ruleText(action rules.Action, class contrail.Class, text []byte) ([]byte, bool) {
	switch action {
	case rules.Drop:
		r.secret(text, nil)
		return nil, true
	case rules.Mask:
		r.secret(text, []byte(contrail.Masked))
		return []byte(contrail.Masked), true
	case rules.Hash:
		if isPlaceholder(text) {
			return text, false
		}
		p := r.placeholder(text)
		r.secret(text, p)
		return p, true
	case rules.Pseudonym:
		return r.pseudonym(class, text)
	}
	return text, false
}

// ruleNumber does with a number what a rule wants.
func (r *redactor) ruleNumber(action rules.Action, raw []byte) ([]byte, bool) {
	switch action {
	case rules.Drop, rules.Mask:
		r.secret(raw, []byte{'0'})
		return []byte{'0'}, true
	case rules.Hash, rules.Pseudonym:
		p := r.placeholderNumber(raw)
		r.secret(raw, p)
		return p, true
	}
	return raw, false
}
