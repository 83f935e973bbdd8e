package validate

import (
	"strings"
	"testing"
)

// TestParseUUID puts every byte at every place of a uuid.
func TestParseUUID(t *testing.T) {
	const good = "0123abcd-ef45-6789-abcd-ef0123456789"
	k, ok := parseUUID(good)
	if !ok || k.String() != good {
		t.Fatalf("%v %s", ok, k)
	}
	for i := range len(good) {
		for c := range 256 {
			text := []byte(good)
			text[i] = byte(c)
			k, ok := parseUUID(text)
			want := good[i] == '-' && c == '-' || good[i] != '-' && strings.IndexByte("0123456789abcdef", byte(c)) >= 0
			if ok != want || ok && k.String() != string(text) {
				t.Errorf("%q: %v %s", text, ok, k)
			}
		}
	}
	for _, text := range []string{"", good[:35], good + "0"} {
		if _, ok := parseUUID(text); ok {
			t.Errorf("%q", text)
		}
	}
}
