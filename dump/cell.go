package dump

import "encoding/binary"

// Shape is a set of deviations from the ordinary form of a cell or znode.
type Shape uint8

// The shapes of a cell that are read as what they mean (dump-format A5 to A7,
// A15) and of a znode (A11). Zero is the ordinary form: [text, integer] (A4),
// and a stat of eleven integers.
const (
	FloatTime Shape = 1 << iota // A5: the timestamp is not an integer
	BareText                    // A6: a string instead of an array, without timestamp
	NotText                     // A7: the value is not a string
	ExtraData                   // A15: more than two elements
	ShortStat                   // A11: the stat has one number
	NestedZK                    // A12: from a nested object instead of the list
)

// Cell is a column of a row.
type Cell struct {
	Name  Text
	Value Value
	// Time is the text of the timestamp, microseconds since the epoch in the
	// ordinary form. It is nil for BareText.
	Time []byte
	// Extra is the text from the third element up to the closing bracket
	// (ExtraData).
	Extra []byte
	Shape Shape
	// Offset is where the quote of the name stands in the text; ValueOffset
	// where the value begins (of an array, its first element); End is behind
	// the whole member.
	Offset, ValueOffset, End int64
}

// NameHash returns the hash of the name.
func (c *Cell) NameHash() Hash { return HashText(c.Name) }

// Microseconds returns the timestamp of an ordinary cell.
func (c *Cell) Microseconds() (int64, bool) {
	if c.Shape&FloatTime != 0 || len(c.Time) == 0 {
		return 0, false
	}
	return parseInt(c.Time)
}

// parseInt is strconv.ParseInt for bytes.
func parseInt(b []byte) (int64, bool) {
	neg := b[0] == '-'
	if neg {
		b = b[1:]
	}
	if len(b) == 0 || len(b) > 19 {
		return 0, false
	}
	var n uint64
	for _, c := range b {
		if c-'0' > 9 {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	if neg && n <= 1<<63 {
		return -int64(n), true
	}
	return int64(n), !neg && n < 1<<63
}

// ZNode is a node of ZooKeeper.
type ZNode struct {
	// Path is the path as it stands in the dump; see NormalizePath.
	Path Text
	// Normal is the normalised path.
	Normal []byte
	Hash   Hash // of the normalised path
	// Data is the node's data; if it is not IsText it is null.
	Data Value
	// Stat is the text of the stat with its brackets.
	Stat  []byte
	Shape Shape
	// Offset and End are where the entry stands in the text. Inside of the
	// string that holds the list they count its escapes.
	Offset, End int64
}

// EphemeralOwner returns the session that owns the node: element 7 of the
// stat, "0" for a node that stays, nil for a ShortStat.
func (z *ZNode) EphemeralOwner() []byte {
	s := z.Stat
	for range 7 {
		k := 0
		for k < len(s) && s[k] != ',' {
			k++
		}
		if k == len(s) {
			return nil
		}
		s = s[k+1:]
	}
	p := 0
	for p < len(s) && (s[p] == ' ' || s[p] == '\n' || s[p] == '\t' || s[p] == '\r') {
		p++
	}
	q := p
	for q < len(s) && (s[q] == '-' || s[q] >= '0' && s[q] <= '9') {
		q++
	}
	return s[p:q]
}

// AppendNormalPath appends the normalised form of a decoded path: one slash
// before each component, none at the end. The paths with and without a leading
// or trailing slash (A13) are one node.
func AppendNormalPath(dst, path []byte) []byte {
	if isNormalPath(path) {
		return append(dst, path[:len(path)-1]...)
	}
	slash := true
	for _, c := range path {
		if c == '/' {
			slash = true
			continue
		}
		if slash {
			dst = append(dst, '/')
			slash = false
		}
		dst = append(dst, c)
	}
	if len(dst) == 0 {
		dst = append(dst, '/')
	}
	return dst
}

// isNormalPath tells if a path is its normalised form and a slash, as nearly
// all paths in a dump without cluster id are.
func isNormalPath(path []byte) bool {
	n := len(path)
	return n > 1 && path[0] == '/' && path[n-1] == '/' && !hasDoubleSlash(path)
}

// hasDoubleSlash tells if there are two slashes side by side. It looks at eight
// bytes at a time, the last of which is the first of the next eight.
func hasDoubleSlash(path []byte) bool {
	const (
		slashes = 0x2f2f2f2f2f2f2f2f
		low     = 0x7f7f7f7f7f7f7f7f
	)
	for len(path) >= 8 {
		// A byte is zero where a slash is, and has its high bit set in isSlash.
		x := binary.LittleEndian.Uint64(path) ^ slashes
		isSlash := ^((x&low + low) | x | low)
		if isSlash&(isSlash<<8) != 0 {
			return true
		}
		path = path[7:]
	}
	for i := 1; i < len(path); i++ {
		if path[i] == '/' && path[i-1] == '/' {
			return true
		}
	}
	return false
}
