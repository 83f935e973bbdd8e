package leak

// Pairs decodes pairs of hexadecimal digits with one sign between them, as
// options of DHCP are written, and returns how many bytes of the text they are.
func Pairs(text []byte) (plain []byte, n int) {
	for n+2 <= len(text) && isHex(text[n]) && isHex(text[n+1]) {
		if n > 0 && text[n-1] != text[2] {
			break
		}
		plain = append(plain, hexByte(text[n:]))
		if n += 2; n == len(text) || !isBetween(text[n]) {
			break
		}
		n++
	}
	if n == 0 {
		return nil, 0
	}
	if isBetween(text[n-1]) {
		n--
	}
	if n < len(text) && isWord[text[n]] {
		return nil, 0
	}
	return plain, n
}

func isBetween(c byte) bool { return c == ':' || c == '-' || c == ' ' || c == '.' || c == ',' }

// leastPairs is the number of pairs from which on they are decoded: two more
// than those of a MAC address.
const leastPairs = leastSecret

// pairs decodes pairs of hexadecimal digits.
func (w *worker) pairs(m *masks, text []byte, from, limit, depth int) {
	for i := m.nextPairs(from, limit); i < limit; {
		plain, n := Pairs(text[i:])
		if len(plain) >= leastPairs && (i == 0 || !isWord[text[i-1]]) {
			w.pieces(plain, i, depth, text[i:i+n])
		}
		i = m.nextPairs(i+max(n, 3), limit)
	}
}
