package generate

import (
	"crypto/aes"
	"encoding/base64"
	"strings"
)

// secret is a made-up password of 16 characters; some hold characters that
// JSON or a shell treats specially.
func (g *generator) secret(number uint64) string {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789!#%+-_=$@:/\"\\"
	var text [16]byte
	n := g.draw(streamSecret, number)
	for i := range text {
		if i == 8 {
			n = mix(n)
		}
		text[i] = letters[n%uint64(len(letters))]
		n /= uint64(len(letters))
	}
	return string(text[:])
}

// encrypted is a router password as the API server stores it where the
// encryption type is "local": padded with blanks on the left to whole blocks,
// AES in ECB mode under the last 32 characters of the router's uuid, base64.
func encrypted(password string, id uuid) string {
	key := appendUUID(nil, id)[4:]
	block, err := aes.NewCipher(key)
	if err != nil { // not with 32 bytes
		return ""
	}
	padding := (aes.BlockSize - len(password)%aes.BlockSize) % aes.BlockSize
	text := []byte(strings.Repeat(" ", padding) + password)
	for at := 0; at < len(text); at += aes.BlockSize {
		block.Encrypt(text[at:at+aes.BlockSize], text[at:at+aes.BlockSize])
	}
	return base64.StdEncoding.EncodeToString(text)
}
