package redact

import (
	"bytes"
	"strconv"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/filter/redact/detect"
)

// named replaces what identifies somebody or something in a text, by what the
// text is.
//
// The text has no secrets any more; original is what it was. What goes as a
// whole becomes what stands for the original, so that it is the same in every
// dump.
func (r *redactor) named(w *walker, class contrail.Class, original, text []byte, st state) ([]byte, bool) {
	if len(text) == 0 || isPlaceholder(text) {
		return text, false
	}
	rule := string(class)
	if class == "" {
		rule = "identifying text"
	}
	p, changed := r.replaced(w, class, original, r.identifying(text), st)
	if changed {
		w.count(rule)
	}
	return p, changed
}

func (r *redactor) replaced(w *walker, class contrail.Class, original, text []byte, st state) ([]byte, bool) {
	var p []byte
	m := r.names
	switch class {
	case contrail.ClassSecretID, contrail.ClassVLAN, contrail.ClassTime, contrail.ClassSecretRef:
		return text, false
	case contrail.ClassUUID:
		p = m.Text(text)
	case contrail.ClassKey:
		return m.Member(text)
	case contrail.ClassIP, contrail.ClassHostOrIP:
		p = m.PrefixText(text, w.prefixLength)
	case contrail.ClassASN:
		p = m.ASN(text)
	case contrail.ClassCommunity:
		p = m.Community(text)
	case contrail.ClassESI:
		p = m.ESI(text)
	case contrail.ClassSerial:
		p = m.Serial(text)
	case contrail.ClassText:
		p = m.Whole(original)
	case contrail.ClassBlob, "":
		if class == "" && !st.free && w.isModelMember() {
			return text, false
		}
		p = r.freeName(original, text)
	default: // names of all sorts
		p = m.Text(text)
	}
	return p, !bytes.Equal(p, text)
}

// freeName replaces what identifies in a text of which nothing is known. A
// sentence, or a configuration, goes as a whole.
func (r *redactor) freeName(original, text []byte) []byte {
	if isVocabulary(text) || isNumber(text) {
		return text
	}
	if isSentence(text) {
		return r.names.Whole(original)
	}
	return r.names.Text(text)
}

// isSentence tells if a text is more than names and addresses with blanks
// between them.
func isSentence(text []byte) bool {
	if bytes.ContainsAny(text, "\n\r\t") {
		return true
	}
	words := 0
	for word := range bytes.FieldsSeq(text) {
		if letters := bytes.IndexFunc(word, func(c rune) bool { return c >= 'g' && c <= 'z' || c >= 'G' && c <= 'Z' }); letters >= 0 {
			words++
		}
	}
	return words > 2
}

// isNumber tells if a text is a number that could be anything.
func isNumber(text []byte) bool {
	if len(text) > 10 {
		return false
	}
	_, err := strconv.ParseFloat(string(text), 64)
	return err == nil
}

// isModelMember tells if the walk is at a member that the model knows. What it
// doesn't know is not sensitive by omission.
func (w *walker) isModelMember() bool {
	return len(w.path) == 0 || isVocabulary(w.path[len(w.path)-1])
}

// namedNumber replaces a number that identifies.
func (r *redactor) namedNumber(class contrail.Class, raw []byte) ([]byte, bool) {
	if class != contrail.ClassASN {
		return raw, false
	}
	p := r.names.ASN(raw)
	return p, !bytes.Equal(p, raw)
}

// numbered walks over the value of a member, with what stands beside it: the
// length of a prefix, the other half of a uuid.
func (w *walker) numbered(object int, name []byte, at *place, st state) {
	was := w.prefixLength
	w.prefixLength = -1
	switch class := at.classOf(); {
	case class == contrail.ClassIP || class == contrail.ClassHostOrIP || st.free:
		if raw := memberOf(w.src, object, string(name)+"_len"); raw != nil {
			if bits, err := strconv.Atoi(string(raw)); err == nil {
				w.prefixLength = bits
			}
		}
	case class == contrail.ClassUUID && w.r.names.UUIDs && (string(name) == "uuid_mslong" || string(name) == "uuid_lslong"):
		if w.halfOfUUID(object, name) {
			w.prefixLength = was
			return
		}
	}
	w.value(at, st)
	w.prefixLength = was
}

// halfOfUUID replaces one of the two numbers that a uuid is repeated by.
func (w *walker) halfOfUUID(object int, name []byte) bool {
	ms, err1 := strconv.ParseUint(string(memberOf(w.src, object, "uuid_mslong")), 10, 64)
	ls, err2 := strconv.ParseUint(string(memberOf(w.src, object, "uuid_lslong")), 10, 64)
	if err1 != nil || err2 != nil {
		return false
	}
	ms, ls, ok := contrail.UUIDHalves(string(w.r.names.UUID([]byte(uuidOf(ms, ls)))))
	if !ok {
		return false
	}
	half := ms
	if string(name) == "uuid_lslong" {
		half = ls
	}
	start := w.i
	if !w.skip() {
		return false
	}
	w.replace(start, w.i, strconv.AppendUint(nil, half, 10))
	return true
}

// pseudonym is what the action of that name does.
func (r *redactor) pseudonym(class contrail.Class, text []byte) ([]byte, bool) {
	m := r.ruleNames()
	var p []byte
	switch class {
	case contrail.ClassText:
		p = m.Whole(text)
	case contrail.ClassSerial:
		p = m.Serial(text)
	case contrail.ClassASN:
		p = m.ASN(text)
	default:
		if p = m.Text(text); isSentence(text) {
			p = m.Whole(text)
		}
	}
	return p, !bytes.Equal(p, text)
}

// identifying replaces mail addresses and keys that name somebody, before
// their words are looked at one by one.
func (r *redactor) identifying(text []byte) []byte {
	if len(text) < 30 || !bytes.Contains(text, []byte("AAAA")) && !bytes.Contains(text, []byte("-----BEGIN")) {
		return text
	}
	var e edits
	for _, s := range detect.Identifiers(text) {
		if s.By.ID == "email" {
			continue // word by word
		}
		e.add(s.Start, s.End, r.names.Whole(text[s.Start:s.End]))
	}
	out, _ := e.apply(text)
	return out
}
