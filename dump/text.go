package dump

import (
	"bytes"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/keyset"
)

// Hash is a 128-bit hash (XXH3) of decoded text. It is for speed, not against
// forgery.
type Hash = keyset.Hash

// Text is a JSON string as it stands in a dump.
type Text struct {
	// Raw is what stands between the quotes, escapes included.
	Raw []byte
	// Canonical tells that Raw is spelled as Python's json module spells it, so
	// that two such texts are equal exactly if their bytes are.
	Canonical bool
}

// AppendDecoded appends what the text stands for. Lone surrogates become three
// bytes each (WTF-8).
func (t Text) AppendDecoded(dst []byte) []byte {
	return jsonscan.AppendDecoded(dst, t.Raw)
}

// Decoded returns what the text stands for: Raw itself if it has no escapes.
func (t Text) Decoded() []byte {
	if bytes.IndexByte(t.Raw, '\\') < 0 {
		return t.Raw
	}
	return t.AppendDecoded(nil)
}

// String returns the decoded text.
func (t Text) String() string { return string(t.Decoded()) }

// AppendCanonical appends the spelling of Python's json module.
func (t Text) AppendCanonical(dst []byte) []byte {
	if t.Canonical {
		return append(dst, t.Raw...)
	}
	return jsonscan.AppendCanonical(dst, t.Raw)
}

// Equal tells if two texts stand for the same.
func (t Text) Equal(u Text) bool {
	if t.Canonical && u.Canonical {
		return bytes.Equal(t.Raw, u.Raw)
	}
	return bytes.Equal(t.AppendCanonical(nil), u.AppendCanonical(nil))
}

// Is tells if the text stands for s, which is ASCII without quotes,
// backslashes and control characters.
func (t Text) Is(s string) bool {
	return string(t.Raw) == s || !t.Canonical && string(t.AppendDecoded(nil)) == s
}

// hasher hashes texts by their canonical spelling, which is one to one with
// what they stand for.
type hasher struct{ buf []byte }

func (h *hasher) text(t Text) Hash { return hashBytes(h.canonical(t)) }

// canonical returns the canonical spelling; it is valid until the next call.
func (h *hasher) canonical(t Text) []byte {
	if t.Canonical {
		return t.Raw
	}
	h.buf = jsonscan.AppendCanonical(h.buf[:0], t.Raw)
	return h.buf
}

func hashBytes(b []byte) Hash {
	u := xxh3.Hash128(b)
	return Hash{Hi: u.Hi, Lo: u.Lo}
}

// HashText hashes a text by its canonical spelling: equal texts have equal
// hashes, however they are spelled.
func HashText(t Text) Hash {
	var h hasher
	return h.text(t)
}
