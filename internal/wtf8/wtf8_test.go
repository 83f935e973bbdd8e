package wtf8

import (
	"bytes"
	"testing"
)

func TestValid(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "a\u00e9\U0001f600": true, "\xed\xa0\x80": true, "x\xed\xb2\x80y": true,
		"\xff": false, "a\xc3": false, "\xed\xa0": false, "\xed\xa0\x80\xff": false,
		"\xed\xa0\xbd\xed\xb8\x80": false, "\xed\xb8\x80\xed\xa0\xbd": true, "\xed\xa0\xbdx\xed\xb8\x80": true,
	} {
		if got := Valid([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func FuzzSpell(f *testing.F) {
	for _, s := range []string{"", "a", "\xff\x80", "\u00e9\xed\xa0\x80", "\xed\xb2\x80\xff", "\xed\xb2\xff\xc3\xa9", "\xed\xa0\xbd\xed\xb8\x80"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		text := Spell(b)
		if !Valid(text) {
			t.Fatalf("%q becomes %q", b, text)
		}
		if Valid(b) {
			if !bytes.Equal(text, b) {
				t.Fatalf("text %q becomes %q", b, text)
			}
		} else if got := Bytes(text); !bytes.Equal(got, b) {
			t.Fatalf("%q becomes %q becomes %q", b, text, got)
		}
	})
}
