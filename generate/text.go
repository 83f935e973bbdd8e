package generate

import (
	"math/bits"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// appendEscaped appends text as the inside of a JSON string the way Python's
// json.dumps writes it by default: ASCII only, lower-case \uXXXX, surrogate
// pairs above the basic plane, "/" left alone.
func appendEscaped[T ~string | ~[]byte](dst []byte, text T) []byte {
	plain := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c <= '~' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, text[plain:i]...)
		if c < utf8.RuneSelf {
			dst = appendEscapedByte(dst, c)
			i++
		} else {
			r, size := utf8.DecodeRuneInString(string(text[i:min(i+4, len(text))]))
			dst = appendEscapedRune(dst, r)
			i += size
		}
		plain = i
	}
	return append(dst, text[plain:]...)
}

func appendEscapedByte(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	case '\f':
		return append(dst, `\f`...)
	case '\b':
		return append(dst, `\b`...)
	}
	return appendUnit(dst, uint16(c))
}

func appendEscapedRune(dst []byte, r rune) []byte {
	if r < 0x10000 {
		return appendUnit(dst, uint16(r))
	}
	r -= 0x10000
	return appendUnit(appendUnit(dst, uint16(0xd800+r>>10)), uint16(0xdc00+r&0x3ff))
}

func appendUnit(dst []byte, u uint16) []byte {
	return append(dst, '\\', 'u', hexDigits[u>>12], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}

// appendNested appends text as a JSON string, quotes included, inside a JSON
// text that itself stands inside a JSON string: the form of every string in
// a value of obj_uuid_table and in the zookeeper member.
func appendNested[T ~string | ~[]byte](dst []byte, text T) []byte {
	dst = append(dst, '\\', '"')
	if isPlain(text) {
		dst = append(dst, text...)
	} else {
		dst = appendEscaped(dst, appendEscaped(nil, text))
	}
	return append(dst, '\\', '"')
}

func isPlain[T ~string | ~[]byte](text T) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// value is a JSON text as it stands inside a JSON string.
type value string

// valueOf escapes a JSON text once, so that the texts in this package can be
// written as plain JSON and still be copied as they are.
func valueOf(jsonText string) value { return value(appendEscaped(nil, jsonText)) }

const (
	valueNull  value = "null"
	valueTrue  value = "true"
	valueFalse value = "false"
)

const digitPairs = "00010203040506070809" +
	"10111213141516171819" +
	"20212223242526272829" +
	"30313233343536373839" +
	"40414243444546474849" +
	"50515253545556575859" +
	"60616263646566676869" +
	"70717273747576777879" +
	"80818283848586878889" +
	"90919293949596979899"

func appendUint(dst []byte, n uint64) []byte {
	var text [20]byte
	at := len(text)
	for n >= 100 {
		q := n / 100
		pair := 2 * (n - 100*q)
		at -= 2
		text[at], text[at+1] = digitPairs[pair], digitPairs[pair+1]
		n = q
	}
	if n >= 10 {
		at -= 2
		text[at], text[at+1] = digitPairs[2*n], digitPairs[2*n+1]
	} else {
		at--
		text[at] = byte('0' + n)
	}
	return append(dst, text[at:]...)
}

// appendPadded appends n with leading zeros up to width digits.
func appendPadded(dst []byte, n uint64, width int) []byte {
	from := len(dst)
	dst = appendUint(dst, n)
	for missing := width - (len(dst) - from); missing > 0; missing-- {
		dst = append(dst, 0)
		copy(dst[from+1:], dst[from:])
		dst[from] = '0'
	}
	return dst
}

// appendWide appends the decimal digits of a 128 bit number.
func appendWide(dst []byte, hi, lo uint64) []byte {
	const chunk = 1e19 // the largest power of ten in 64 bits
	if hi == 0 {
		return appendUint(dst, lo)
	}
	q, r := bits.Div64(hi%chunk, lo, chunk)
	return appendPadded(appendWide(dst, hi/chunk, q), r, 19)
}

func appendHex(dst []byte, n uint64, width int) []byte {
	for shift := 4 * (width - 1); shift >= 0; shift -= 4 {
		dst = append(dst, hexDigits[n>>uint(shift)&15])
	}
	return dst
}

func appendShortHex(dst []byte, n uint64) []byte {
	return appendHex(dst, n, max(1, (bits.Len64(n)+3)/4))
}

// appendUUID appends the usual 36 characters.
func appendUUID(dst []byte, u uuid) []byte {
	const dashed = "00000000-0000-0000-0000-000000000000"
	at := len(dst)
	dst = append(dst, dashed...)
	text := dst[at : at+36]
	half := func(n uint64, places *[16]uint8) {
		for i := 15; i >= 0; i-- {
			text[places[i]] = hexDigits[n&15]
			n >>= 4
		}
	}
	half(u.hi, &[16]uint8{0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 17})
	half(u.lo, &[16]uint8{19, 20, 21, 22, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35})
	return dst
}

// appendBareUUID appends the 32 hex digits without dashes, as Keystone
// writes project ids.
func appendBareUUID(dst []byte, u uuid) []byte {
	return appendHex(appendHex(dst, u.hi, 16), u.lo, 16)
}

// appendTime appends microseconds since the epoch as ISO 8601 in UTC without
// a zone, as id_perms has it.
func appendTime(dst []byte, micros int64) []byte {
	const day = 24 * 3600 * 1000000
	days := micros / day
	rest := uint64(micros - days*day)
	year, month, dom := civil(days)
	dst = append(appendPadded(dst, uint64(year), 4), '-')
	dst = append(append(dst, digitPairs[2*month:2*month+2]...), '-')
	dst = append(append(dst, digitPairs[2*dom:2*dom+2]...), 'T')
	for i, unit := range [...]uint64{3600 * 1000000, 60 * 1000000, 1000000} {
		n := rest / unit
		rest -= n * unit
		dst = append(append(dst, digitPairs[2*n:2*n+2]...), "::."[i])
	}
	return appendPadded(dst, rest, 6)
}

// civil gives the date of a day counted from 1970-01-01, for dates after it,
// in the proleptic Gregorian calendar with years that begin in March.
func civil(days int64) (year, month, day int) {
	z := int(days) + 719468
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	shifted := (5*doy + 2) / 153
	day = doy - (153*shifted+2)/5 + 1
	month = shifted + 3
	year = yoe + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}
