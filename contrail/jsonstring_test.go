package contrail

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestAppendJSONString(t *testing.T) {
	for _, test := range []struct{ text, want, ascii string }{
		{"", `""`, `""`},
		{`a "b" \ /`, `"a \"b\" \\ /"`, `"a \"b\" \\ /"`},
		{"\b\f\n\r\t\x00\x1f\x7f", `"\b\f\n\r\t\u0000\u001f` + "\x7f\"", `"\b\f\n\r\t\u0000\u001f\u007f"`},
		{"é\U0001f600\ufffd", "\"é\U0001f600\ufffd\"", `"\u00e9\ud83d\ude00\ufffd"`},
		{"\xed\xa0\xbd.\xed\xb8\x80", `"\ud83d.\ude00"`, `"\ud83d.\ude00"`},
		{"\xff\xc3", `"\udcff\udcc3"`, `"\udcff\udcc3"`},
	} {
		if got := string(AppendJSONString(nil, test.text, false)); got != test.want {
			t.Errorf("%q: %s, want %s", test.text, got, test.want)
		}
		if got := string(AppendJSONString([]byte("x"), []byte(test.text), true)); got != "x"+test.ascii {
			t.Errorf("%q in ASCII: %s, want %s", test.text, got, test.ascii)
		}
	}
}

// What is written can be read, by this package and by others.
func TestJSONStringComesBack(t *testing.T) {
	half := rapid.SampledFrom([]string{"\xed\xa0\x80", "\xed\xbf\xbf", "x", "é", "\"", "\U0001f600"})
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text") + half.Draw(t, "half") + rapid.String().Draw(t, "more")
		for _, ascii := range []bool{false, true} {
			quoted := AppendJSONString(nil, text, ascii)
			if !validJSON(quoted) || !utf8.Valid(quoted) || ascii && !isASCII(quoted) {
				t.Fatalf("%q is written as %q", text, quoted)
			}
			if got := string(unquote(quoted)); got != text {
				t.Fatalf("%q comes back as %q", text, got)
			}
			var other string
			if err := json.Unmarshal(quoted, &other); err != nil || utf8.ValidString(text) && other != text {
				t.Fatalf("%q is read as %q: %v", text, other, err)
			}
		}
	})
}

// Raw JSON text of a row becomes UTF-8 with the same meaning.
func TestAppendWellFormed(t *testing.T) {
	for in, want := range map[string]string{
		`{"a": "é"}`:             `{"a": "é"}`,
		"{\"\xed\xa0\x80é\": 1}": `{"\ud800é": 1}`,
		"[\"\xff\"]":             `["\udcff"]`,
	} {
		if got := AppendWellFormed(nil, []byte(in)); string(got) != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

// Walking over a value finds the members and elements that others find.
func TestWalk(t *testing.T) {
	const value = "\n{ \"a\" : [ 1 , -2.5e3,\"x\\\"]\" , {} ,[]] ,\"\\u0062\":{\"c\":null},\"a\":true }\t"
	var want map[string]json.RawMessage
	if err := json.Unmarshal([]byte(value), &want); err != nil {
		t.Fatal(err)
	}
	for name, text := range want {
		if got := member([]byte(value), name); !bytes.Equal(got, text) {
			t.Errorf("%s is %s, want %s", name, got, text)
		}
	}
	if member([]byte(value), "c") != nil || member([]byte(`[]`), "a") != nil || member(nil, "a") != nil {
		t.Error("found a member that is not there")
	}
	list := []byte(value[9:])
	var got []string
	for e := range elements(list, 0) {
		got = append(got, string(e.of(list)))
	}
	if len(got) != 5 || got[1] != "-2.5e3" || got[2] != `"x\"]"` || got[4] != "[]" {
		t.Errorf("elements %q", got)
	}
}
