package jsonscan

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestUnicodeIsWhatPythonWrites(t *testing.T) {
	for raw, want := range map[string]string{
		``:                         ``,
		`plain`:                    `plain`,
		`\/\"\\\b\f\n\r\t`:         `/\"\\\b\f\n\r\t`,
		"\x7f\\u007f":              "\x7f\x7f",
		`\u0041\u0022\u005C\u000a`: `A\"\\\n`,
		`\u0000\u001F`:             `\u0000\u001f`,
		`\u00e9\u20AC`:             "é€",
		"é€😀":                      "é€😀",
		`\ud83d\ude00`:             "😀",
		`\uD83D\uDE00x`:            "😀x",
		`\uD83D`:                   `\ud83d`,
		`\uDE00\uD83D`:             `\ude00\ud83d`,
		`\ud83d\u0041`:             `\ud83dA`,
		"\xed\xa0\xbd":             `\ud83d`,
		"\xed\x95\x9c":             "한",
		"\ufffd\\ufffd":            "\ufffd\ufffd",
		"a\xffb":                   "a\xffb",
		"\t":                       `\t`,
	} {
		if got := string(AppendUnicode(nil, []byte(raw))); got != want {
			t.Errorf("%q: %q instead of %q", raw, got, want)
		}
	}
}

// TestUnicodeMeansTheSame takes random texts through AppendUnicode and back.
func TestUnicodeMeansTheSame(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", `\n`, `\u0041`, "é", "한", "😀", `\u00e9`, `\ud83d\ude00`, `\"`, `\\`, "\x7f", `\ufffd`, `\u001f`}
	for range 2000 {
		var b strings.Builder
		for range rng.IntN(8) {
			b.WriteString(pieces[rng.IntN(len(pieces))])
		}
		got := AppendUnicode(nil, []byte(b.String()))
		var want, back string
		if err := json.Unmarshal([]byte(`"`+b.String()+`"`), &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(`"`+string(got)+`"`), &back); err != nil || back != want {
			t.Fatalf("%q became %q: %q, %v instead of %q", b.String(), got, back, err, want)
		}
		if strings.Contains(string(got), `\u00e`) || !utf8.Valid(got) {
			t.Fatalf("%q became %q", b.String(), got)
		}
	}
}
