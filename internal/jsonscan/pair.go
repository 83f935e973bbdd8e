package jsonscan

import "encoding/binary"

// Pair is a member of an object of the form "name": ["text", number], the
// ordinary form of a cell. All slices are valid until the next call of the
// scanner.
type Pair struct {
	Name, Text, Number []byte // raw, without quotes
	Start, End         int64  // from the quote of the name to after the bracket
	TextStart          int64  // the quote of the text
	Integer            bool   // the number is an integer that isn't negative
}

// NextPair reads a member at once if it has exactly the form of a Pair, is
// plain and stands in the window as a whole. Otherwise it returns false and has
// consumed nothing; Next then reads the same member token by token.
//
// It is what makes a pass over a dump fast: nearly all of its text are such
// members.
func (s *Scanner) NextPair(m *Pair) bool {
	i := s.i
	if s.state == wantComma {
		if i >= len(s.idx) {
			return s.refillPair(m)
		}
		if s.buf[s.idx[i]] != ',' || s.stack[len(s.stack)-1] != '{' {
			return false
		}
		i++
	} else if s.state != wantFirstKey {
		return false
	}
	if i+8 > len(s.idx) {
		return s.refillPair(m)
	}
	buf, x := s.buf, s.idx[i:i+8:i+8]
	nameFrom, nameTo, textFrom, textTo, last := int(x[0]), int(x[1]), int(x[4]), int(x[5]), int(x[7])
	if buf[nameFrom] != '"' || buf[last] != ']' {
		return false
	}
	p, q := textTo+3, last
	if textFrom == nameTo+4 && x[2] == x[1]+1 && x[3] == x[1]+3 && x[6] == x[5]+1 &&
		string(buf[nameTo:nameTo+5]) == `": ["` && string(buf[textTo:textTo+3]) == `", ` &&
		(i == s.i || int(s.idx[s.i]) == s.cur) && s.blank(s.cur+i-s.i, nameFrom) && p < q {
		// The white space that Python puts between tokens.
	} else {
		if !s.isPair(x, i) {
			return false
		}
		p = int(x[6]) + 1
		for p < q && isSpace(buf[p]) {
			p++
		}
		for q > p && isSpace(buf[q-1]) {
			q--
		}
		if p == q {
			return false
		}
	}
	m.Integer = isInteger(buf[p:q])
	if !m.Integer && !isNumber(buf[p:q]) {
		return false
	}
	m.Name = buf[nameFrom+1 : nameTo]
	m.Text = buf[textFrom+1 : textTo]
	m.Number = buf[p:q]
	m.Start = s.base + int64(nameFrom)
	m.TextStart = s.base + int64(textFrom)
	m.End = s.base + int64(last) + 1
	s.cur = last + 1
	s.i = i + 8
	s.state = wantComma
	return true
}

// isPair tells if the eight positions x, which begin at s.idx[i], are those of a
// pair with nothing but white space around its tokens. The comma before it, if
// there is one, is the position before.
func (s *Scanner) isPair(x []uint32, i int) bool {
	buf := s.buf
	if buf[x[1]] != '"' || buf[x[2]] != ':' || buf[x[3]] != '[' || buf[x[4]] != '"' || buf[x[5]] != '"' || buf[x[6]] != ',' {
		return false
	}
	from := s.cur
	if i > s.i {
		if comma := int(s.idx[s.i]); !s.blank(from, comma) {
			return false
		} else {
			from = comma + 1
		}
	}
	return s.blank(from, int(x[0])) && s.blank(int(x[1])+1, int(x[2])) && s.blank(int(x[2])+1, int(x[3])) &&
		s.blank(int(x[3])+1, int(x[4])) && s.blank(int(x[5])+1, int(x[6]))
}

// refillPair reads on when the window ends too early.
func (s *Scanner) refillPair(m *Pair) bool {
	if s.n-s.cur > windowSize/2 || !s.fill(0) {
		return false
	}
	return s.NextPair(m)
}

// blank tells if buf[p:q] is white space, most often nothing or one blank.
func (s *Scanner) blank(p, q int) bool {
	for p < q {
		if !isSpace(s.buf[p]) {
			return false
		}
		p++
	}
	return true
}

// isInteger tells if b, which isn't empty, is a number of digits alone, as nearly
// all numbers of a dump are.
func isInteger(b []byte) bool {
	if b[0] == '0' {
		return len(b) == 1
	}
	for len(b) >= 8 {
		if !isDigits8(binary.LittleEndian.Uint64(b)) {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}

// isDigits8 tells if all bytes of x are digits: their upper half is 3, also
// after adding 6.
func isDigits8(x uint64) bool {
	return x&(x+0x0606060606060606)&0xf0f0f0f0f0f0f0f0 == 0x3030303030303030
}
