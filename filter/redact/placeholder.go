package redact

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"

	"github.com/dumptool/dumptool/filter/redact/detect"
)

// hasher makes replacements of one sort with a key.
type hasher struct {
	mac hash.Hash
	sum [sha256.Size]byte
}

func newHasher(k Key) *hasher { return &hasher{mac: hmac.New(sha256.New, k[:])} }

// of returns the hash of a text, valid until the next call.
func (h *hasher) of(text []byte) []byte {
	h.mac.Reset()
	h.mac.Write(text)
	return h.mac.Sum(h.sum[:0])
}

// placeholderDigits is how many hexadecimal digits make different secrets
// different: half of them are enough for a chance of one in a million among
// as many as a dump has.
const placeholderDigits = 16

// placeholder returns what stands for a secret: the same for the same one.
func (r *redactor) placeholder(text []byte) []byte {
	p := append(make([]byte, 0, len(detect.Placeholder)+placeholderDigits), detect.Placeholder...)
	return hex.AppendEncode(p, r.secrets.of(text)[:placeholderDigits/2])
}

func isPlaceholder(text []byte) bool {
	digits, found := bytes.CutPrefix(text, []byte(detect.Placeholder))
	return found && len(digits) == placeholderDigits && isAllHex(digits)
}

// placeholderNumber returns what stands for a number that is secret: a whole
// number of nine digits, so that it fits wherever a number does. Two different
// ones are the same once in a billion.
func (r *redactor) placeholderNumber(raw []byte) []byte {
	sum := r.secrets.of(raw)
	p := make([]byte, 9)
	for i := range p {
		p[i] = '0' + sum[i]%10
	}
	p[0] = '1' + sum[0]%9
	return p
}
