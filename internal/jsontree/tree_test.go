package jsontree

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"
)

func TestEqualText(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`{"a": 1, "b": [true, null]}`, `{"b":[true,null],"a":1}`, true},
		{`{"a": 1}`, `{"a": 1.0}`, false},
		{`18446744073709551615`, `18446744073709551616`, false},
		{`"\u00e9"`, `"é"`, true},
		{`"\/"`, `"/"`, true},
		{`[1, 2]`, `[2, 1]`, false},
		{`{"a": 1}`, `{"a": 1, "b": 2}`, false},
		{`{"a": 1, "a": 1}`, `{"a":1,"a":1}`, false},
		{`not json`, `not json`, true},
		{`not json`, `not  json`, false},
		{`"\ud800"`, `"\ud800" `, true},
		{`"\ud800"`, `"\ud801"`, false},
		{`{"a":1,"b":2,"c":3}`, `{"c":3,"a":1,"b":2}`, true},
	} {
		if got := EqualText([]byte(c.a), []byte(c.b)); got != c.want {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a": [1, "b", {"c": null}]}`, `"\ud83d\ude00"`, `-0.5e+7`, `[`, `{"a":1,"a":2}`, "\"\x01\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := Parse(b)
		if err != nil {
			return
		}
		if utf8.Valid(b) && !json.Valid(b) && !bytes.Contains(b, []byte("N")) && !bytes.Contains(b, []byte("I")) {
			t.Fatalf("%q was accepted", b)
		}
		if !Equal(&n, &n) || !bytes.Contains(b, n.Raw) {
			t.Fatalf("%q is not itself", b)
		}
	})
}
