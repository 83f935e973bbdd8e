package pseudonym

import (
	"encoding/binary"
	"encoding/hex"
	"math/bits"
	"strconv"
	"strings"
)

// permute maps the numbers below n onto each other: a Feistel network over the
// next even number of bits, gone through until it leads below n.
func (m *Mapper) permute(sort byte, x, n uint64) uint64 {
	if n < 2 {
		return x
	}
	half := uint((bits.Len64(n-1) + 1) / 2)
	mask := uint64(1)<<half - 1
	for {
		left, right := x>>half, x&mask
		for round := range byte(8) {
			left, right = right, left^m.round(sort, round, right)&mask
		}
		x = left<<half | right
		if x < n {
			return x
		}
	}
}

func (m *Mapper) round(sort, round byte, v uint64) uint64 {
	var in, out [16]byte
	in[0], in[1] = sort, round
	binary.BigEndian.PutUint64(in[8:], v)
	m.block.Encrypt(out[:], in[:])
	return binary.BigEndian.Uint64(out[:])
}

// asnRanges are those within which AS numbers are mapped: of two bytes, public
// and private, and of four. Others have a meaning of their own; 64512 is what
// Contrail takes where none is given.
var asnRanges = [][2]uint64{{1, 23455}, {23457, 64495}, {64513, 65534}, {65536, 4199999999}, {4200000000, 4294967294}}

// ASN replaces an AS number.
func (m *Mapper) ASN(text []byte) []byte {
	v, err := strconv.ParseUint(string(text), 10, 32)
	if err != nil || strconv.FormatUint(v, 10) != string(text) {
		return text
	}
	for i, r := range asnRanges {
		if v >= r[0] && v <= r[1] {
			p := strconv.AppendUint(nil, r[0]+m.permute('0'+byte(i), v-r[0], r[1]-r[0]+1), 10)
			m.found(text, p, Address)
			return p
		}
	}
	return text
}

// Community replaces the AS number of a BGP community, N:M.
func (m *Mapper) Community(text []byte) []byte {
	n := digits(text)
	if n == 0 || n == len(text) || text[n] != ':' {
		return text
	}
	return append(m.ASN(text[:n:n]), text[n:]...)
}

// MAC replaces a MAC address in any spelling. The vendor stays, or of an address
// that no vendor has given out the first byte; so do multicast, the gateways of
// VRRP, all zeros and all ones.
func (m *Mapper) MAC(text []byte) []byte {
	v, ok := macValue(text)
	if !ok {
		return text
	}
	p := m.macValue(v)
	if p == v {
		return text
	}
	out := spell(text, p, 12)
	m.found(text, out, Word)
	return out
}

// macValue returns a MAC address as a number.
func macValue(text []byte) (v uint64, ok bool) {
	n := 0
	for _, c := range text {
		if isHex(c) {
			v = v<<4 | uint64(hexDigit(c))
			n++
		}
	}
	return v, n == 12
}

func (m *Mapper) macValue(v uint64) uint64 {
	first := byte(v >> 40)
	switch {
	case v == 0, first&1 != 0, v>>16 == 0x00005e0001, v>>16 == 0x00005e0002, v>>8 == 0x00005e0001, v>>8 == 0x00005e0002:
		return v
	case first&2 != 0:
		return v&^(1<<40-1) | m.permute('l', v&(1<<40-1), 1<<40)
	}
	// The permutation is another one for each vendor.
	return v&^(1<<24-1) | m.permute('m', v&(1<<24-1)^m.round('v', 0, v>>24)&(1<<24-1), 1<<24)
}

// ESI replaces an ethernet segment, ten bytes, but for its type.
func (m *Mapper) ESI(text []byte) []byte {
	if len(text) != 29 {
		return m.Text(text)
	}
	zero := true
	for _, c := range text[2:] {
		zero = zero && (c == '0' || c == ':')
	}
	if zero {
		return text
	}
	sum := hex.EncodeToString(m.hash('e', []byte(strings.ToLower(string(text))))[:9])
	out := append([]byte(nil), text...)
	k := 0
	for i := 2; i < len(out); i++ {
		if isHex(out[i]) {
			out[i] = sum[k]
			k++
		}
	}
	m.found(text, out, Word)
	return out
}

// spell writes n hexadecimal digits of v with the signs and the case of text.
func spell(text []byte, v uint64, n int) []byte {
	out := append([]byte(nil), text...)
	upper := false
	for _, c := range text {
		upper = upper || c >= 'A' && c <= 'F'
	}
	for i, c := range out {
		if !isHex(c) {
			continue
		}
		n--
		d := byte(v >> (4 * n) & 15)
		switch {
		case d < 10:
			out[i] = '0' + d
		case upper:
			out[i] = 'A' + d - 10
		default:
			out[i] = 'a' + d - 10
		}
	}
	return out
}

func hexDigit(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// Serial replaces letters by letters and digits by digits.
func (m *Mapper) Serial(text []byte) []byte {
	sum := m.hash('s', text)
	out := append([]byte(nil), text...)
	changed := false
	for i, c := range out {
		if i > 0 && i%len(sum) == 0 {
			sum = m.hash('s', append([]byte{byte(i)}, text...))
		}
		b := sum[i%len(sum)]
		switch {
		case c >= '0' && c <= '9':
			out[i] = '0' + b%10
		case c >= 'A' && c <= 'Z':
			out[i] = 'A' + b%26
		case c >= 'a' && c <= 'z':
			out[i] = 'a' + b%26
		default:
			continue
		}
		changed = true
	}
	if !changed {
		return text
	}
	m.found(text, out, Word)
	return out
}

// UUID replaces a uuid, with dashes or without, if that is wanted.
func (m *Mapper) UUID(text []byte) []byte {
	if !m.UUIDs {
		return text
	}
	var plain []byte
	for _, c := range text {
		if c != '-' {
			if c >= 'A' && c <= 'F' {
				c |= 0x20
			}
			plain = append(plain, c)
		}
	}
	sum := m.hash('u', plain)
	sum[6] = sum[6]&0x0f | 0x40
	sum[8] = sum[8]&0x3f | 0x80
	p := hex.EncodeToString(sum[:16])
	out := append([]byte(nil), text...)
	k := 0
	for i, c := range out {
		if c != '-' {
			out[i] = p[k]
			k++
		}
	}
	m.found(text, out, Word)
	return out
}
