package contrail

import (
	"encoding/binary"
	"strconv"
)

// ValidUUID tells if text has the form of a uuid, 8-4-4-4-12 hexadecimal
// digits in either case. Row keys are in lower case (B-OBJ-1).
func ValidUUID[T string | []byte](text T) bool {
	if len(text) != 36 {
		return false
	}
	var t [36]byte
	copy(t[:], text)
	if t[8] != '-' || t[13] != '-' || t[18] != '-' || t[23] != '-' {
		return false
	}
	t[8], t[13], t[18], t[23] = '0', '0', '0', '0'
	load := binary.LittleEndian.Uint64
	return notHexDigits(load(t[:]))|notHexDigits(load(t[8:]))|notHexDigits(load(t[16:]))|notHexDigits(load(t[24:]))|notHexDigits(load(t[28:])) == 0
}

// notHexDigits has a bit set for each of eight bytes that is no hexadecimal
// digit.
func notHexDigits(v uint64) uint64 {
	const each, top = 0x0101010101010101, 0x8080808080808080
	// With the top bits out of the way nothing is carried from byte to byte.
	low := v &^ top
	digit := (low + (0x80-'0')*each) &^ (low + (0x80-'9'-1)*each)
	low |= 0x20 * each
	letter := (low + (0x80-'a')*each) &^ (low + (0x80-'f'-1)*each)
	return (^(digit | letter) | v) & top
}

// UUIDHalves returns the two numbers that stand for a uuid in the uuid member
// of prop:id_perms (uuid_mslong, uuid_lslong), and if it is a uuid.
func UUIDHalves(uuid string) (ms, ls uint64, ok bool) {
	if !ValidUUID(uuid) {
		return 0, 0, false
	}
	ms, _ = strconv.ParseUint(uuid[:8]+uuid[9:13]+uuid[14:18], 16, 64)
	ls, _ = strconv.ParseUint(uuid[19:23]+uuid[24:], 16, 64)
	return ms, ls, true
}
