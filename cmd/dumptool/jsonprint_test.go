package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"
	"unicode"
	"unicode/utf8"
)

func printed(t *testing.T, text []byte, oneLine bool, cut int) string {
	t.Helper()
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	p := &jsonPrinter{w: w, oneLine: oneLine}
	p.Write(text[:cut])
	p.Write(text[cut:])
	w.Flush()
	return b.String()
}

func TestJSONPrinterLaysOutLikeEncodingJSON(t *testing.T) {
	for _, text := range []string{
		`{}`, `[]`, `[[],{}]`, `{"a":1,"b":[true,null,-1.5e3,"x"],"c":{"d":{}}}`, ` { "a" : [ 1 , 2 ] , "b" : "{[,:]}\"\\" } `, `"x"`, `5`, `{"é":"ü😀"}`,
	} {
		var want, compact bytes.Buffer
		json.Indent(&want, []byte(text), "", "  ")
		json.Compact(&compact, []byte(text))
		wanted := string(bytes.TrimSpace(want.Bytes()))
		for cut := range len(text) + 1 {
			if got := printed(t, []byte(text), false, cut); got != wanted {
				t.Errorf("%s:\n%s\nwant\n%s", text, got, wanted)
			}
			if got := printed(t, []byte(text), true, cut); got != compact.String() {
				t.Errorf("%s: %s, want %s", text, got, compact.String())
			}
		}
	}
}

// Whatever bytes a string holds, what is printed is JSON, is UTF-8, and shows nothing that is hidden.
func TestJSONPrinterEscapes(t *testing.T) {
	for text, want := range map[string]string{
		"\"a\x7f\u202eb\u00ad\"": `"a\u007f\u202eb` + "\u00ad" + `"`, "\"\xed\xa0\x80\"": `"\ud800"`, "\"\xff\xc3\"": `"\udcff\udcc3"`, "\"\x85\U000e0001\"": `"\udc85\udb40\udc01"`,
		"\"\xed\xa0x\"": `"\udced\udca0x"`, "\"é\xed\xa0\xc3\xa9\"": `"é\udced\udca0é"`, "\"\x01\"": `"\u0001"`, "\"\u0085\"": `"\u0085"`,
	} {
		for cut := range len(text) + 1 {
			if got := printed(t, []byte(text), true, cut); got != want {
				t.Errorf("%q, cut at %d: %s, want %s", text, cut, got, want)
			}
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		text := []byte{'"'}
		for range rng.IntN(12) {
			text = append(text, []string{"a", "é", "\xed", "\xa0", "\x80", "\xc3", "\xf0", "\x9f", "😀", `\"`, `\\`, "\u200b", "\xff"}[rng.IntN(13)]...)
		}
		text = append(text, '"')
		got := printed(t, text, true, rng.IntN(len(text)))
		if !json.Valid([]byte(got)) || !utf8.ValidString(got) {
			t.Fatalf("%q is printed as %q", text, got)
		}
		for _, r := range got {
			if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) {
				t.Fatalf("%q shows %U", text, r)
			}
		}
	}
}
