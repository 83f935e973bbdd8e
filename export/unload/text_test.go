package unload

import "testing"

func TestAppendText(t *testing.T) {
	for _, c := range []struct {
		bytes, text string
		plain       bool
	}{
		{"", `""`, true},
		{"a\"\\/\x7f\n", `"a\"\\/\u007f\n"`, true},
		{"é日😀", `"\u00e9\u65e5\ud83d\ude00"`, true},
		{"\xed\xa0\x80x", `"\ud800x"`, true}, // encoded by Python 2
		{"\x80x\xff", `"\udc80x\udcff"`, false},
		// Where something else is not UTF-8, each byte of what isn't stands alone: \udcXX is always one byte.
		{"\xed\xb2\x80\x80é", `"\udced\udcb2\udc80\udc80\u00e9"`, false},
		{"\xff\xed\xa0", `"\udcff\udced\udca0"`, false},
		{"\xf0\x9f\x98", `"\udcf0\udc9f\udc98"`, false},
	} {
		text, plain := appendText(nil, []byte(c.bytes))
		if string(text) != c.text || plain != c.plain {
			t.Errorf("%q: %s, %t", c.bytes, text, plain)
		}
	}
}

func TestSpelled(t *testing.T) {
	got, err := spelled(map[string]any{"a,b:": []any{1, "x\":,\\", "<é😀>"}, "c": nil})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"a,b:": [1, "x\":,\\", "<\u00e9\ud83d\ude00>"], "c": null}`; string(got) != want {
		t.Errorf("%s", got)
	}
}
