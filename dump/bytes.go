package dump

import (
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/wtf8"
)

// AppendBytes appends what a database holds as a JSON string in canonical spelling, with its quotes. plain is false if it
// is not text (wtf8.Valid): then each byte that belongs to no character is written as \udcXX, also where it encodes half of
// a surrogate pair, so that the way back is exact: wtf8.Bytes.
func AppendBytes(dst, b []byte) (out []byte, plain bool) {
	plain = wtf8.Valid(b)
	if !plain {
		b = wtf8.Spell(b)
	}
	return append(jsonscan.AppendEscaped(append(dst, '"'), b), '"'), plain
}
