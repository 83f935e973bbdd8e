package dump

import (
	"bytes"
	"testing"

	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/wtf8"
)

func TestAppendBytes(t *testing.T) {
	for _, c := range []struct {
		bytes, text string
		plain       bool
	}{
		{"", `""`, true},
		{"a\"\\/\x7f\n", `"a\"\\/\u007f\n"`, true},
		{"é日😀", `"\u00e9\u65e5\ud83d\ude00"`, true},
		{"\xed\xa0\x80x", `"\ud800x"`, true}, // encoded by Python 2
		{"\xed\xa0\xbdx\xed\xb8\x80", `"\ud83dx\ude00"`, true},
		{"\x80x\xff", `"\udc80x\udcff"`, false},
		// Where something else is not UTF-8, each byte of what isn't stands alone: \udcXX is always one byte.
		{"\xed\xb2\x80\x80é", `"\udced\udcb2\udc80\udc80\u00e9"`, false},
		{"\xff\xed\xa0", `"\udcff\udced\udca0"`, false},
		{"\xf0\x9f\x98", `"\udcf0\udc9f\udc98"`, false},
		// A pair would become another character.
		{"\xed\xa0\xbd\xed\xb8\x80", `"\udced\udca0\udcbd\udced\udcb8\udc80"`, false},
	} {
		text, plain := AppendBytes(nil, []byte(c.bytes))
		if string(text) != c.text || plain != c.plain {
			t.Errorf("%q: %s, %t", c.bytes, text, plain)
		}
	}
}

// Whatever bytes there are come back.
func FuzzAppendBytes(f *testing.F) {
	for _, seed := range []string{"", "é", "\xff", "\xed\xa0\x80", "\xed\xb2\x80", "\xed\xa0\xbd\xed\xb8\x80", "\xed\xa0\x80\xf0\x9f\x98\x80\xed\xb0\x80", "\x80\xed\xb2\x80"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		text, plain := AppendBytes(nil, b)
		if !jsonscan.ValidString(text[1 : len(text)-1]) {
			t.Fatalf("%q is no string: %s", b, text)
		}
		back := jsonscan.AppendDecoded(nil, text[1:len(text)-1])
		if !plain {
			back = wtf8.Bytes(back)
		}
		if !bytes.Equal(back, b) {
			t.Errorf("%q becomes %s, which is %q", b, text, back)
		}
		if canonical := jsonscan.AppendCanonical(nil, text[1:len(text)-1]); !bytes.Equal(canonical, text[1:len(text)-1]) {
			t.Errorf("%s is spelled in another way than %s", text, canonical)
		}
	})
}
