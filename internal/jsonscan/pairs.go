package jsonscan

import (
	"bytes"
	"encoding/binary"
)

// Pairs are members of an object that SkipPairs went past.
type Pairs struct {
	Count int
	s     *Scanner
	first int // of their positions
	last  int // behind the last of them
}

const (
	pairPositions = 8
	// What Python puts between the tokens of a pair, as a number.
	beforeText   = `": ["`
	beforeNumber = `", `
	mask5        = 1<<40 - 1
	mask3        = 1<<24 - 1
)

var (
	wordBeforeText   = word(beforeText)
	wordBeforeNumber = word(beforeNumber)
)

func word(text string) (w uint64) {
	for i := len(text) - 1; i >= 0; i-- {
		w = w<<8 | uint64(text[i])
	}
	return w
}

// SkipPairs goes past members that have exactly the form that NextPair reads,
// with the white space that Python writes, as long as they stand in the window,
// their numbers are integers and their names ascend: the first comes behind
// before, each other one behind the one before it, so that none occurs twice. It
// checks them as NextPair does.
//
// What ends it is read as ever; p is valid until then.
func (s *Scanner) SkipPairs(p *Pairs, before []byte) {
	i, from := s.i, s.cur
	*p = Pairs{s: s, first: i, last: i}
	switch {
	case s.state == wantFirstKey:
	case s.state == wantComma && i < len(s.idx) && int(s.idx[i]) == from && s.buf[from] == ',' && s.stack[len(s.stack)-1] == '{':
		i++
		from++
	default:
		return
	}
	p.first = i
	buf, idx := s.buf, s.idx
	for i+pairPositions <= len(idx) {
		x := (*[pairPositions]uint32)(idx[i:])
		nameFrom, nameTo, textFrom, textTo, last := int(x[0]), int(x[1]), int(x[4]), int(x[5]), int(x[7])
		if nameFrom != from && (nameFrom != from+1 || buf[from] != ' ') || buf[nameFrom] != '"' ||
			binary.LittleEndian.Uint64(buf[nameTo:])&mask5 != wordBeforeText ||
			binary.LittleEndian.Uint64(buf[textTo:])&mask3 != wordBeforeNumber ||
			textFrom != nameTo+4 || buf[last] != ']' {
			break
		}
		number := textTo + len(beforeNumber)
		if number >= last || !isInteger(buf[number:last]) {
			break
		}
		name := buf[nameFrom+1 : nameTo]
		if !ascends(before, name) {
			break
		}
		before = name
		p.Count++
		i += pairPositions
		from = last + 1
		s.cur, s.i, s.state = from, i, wantComma
		p.last = i
		if i >= len(idx) || int(idx[i]) != from || buf[from] != ',' {
			break
		}
		i++
		from++
	}
}

// ascends tells if b comes behind a.
func ascends(a, b []byte) bool {
	if len(a) >= 8 && len(b) >= 8 {
		x, y := binary.BigEndian.Uint64(a), binary.BigEndian.Uint64(b)
		if x != y {
			return x < y
		}
		a, b = a[8:], b[8:]
	}
	return bytes.Compare(a, b) < 0
}

// positions returns those of one member.
func (p *Pairs) positions(i int) *[pairPositions]uint32 {
	return (*[pairPositions]uint32)(p.s.idx[p.first+i*(pairPositions+1):]) // one of a comma is between
}

// Name returns the name of a member, from 0 on.
func (p *Pairs) Name(i int) []byte {
	x := p.positions(i)
	return p.s.buf[x[0]+1 : x[1]]
}

// Number returns the number of a member.
func (p *Pairs) Number(i int) []byte {
	x := p.positions(i)
	return p.s.buf[int(x[5])+len(beforeNumber) : x[7]]
}

// Pair fills in a member.
func (p *Pairs) Pair(i int, m *Pair) {
	x := p.positions(i)
	buf, base := p.s.buf, p.s.base
	*m = Pair{
		Name: buf[x[0]+1 : x[1]], Text: buf[x[4]+1 : x[5]], Number: p.Number(i), Integer: true,
		Start: base + int64(x[0]), TextStart: base + int64(x[4]), End: base + int64(x[7]) + 1,
	}
}

// Names calls visit with the name of each of the members and the place of its
// quote.
func (p *Pairs) Names(visit func(name []byte, off int64) error) error {
	for i := p.first; i < p.last; i += pairPositions + 1 { // and a comma
		from, to := p.s.idx[i], p.s.idx[i+1]
		if err := visit(p.s.buf[from+1:to], p.s.base+int64(from)); err != nil {
			return err
		}
	}
	return nil
}

// AtObjectEnd tells if the brace that ends the object comes next.
func (s *Scanner) AtObjectEnd() bool {
	return s.state == wantComma && s.i < len(s.idx) && int(s.idx[s.i]) == s.cur && s.buf[s.cur] == '}'
}
