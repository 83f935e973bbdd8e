package validate

import "encoding/binary"

// parseUUID reads a uuid in lower case, eight digits at a time. ok is false for anything else.
func parseUUID[T string | []byte](text T) (k id, ok bool) {
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return k, false
	}
	var b [32]byte
	copy(b[0:8], text[0:8])
	copy(b[8:12], text[9:13])
	copy(b[12:16], text[14:18])
	copy(b[16:20], text[19:23])
	copy(b[20:32], text[24:36])
	var bad uint64
	for i := 0; i < 4; i++ {
		x := binary.BigEndian.Uint64(b[8*i:])
		letters := x >> 6 & 0x0101010101010101
		// Letters go to 0x3a…0x3f, behind the digits at 0x30…0x39.
		x -= letters * 0x27
		// Nothing else may come there, and no digit where a letter was, nor the reverse.
		bad |= x&0xf0f0f0f0f0f0f0f0 ^ 0x3030303030303030
		x &= 0x0f0f0f0f0f0f0f0f
		bad |= (x+0x0606060606060606)>>4&0x0101010101010101 ^ letters
		x = (x | x>>4) & 0x00ff00ff00ff00ff
		x = (x | x>>8) & 0x0000ffff0000ffff
		binary.BigEndian.PutUint32(k[4*i:], uint32(x|x>>16))
	}
	if bad != 0 {
		return id{}, false
	}
	return k, true
}
