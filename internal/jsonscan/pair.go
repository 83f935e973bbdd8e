package jsonscan

// Pair is a member of an object of the form "name": ["text", number], the
// ordinary form of a cell. All slices are valid until the next call of the
// scanner.
type Pair struct {
	Name, Text, Number []byte // raw, without quotes
	Start, End         int64  // from the quote of the name to after the bracket
	TextStart          int64  // the quote of the text
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
		if s.buf[s.idx[i]] != ',' || s.stack[len(s.stack)-1] != '{' || !s.blank(s.cur, int(s.idx[i])) {
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
	if buf[x[0]] != '"' || buf[x[1]] != '"' || buf[x[2]] != ':' || buf[x[3]] != '[' ||
		buf[x[4]] != '"' || buf[x[5]] != '"' || buf[x[6]] != ',' || buf[x[7]] != ']' {
		return false
	}
	from := s.cur
	if i > s.i {
		from = int(s.idx[s.i]) + 1
	}
	if !s.blank(from, int(x[0])) || !s.blank(int(x[1])+1, int(x[2])) || !s.blank(int(x[2])+1, int(x[3])) ||
		!s.blank(int(x[3])+1, int(x[4])) || !s.blank(int(x[5])+1, int(x[6])) {
		return false
	}
	p, q := int(x[6])+1, int(x[7])
	for p < q && isSpace(buf[p]) {
		p++
	}
	for q > p && isSpace(buf[q-1]) {
		q--
	}
	if p == q || !isInteger(buf[p:q]) && !isNumber(buf[p:q]) {
		return false
	}
	m.Name = buf[x[0]+1 : x[1]]
	m.Text = buf[x[4]+1 : x[5]]
	m.Number = buf[p:q]
	m.Start = s.base + int64(x[0])
	m.TextStart = s.base + int64(x[4])
	m.End = s.base + int64(x[7]) + 1
	s.cur = int(x[7]) + 1
	s.i = i + 8
	s.state = wantComma
	return true
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

// isInteger is isNumber for what nearly all numbers of a dump are.
func isInteger(b []byte) bool {
	if b[0] == '0' {
		return len(b) == 1
	}
	for _, c := range b {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}
