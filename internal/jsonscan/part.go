package jsonscan

import "unicode/utf8"

// A string that is too long for the window, or that the caller wants to have
// as it comes, is handed over in parts. A part never ends inside of an escape,
// of a character, or between the two escapes of a surrogate pair.

// StreamNext makes the next call of Next hand over a string in parts however
// short it is, so that a caller gets what there is without waiting.
func (s *Scanner) StreamNext() { s.stream = true }

// firstPart begins to hand over the string at s.cur.
func (s *Scanner) firstPart() Kind {
	s.stream = false
	s.start = s.base + int64(s.cur)
	s.cur++ // the quote
	s.i++
	s.state = wantStringRest
	s.raw = nil
	s.plain = true
	s.more = true
	return String
}

// NextPart returns the next part of the string; More tells if others follow.
// Plain tells about the part.
func (s *Scanner) NextPart() ([]byte, error) {
	if s.err != nil {
		return nil, s.err
	}
	if s.state != wantStringRest {
		return nil, nil
	}
	for {
		p := s.cur
		j := s.i
		for j < len(s.idx) && s.buf[s.idx[j]] != '"' {
			j++
		}
		last := j < len(s.idx)
		q := min(s.done, s.n)
		if last {
			q = int(s.idx[j])
		} else {
			q = p + wholePrefix(s.buf[p:q])
		}
		if q > p || last {
			for j > s.i && int(s.idx[j-1]) >= q { // behind the cut
				j--
			}
			s.plain = j == s.i
			if !s.plain && !s.check(p, q) {
				return nil, s.err
			}
			start := s.start
			s.take(p, q, j-s.i)
			s.start = start
			s.more = !last
			if last {
				s.i++
				s.cur++
				s.end++
				s.value()
			}
			return s.raw, nil
		}
		if !s.fill(MaxToken) {
			if s.err == nil {
				s.truncated("inside of a string")
			}
			return nil, s.err
		}
	}
}

// wholePrefix returns how much of the inside of a string can be handed over
// without cutting what belongs together.
func wholePrefix(b []byte) int {
	n := len(b)
	// A character of several bytes.
	for k := 1; k <= 3 && k <= n; k++ {
		if utf8.RuneStart(b[n-k]) {
			if !utf8.FullRune(b[n-k:]) {
				n -= k
			}
			break
		}
	}
	// An escape: find the last backslash that begins one and look how far it
	// reaches. Six bytes for \uXXXX, twelve with its second half.
	for k := n - 1; k >= 0 && k >= n-11; k-- {
		if b[k] != '\\' || !beginsEscape(b, k) {
			continue
		}
		if k+1 == n || b[k+1] == 'u' && k+6 > n {
			n = k
			continue
		}
		if b[k+1] == 'u' && k+6 <= n && isHighSurrogate(b[k+2:k+6]) && k+12 > n {
			// Its second half may follow.
			if rest := b[k+6 : n]; len(rest) == 0 || rest[0] == '\\' {
				n = k
			}
		}
		break
	}
	return n
}

// beginsEscape tells if the backslash at b[k] is not itself escaped.
func beginsEscape(b []byte, k int) bool {
	run := 0
	for k > 0 && b[k-1] == '\\' {
		k--
		run++
	}
	return run%2 == 0
}

func isHighSurrogate(hex []byte) bool {
	return hex[0]|0x20 == 'd' && (hex[1] == '8' || hex[1] == '9' || hex[1]|0x20 == 'a' || hex[1]|0x20 == 'b')
}
