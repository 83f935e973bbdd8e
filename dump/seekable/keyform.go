package seekable

import "bytes"

// Keys are full of uuids, spelled in 36 characters. In a block each of them is a mark and 16 bytes; bytes that look like a
// mark get another mark before them. No text in UTF-8 has such bytes.
const (
	uuidMark   = 0xFD // 16 bytes follow
	literal    = 0xFE // the next byte stands for itself
	uuidText   = 36
	uuidBytes  = 16
	hexDigits  = "0123456789abcdef"
	firstDash  = 8
	nonsenseIn = 0xFF // no hexadecimal digit
)

var nibbles = func() (t [256]byte) {
	for i := range t {
		t[i] = nonsenseIn
	}
	for i := range hexDigits {
		t[hexDigits[i]] = byte(i)
	}
	return t
}()

// appendForm appends a key in the form that it has in blocks.
func appendForm(dst, key []byte) []byte {
	for len(key) > 0 {
		// A uuid is found by its first dash.
		dash := firstDash
		for {
			i := -1
			if dash < len(key) {
				i = bytes.IndexByte(key[dash:], '-')
			}
			if i < 0 {
				return appendLiteral(dst, key)
			}
			if dash += i; isUUID(key[dash-firstDash:]) {
				break
			}
			dash++
		}
		dst = appendLiteral(dst, key[:dash-firstDash])
		dst = appendUUID(append(dst, uuidMark), key[dash-firstDash:])
		key = key[dash-firstDash+uuidText:]
	}
	return dst
}

func appendLiteral(dst, b []byte) []byte {
	for _, c := range b {
		if c == uuidMark || c == literal {
			dst = append(dst, literal)
		}
		dst = append(dst, c)
	}
	return dst
}

// isUUID tells if b begins with a uuid in lower case.
func isUUID(b []byte) bool {
	if len(b) < uuidText {
		return false
	}
	for i, c := range b[:uuidText] {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if nibbles[c] == nonsenseIn {
			return false
		}
	}
	return true
}

// appendUUID appends the bytes of the uuid that text begins with.
func appendUUID(dst, text []byte) []byte {
	for i := 0; i < uuidText; i += 2 {
		if text[i] == '-' {
			i++
		}
		dst = append(dst, nibbles[text[i]]<<4|nibbles[text[i+1]])
	}
	return dst
}

// appendKey appends the key that has a form. ok is false if none has it.
func appendKey(dst, form []byte) (key []byte, ok bool) {
	for i := 0; i < len(form); i++ {
		c := form[i]
		switch c {
		case literal:
			if i++; i == len(form) {
				return nil, false
			}
			dst = append(dst, form[i])
		case uuidMark:
			if len(form)-i-1 < uuidBytes {
				return nil, false
			}
			dst = appendUUIDText(dst, form[i+1:i+1+uuidBytes])
			i += uuidBytes
		default:
			start := i
			for i++; i < len(form) && form[i] != literal && form[i] != uuidMark; {
				i++
			}
			dst = append(dst, form[start:i]...)
			i--
		}
	}
	return dst, true
}

// pairs are the two digits of each byte.
var pairs = func() (t [256][2]byte) {
	for i := range t {
		t[i] = [2]byte{hexDigits[i>>4], hexDigits[i&15]}
	}
	return t
}()

// appendUUIDText appends the text of a uuid of 16 bytes.
func appendUUIDText(dst, b []byte) []byte {
	var text [uuidText]byte
	at := 0
	for i, c := range b[:uuidBytes] {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			text[at] = '-'
			at++
		}
		text[at], text[at+1] = pairs[c][0], pairs[c][1]
		at += 2
	}
	return append(dst, text[:]...)
}
