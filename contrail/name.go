package contrail

import "strings"

// JoinName joins the parts of an fq_name as index tables and ZooKeeper paths
// do. A part may hold colons itself, so there is no way back.
func JoinName(fqName []string) string { return strings.Join(fqName, ":") }

// NameForm says in which form a joined name stands in an index column.
type NameForm uint8

// The forms of a name.
const (
	OtherName  NameForm = iota // it is another name
	RawName                    // as it is
	QuotedName                 // percent-encoded as a whole, colons included
)

// MatchName tells if the name in a column of obj_fq_name_table is the given
// joined name, in either form. Only names that aren't ASCII are ever encoded:
// a literal %3A in an ASCII name is itself.
func MatchName[S, J string | []byte](stored S, joined J) NameForm {
	if string(stored) == string(joined) {
		return RawName
	}
	if !isASCII(stored) || isASCII(joined) {
		return OtherName
	}
	i := 0
	for j := range len(joined) {
		switch c := joined[j]; {
		case unreserved(c):
			if i >= len(stored) || stored[i] != c {
				return OtherName
			}
			i++
		case c == ' ':
			if i >= len(stored) || stored[i] != '+' {
				return OtherName
			}
			i++
		default:
			if i+3 > len(stored) || stored[i] != '%' || stored[i+1] != upperHex[c>>4] || stored[i+2] != upperHex[c&15] {
				return OtherName
			}
			i += 3
		}
	}
	if i < len(stored) {
		return OtherName
	}
	return QuotedName
}

// QuoteName returns a joined name percent-encoded, as writers whose default
// codec is ASCII store it. What they would leave alone, an ASCII name, it
// returns unchanged.
func QuoteName(joined string) string {
	if isASCII(joined) {
		return joined
	}
	quoted := make([]byte, 0, 2*len(joined))
	for i := range len(joined) {
		switch c := joined[i]; {
		case unreserved(c):
			quoted = append(quoted, c)
		case c == ' ':
			quoted = append(quoted, '+')
		default:
			quoted = append(quoted, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return string(quoted)
}

const upperHex = "0123456789ABCDEF"

// unreserved tells if quote_plus of Python 2 leaves a byte alone.
func unreserved(c byte) bool {
	return c-'0' <= 9 || (c|0x20)-'a' <= 25 || c == '_' || c == '.' || c == '-'
}

func isASCII[T string | []byte](text T) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
