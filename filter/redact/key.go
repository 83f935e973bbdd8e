package redact

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// Key is what replacements depend on: the same key gives the same ones in every
// dump, and nobody who doesn't have it can tell what a replacement stands for
// by trying.
type Key [KeySize]byte

// NewKey returns a random key.
func NewKey() Key {
	var k Key
	rand.Read(k[:]) // never fails
	return k
}

const keyHead = "# Key of dumptool redact. Who has it can recognise names and secrets again: keep it to yourself.\n"

// Write writes the key as a key file: 64 hexadecimal digits on a line.
func (k Key) Write(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%s%s\n", keyHead, hex.EncodeToString(k[:]))
	return err
}

// ReadKey reads a key file. Lines that begin with # mean nothing.
func ReadKey(r io.Reader) (Key, error) {
	var k Key
	text, err := io.ReadAll(io.LimitReader(r, 64<<10))
	if err != nil {
		return k, err
	}
	found := false
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if n, err := hex.Decode(k[:], line[:min(len(line), 2*KeySize)]); found || err != nil || n != KeySize || len(line) != 2*KeySize {
			return k, errors.New("not a key file: it has to hold 64 hexadecimal digits on one line, as --new-key writes it")
		}
		found = true
	}
	if !found {
		return k, errors.New("not a key file: there is no key in it")
	}
	return k, nil
}

// sub returns a key for one purpose.
func (k Key) sub(purpose string) Key {
	h := hmac.New(sha256.New, k[:])
	h.Write([]byte(purpose))
	var s Key
	h.Sum(s[:0])
	return s
}
