package dump

import (
	"io"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// OpenDecoded returns a reader of what the value stands for: of a string its
// decoded text (WTF-8), however long it is; of other JSON its text.
func (v *Value) OpenDecoded() io.Reader {
	if !v.IsText {
		return v.Open()
	}
	quote := []byte{'"'}
	return &decodedText{r: io.MultiReader(bytesReader(quote), v.Open(), bytesReader(quote))}
}

// decodedText decodes a string as it is read.
type decodedText struct {
	r    io.Reader
	text *unescaper
}

func (d *decodedText) Read(p []byte) (int, error) {
	if d.text == nil {
		sc := jsonscan.New(d.r, jsonscan.Options{WTF8: true, OnFlaw: func(jsonscan.Flaw, int64, string) error { return nil }})
		sc.StreamNext()
		if k := sc.Next(); k != jsonscan.String {
			return 0, io.ErrUnexpectedEOF
		}
		d.text = newUnescaper(sc)
	}
	return d.text.Read(p)
}
