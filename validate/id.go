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
func (k id) String() string {
	var b [36]byte
	hex.Encode(b[0:], k[0:4])
	hex.Encode(b[9:], k[4:6])
	hex.Encode(b[14:], k[6:8])
	hex.Encode(b[19:], k[8:10])
	hex.Encode(b[24:], k[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

// hashID hashes any text into an id.
func hashID(parts ...string) id {
	var b []byte
	for _, p := range parts {
		b = appendText(b, p)
	}
	return id(xxh3.Hash128(b).Bytes())
}
