package salvage

// start is how a sure place begins: so many names, each the key of an object
// whose first member the next one is; the last one's value is an array.
type start struct {
	off   int64
	names []int64 // where the names of the objects begin, the outermost first
}

// maxNest is how many objects a start can have around its first cell: the root's
// member cassandra, keyspace, table, row.
const maxNest = 4

// startAt tells if at off, which is a quote, something begins that can only be a
// row or what holds rows. In a string each quote has a backslash before it, so
// nobody's value looks like that.
func (v *view) startAt(off int64) (s start, ok bool) {
	s.off = off
	for len(s.names) <= maxNest {
		_, value, ok := v.member(off)
		if !ok {
			return s, false
		}
		switch v.byte(value) {
		case '{':
			s.names = append(s.names, off)
			off = v.blank(value + 1)
		case '[':
			return s, len(s.names) > 0
		default:
			return s, false
		}
	}
	return s, false
}

// isQuoteAt tells if the quote at off is none that a string holds.
func (v *view) isQuoteAt(off, from int64) bool {
	n := 0
	for i := off - 1; i >= from && v.byte(i) == '\\'; i-- {
		n++
	}
	return n%2 == 0
}
