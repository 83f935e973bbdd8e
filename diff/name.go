package diff

import (
	"bytes"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/jsontree"
)

// joinedHash hashes type and joined name of an object.
func joinedHash(typ, joined string) dump.Hash { return textHash(typ + "\x00" + joined) }

// textHash hashes decoded text as dump hashes the text that stands for it.
func textHash(s string) dump.Hash {
	return dump.HashText(dump.Text{Raw: jsonscan.AppendEscaped(nil, []byte(s)), Canonical: true})
}

// nameHasher hashes names of many objects.
type nameHasher struct{ joined, escaped []byte }

// nameCells are the texts of the cells type and fq_name of a row, as they stand
// there.
type nameCells struct {
	typ, fqName rawText
}

type rawText struct {
	raw       []byte
	canonical bool
}

func (c *nameCells) reset() { c.typ.raw, c.fqName.raw = c.typ.raw[:0], c.fqName.raw[:0] }

func (t *rawText) set(v dump.Text) { t.raw, t.canonical = append(t.raw[:0], v.Raw...), v.Canonical }

func (t *rawText) decoded() []byte { return jsonscan.AppendDecoded(nil, t.raw) }

// cells is hash for the texts as they stand in the dump. Nearly all are canonical
// and hold no other escapes than those of the quotes of the JSON inside.
func (h *nameHasher) cells(c *nameCells) (dump.Hash, bool) {
	h.joined = h.joined[:0]
	if c.typ.canonical && c.fqName.canonical && h.quoted(c.typ.raw, true) && h.quoted(c.fqName.raw, false) {
		return dump.HashText(dump.Text{Raw: h.joined, Canonical: true}), true
	}
	return h.hash(c.typ.decoded(), c.fqName.decoded())
}

// quoted appends the texts of the JSON strings in raw, joined by colons: of one
// string, or of a list with the separators that Python writes. What a type is
// followed by is the byte between it and the name.
func (h *nameHasher) quoted(raw []byte, typ bool) bool {
	if !typ {
		if len(raw) < 2 || raw[0] != '[' || raw[len(raw)-1] != ']' {
			return false
		}
		raw = raw[1 : len(raw)-1]
	}
	for first := true; ; first = false {
		if len(raw) < 4 || raw[0] != '\\' || raw[1] != '"' {
			return false
		}
		k := bytes.IndexByte(raw[2:], '\\')
		if k < 0 || raw[2+k+1] != '"' {
			return false
		}
		if !first {
			h.joined = append(h.joined, ':')
		}
		h.joined = append(h.joined, raw[2:2+k]...)
		raw = raw[2+k+2:]
		switch {
		case len(raw) == 0:
			if typ {
				h.joined = append(h.joined, `\u0000`...)
			}
			return true
		case typ || len(raw) < 3 || raw[0] != ',' || raw[1] != ' ':
			return false
		}
		raw = raw[2:]
	}
}

// hash returns the joinedHash of an object, given the texts of its cells type
// and fq_name. It fails if they are not what they should be.
func (h *nameHasher) hash(typ, fqName []byte) (dump.Hash, bool) {
	h.joined = h.joined[:0]
	ok := h.text(typ)
	if ok {
		h.joined = append(h.joined, 0)
		ok = h.list(fqName)
	}
	if !ok {
		return h.slow(typ, fqName)
	}
	h.escaped = jsonscan.AppendEscaped(h.escaped[:0], h.joined)
	return dump.HashText(dump.Text{Raw: h.escaped, Canonical: true}), true
}

// text appends a JSON string without escapes.
func (h *nameHasher) text(b []byte) bool {
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' || bytes.IndexByte(b, '\\') >= 0 {
		return false
	}
	b = b[1 : len(b)-1]
	h.joined = append(h.joined, b...)
	return bytes.IndexByte(b, '"') < 0
}

// list appends the joined elements of a list of strings without escapes.
func (h *nameHasher) list(b []byte) bool {
	if len(b) < 2 || b[0] != '[' || b[len(b)-1] != ']' || bytes.IndexByte(b, '\\') >= 0 {
		return false
	}
	b = b[1 : len(b)-1]
	for first := true; ; first = false {
		if len(b) == 0 || b[0] != '"' {
			return false
		}
		k := bytes.IndexByte(b[1:], '"')
		if k < 0 {
			return false
		}
		if !first {
			h.joined = append(h.joined, ':')
		}
		h.joined = append(h.joined, b[1:1+k]...)
		b = b[k+2:]
		switch {
		case len(b) == 0:
			return true
		case len(b) > 2 && b[0] == ',' && b[1] == ' ':
			b = b[2:]
		default:
			return false
		}
	}
}

// slow is hash for anything that is JSON.
func (h *nameHasher) slow(typ, fqName []byte) (dump.Hash, bool) {
	t, err := jsontree.Parse(typ)
	if err != nil || t.Kind != jsontree.String {
		return dump.Hash{}, false
	}
	n, err := jsontree.Parse(fqName)
	if err != nil {
		return dump.Hash{}, false
	}
	parts, ok := n.Strings()
	if !ok {
		return dump.Hash{}, false
	}
	return joinedHash(t.Text, contrail.JoinName(parts)), true
}
