// Package pseudonym replaces names, addresses and numbers by others with a key:
// the same one by the same one, wherever it stands.
//
// What becomes of a text depends on the key, the text and the subnets of the
// dump, and on nothing else. A text is taken apart at everything but letters,
// digits and dashes, and its parts are replaced one by one; so a name that was
// put together of others, as a:b:c or a__b__c, becomes what is put together of
// theirs.
package pseudonym

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"hash"

	"github.com/dumptool/dumptool/filter/redact/cryptopan"
)

// Mapper replaces. It is not for use by several goroutines.
type Mapper struct {
	// Found, if set, is called with each original and what stands for it, at
	// least once each.
	Found func(original, replacement []byte, k Kind)
	// UUIDs makes uuids be replaced too.
	UUIDs bool

	mac   hash.Hash
	sum   [sha256.Size]byte
	v4    *cryptopan.Cipher
	v6    *cryptopan.Cipher
	block cipher.Block // for permutations
	nets  covers
	memo  textMemo // of texts
	names textMemo // of single words
	addrs addrMemo
}

// Kind says what an original is.
type Kind uint8

// The kinds.
const (
	Word    Kind = iota // of a name: what stands for it looks like nothing else
	Address             // what stands for it may be another original
)

// New returns a mapper for a key.
func New(key [32]byte) *Mapper {
	m := &Mapper{memo: newTextMemo(), names: newTextMemo(), addrs: newAddrMemo()}
	m.mac = hmac.New(sha256.New, key[:])
	m.v4 = cryptopan.New(m.sub("address 4"))
	m.v6 = cryptopan.New(m.sub("address 6"))
	k := m.sub("numbers")
	block, err := aes.NewCipher(k[:])
	if err != nil {
		panic(err) // the length is right
	}
	m.block = block
	return m
}

// sub returns a key for one purpose.
func (m *Mapper) sub(purpose string) (k [32]byte) {
	copy(k[:], m.hash('k', []byte(purpose)))
	return k
}

// hash returns the keyed hash of a text, valid until the next call. The sort
// keeps hashes for different ends apart.
func (m *Mapper) hash(sort byte, text []byte) []byte {
	m.mac.Reset()
	m.mac.Write([]byte{sort})
	m.mac.Write(text)
	return m.mac.Sum(m.sum[:0])
}

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// wordSize is how many bytes of hash stand in a pseudonym: two of a million
// names are the same once in two million dumps.
const wordSize = 8

// Prefix is how every pseudonym of a word begins.
const Prefix = "n-"

// wholePrefix is how what stands for a whole text begins.
const wholePrefix = "text-"

// word returns what stands for one word.
func (m *Mapper) word(w []byte) string {
	if isPseudonym(w) {
		return string(w)
	}
	p, ok, place := m.names.of(w)
	if ok {
		return p
	}
	p = string(encoding.AppendEncode([]byte(Prefix), m.hash('w', w)[:wordSize]))
	m.names.put(place, w, p)
	if digits(w) < len(w) { // numbers stand for too many things to be searched for
		m.found(w, []byte(p), Word)
	}
	return p
}

// isPseudonym tells if a word looks like what stands for another one, or for a
// secret. Such a word stays: what was replaced once is not replaced again.
func isPseudonym(w []byte) bool {
	if digits, found := bytes.CutPrefix(w, []byte("redacted-")); found && len(digits) == 16 && allHex(digits) {
		return true
	}
	rest, found := bytes.CutPrefix(w, []byte(Prefix))
	if !found {
		rest, found = bytes.CutPrefix(w, []byte(wholePrefix))
	}
	if !found || len(rest) != wordLetters {
		return false
	}
	for _, c := range rest {
		if (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

// wordLetters is how many letters of a pseudonym are hash.
const wordLetters = (wordSize*8 + 4) / 5

func (m *Mapper) found(original, replacement []byte, k Kind) {
	if m.Found != nil {
		m.Found(original, replacement, k)
	}
}

// Whole returns what stands for a text of which nothing is to be seen any more.
func (m *Mapper) Whole(text []byte) []byte {
	if isPseudonym(text) {
		return text
	}
	p := encoding.AppendEncode([]byte(wholePrefix), m.hash('t', text)[:wordSize])
	m.found(text, p, Word)
	return p
}

// Text replaces the words, addresses and numbers of a text that names
// something. It returns text itself if there was nothing to replace.
func (m *Mapper) Text(text []byte) []byte {
	if len(text) > 128 {
		return m.text(text)
	}
	was, ok, place := m.memo.of(text)
	if ok {
		if was == string(text) {
			return text
		}
		return []byte(was)
	}
	p := m.text(text)
	m.memo.put(place, text, string(p))
	return p
}

func (m *Mapper) text(text []byte) []byte {
	s := scanner{m: m, text: text}
	s.run()
	if bytes.Equal(s.out, text) {
		return text
	}
	return s.out
}
