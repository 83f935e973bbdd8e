package validate

import (
	"encoding/hex"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail"
)

// id is what rows are known by in joins: the 16 bytes of a uuid, or a hash of any other row key.
type id [16]byte

// keyOf returns the id of a row key, and if it is a uuid.
func keyOf[T string | []byte](key T) (k id, isUUID bool) {
	if k, ok := parseUUID(key); ok {
		return k, true
	}
	return id(xxh3.HashString128(string(key)).Bytes()), contrail.ValidUUID(key)
}

// String returns the uuid. Of a hash it is no more than a name for messages.
func (k id) String() string { return string(k.append(make([]byte, 0, 36))) }

// append appends the uuid.
func (k id) append(b []byte) []byte {
	b = append(hex.AppendEncode(b, k[0:4]), '-')
	b = append(hex.AppendEncode(b, k[4:6]), '-')
	b = append(hex.AppendEncode(b, k[6:8]), '-')
	b = append(hex.AppendEncode(b, k[8:10]), '-')
	return hex.AppendEncode(b, k[10:16])
}

// hashID hashes any text into an id.
func hashID(parts ...string) id {
	var memory [256]byte
	b := memory[:0]
	for _, p := range parts {
		b = appendText(b, p)
	}
	return id(xxh3.Hash128(b).Bytes())
}
