package redact

import (
	"bytes"
	"crypto/aes"
	"encoding/base64"

	"github.com/dumptool/dumptool/filter/redact/leak"
)

// The password of a physical router is kept encrypted by newer releases: AES in
// ECB mode with the last 32 characters of the uuid of the object as the key,
// blanks in front, base64. Whoever has the dump has the key, so it is as good as
// a clear text; and a result that is to be restored needs it in this form, with
// the uuid that the object has then.

const (
	encryptedColumn = "prop:physical_router_user_credentials"
	encryptedMember = "password"
	passwordKeySize = 32
)

// decryptPassword returns what is encrypted for an object; false if the text is
// none of that.
func decryptPassword(uuid, text []byte) ([]byte, bool) {
	if len(uuid) < passwordKeySize || len(text) < 24 || len(text)%4 != 0 {
		return nil, false
	}
	plain := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(plain, text)
	if err != nil || n == 0 || n%aes.BlockSize != 0 {
		return nil, false
	}
	plain = plain[:n]
	block, err := aes.NewCipher(uuid[len(uuid)-passwordKeySize:])
	if err != nil {
		return nil, false
	}
	for b := plain; len(b) > 0; b = b[aes.BlockSize:] {
		block.Decrypt(b, b)
	}
	plain = bytes.TrimLeft(plain, " ")
	return plain, len(plain) > 0 && leak.TextLength(plain) == len(plain)
}

// encryptPassword encrypts a password for an object.
func encryptPassword(uuid, plain []byte) []byte {
	block, err := aes.NewCipher(uuid[len(uuid)-passwordKeySize:])
	if err != nil {
		panic(err) // the length is right
	}
	size := (len(plain) + aes.BlockSize - 1) / aes.BlockSize * aes.BlockSize
	padded := append(bytes.Repeat([]byte{' '}, size-len(plain)), plain...)
	for b := padded; len(b) > 0; b = b[aes.BlockSize:] {
		block.Encrypt(b, b)
	}
	return base64.StdEncoding.AppendEncode(nil, padded)
}

// encryptedPassword replaces a password that is encrypted for the object of the
// row. It returns ok false if the text is none.
func (r *redactor) encryptedPassword(w *walker, text []byte) (redacted []byte, changed, ok bool) {
	if w.p == nil || w.p.name != encryptedColumn || len(w.path) == 0 || w.path[len(w.path)-1] != encryptedMember {
		return nil, false, false
	}
	plain, ok := decryptPassword(r.rowKey, text)
	if !ok {
		return nil, false, false
	}
	uuid := r.rowKey
	if r.names != nil {
		uuid = r.names.UUID(uuid)
	}
	p := plain
	if !isPlaceholder(plain) {
		p = r.placeholder(plain)
		r.secret(plain, p)
		w.count("secret")
	}
	redacted = encryptPassword(uuid, p)
	if bytes.Equal(redacted, text) {
		return text, false, true
	}
	r.secret(text, redacted)
	return redacted, true, true
}
