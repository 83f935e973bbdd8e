package jsonscan

// Braces are the braces of a JSON text that are not inside of strings, and what
// in its strings needs a second look: one Block for 64 bytes. They are found
// without looking at anything else of the text, several times as fast as its
// tokens.
type Braces struct{ c carry }

// Block has a bit for each of 64 bytes, the lowest for the first.
type Block struct {
	Braces uint64 // { or } outside of a string
	Quotes uint64 // a quote that begins or ends a string
	// Odd is set inside of strings for control characters, DEL, bytes above
	// 0x7f and the character after a backslash unless that is a quote or a
	// backslash; outside of strings for backslashes.
	Odd uint64
}

// BlockSize is the number of bytes that a Block stands for.
const BlockSize = blockSize

// Find fills dst for the next len(dst)*BlockSize bytes of the text.
func (x *Braces) Find(dst []Block, text []byte) {
	if len(dst) == 0 {
		return
	}
	_ = text[len(dst)*blockSize-1]
	if useAVX2 {
		findBracesAVX2(&dst[0], &text[0], len(dst), &x.c)
		return
	}
	findBracesGo(dst, text, &x.c)
}

// InString tells if the text so far ends inside of a string.
func (x *Braces) InString() bool { return x.c.inString != 0 }

// findBracesGo is the portable implementation.
func findBracesGo(dst []Block, text []byte, c *carry) {
	for k := range dst {
		var quote, back, brace, odd uint64
		for i, ch := range text[k*blockSize : k*blockSize+blockSize] {
			cl := uint64(classes[ch])
			quote |= (cl & classQuote) << i
			back |= (cl & classBackslash) >> 1 << i
			odd |= (cl & classOdd) >> 3 << i
			if ch == '{' || ch == '}' {
				brace |= 1 << i
			}
		}
		esc := escapedBytes(back, c)
		open := quote &^ esc
		in := prefixXOR(open) ^ c.inString
		c.inString = uint64(int64(in) >> 63)
		odd |= esc &^ (quote | back)
		dst[k] = Block{Braces: brace &^ in, Quotes: open, Odd: odd&in | back&^in}
	}
}
