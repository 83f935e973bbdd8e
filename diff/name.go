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
