package jsonscan

// Entry is an element of an array of the form ["path", ["data", [n, n, ...]]]
// with eleven integers: the ordinary form of a ZooKeeper node. All slices are
// valid until the next call of the scanner.
type Entry struct {
	Path, Data []byte // raw, without quotes
	Stat       []byte // with its brackets, ", " between the numbers
	Start, End int64  // from the opening to after the closing bracket
}

// statNumbers is how many numbers the last array of an Entry has.
const statNumbers = 11

// entryPositions is the number of structural characters in an Entry.
const entryPositions = 9 + statNumbers - 1 + 3

// NextEntry reads an element at once if it has exactly the form of an Entry,
// with the white space that Python puts between tokens, is plain and stands in
// the window as a whole. Otherwise it returns false and has consumed nothing;
// Next then reads the same element token by token.
func (s *Scanner) NextEntry(m *Entry) bool {
	i, from := s.i, s.cur
	if s.state == wantComma {
		if i >= len(s.idx) {
			return s.refillEntry(m)
		}
		if int(s.idx[i]) != from || s.buf[from] != ',' || s.stack[len(s.stack)-1] != '[' {
			return false
		}
		i++
		from++
	} else if s.state != wantElement {
		return false
	}
	if i+entryPositions > len(s.idx) {
		return s.refillEntry(m)
	}
	buf, x := s.buf, s.idx[i:i+entryPositions:i+entryPositions]
	start, pathEnd, dataEnd, stat, last := int(x[0]), int(x[2]), int(x[6]), int(x[8]), int(x[entryPositions-1])
	if x[1] != x[0]+1 || x[3] != x[2]+1 || x[4] != x[2]+3 || x[5] != x[2]+4 ||
		x[7] != x[6]+1 || x[8] != x[6]+3 || last != int(x[entryPositions-3])+2 ||
		string(buf[start:start+2]) != `["` || string(buf[pathEnd:pathEnd+5]) != `", ["` ||
		string(buf[dataEnd:dataEnd+4]) != `", [` || string(buf[last-2:last+1]) != `]]]` ||
		!s.blank(from, start) {
		return false
	}
	p := stat + 1
	for _, q := range x[9 : entryPositions-2] {
		q := int(q)
		if p >= q || !isInteger(buf[p:q]) {
			return false
		}
		if q < last-2 && (buf[q] != ',' || buf[q+1] != ' ') {
			return false
		}
		p = q + 2
	}
	m.Path = buf[start+2 : pathEnd]
	m.Data = buf[pathEnd+5 : dataEnd]
	m.Stat = buf[stat : last-1]
	m.Start = s.base + int64(start)
	m.End = s.base + int64(last) + 1
	s.cur = last + 1
	s.i = i + entryPositions
	s.state = wantComma
	return true
}

// refillEntry reads on when the window ends too early.
func (s *Scanner) refillEntry(m *Entry) bool {
	if s.n-s.cur > windowSize/2 || !s.fill(0) {
		return false
	}
	return s.NextEntry(m)
}
