package cassandra

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/gocql/gocql"
)

// A table with several clustering columns has a composite comparator. A dump has one name for a cell: the original writes the
// components as Python 2 prints a tuple, such as ('service', u'IfmapServer', u'service-entry') (dump-format 5.6). That tells
// text from bytes and numbers, and where a component ends, so nothing is lost.
type component struct {
	column string
	kind   gocql.Type
}

// components returns those of the names of a table; ok is false if some can't be written that way.
func components(t *gocql.TableMetadata) (list []component, ok bool) {
	for _, c := range t.ClusteringColumns {
		kind := c.Type.Type()
		switch kind {
		case gocql.TypeAscii, gocql.TypeText, gocql.TypeVarchar, gocql.TypeBlob, gocql.TypeBigInt, gocql.TypeInt,
			gocql.TypeUUID, gocql.TypeTimeUUID:
		default:
			return nil, false
		}
		list = append(list, component{c.Name, kind})
	}
	return list, true
}

// appendTuple writes the components of a name. The last ones can be absent.
func appendTuple(dst []byte, list []component, values []bytesColumn) []byte {
	dst = append(dst, '(')
	n := 0
	for n < len(list) && values[n] != nil {
		if n > 0 {
			dst = append(dst, ", "...)
		}
		dst = appendComponent(dst, list[n].kind, values[n])
		n++
	}
	if n == 1 {
		dst = append(dst, ',')
	}
	return append(dst, ')')
}

func appendComponent(dst []byte, kind gocql.Type, b []byte) []byte {
	switch kind {
	case gocql.TypeBigInt, gocql.TypeInt:
		var c intColumn
		if c.UnmarshalCQL(nil, b) == nil && !c.null {
			return strconv.AppendInt(dst, c.n, 10)
		}
	case gocql.TypeUUID, gocql.TypeTimeUUID:
		if len(b) == 16 {
			h := hex.EncodeToString(b)
			return fmt.Appendf(dst, "UUID('%s-%s-%s-%s-%s')", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
		}
	case gocql.TypeText, gocql.TypeVarchar:
		if utf8.Valid(b) {
			return appendRepr(append(dst, 'u'), b, true)
		}
	}
	return appendRepr(dst, b, false)
}

// appendRepr writes a string as repr of Python 2 does: one of bytes, or one of characters.
func appendRepr(dst, text []byte, characters bool) []byte {
	quote := byte('\'')
	single, double := false, false
	for _, c := range text {
		single, double = single || c == '\'', double || c == '"'
	}
	if single && !double {
		quote = '"'
	}
	dst = append(dst, quote)
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf && characters {
			r, n := utf8.DecodeRune(text[i:])
			i += n
			switch {
			case r < 0x100:
				dst = fmt.Appendf(dst, `\x%02x`, r)
			case r < 0x10000:
				dst = fmt.Appendf(dst, `\u%04x`, r)
			default:
				dst = fmt.Appendf(dst, `\U%08x`, r)
			}
			continue
		}
		i++
		switch {
		case c == quote || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c < 0x20 || c >= 0x7f:
			dst = fmt.Appendf(dst, `\x%02x`, c)
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, quote)
}
