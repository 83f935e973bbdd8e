package contrail

import (
	"math/rand/v2"
	"testing"
)

// TestValidUUID puts every byte at every place of a uuid.
func TestValidUUID(t *testing.T) {
	const uuid = "0aF9bc3d-5E6f-4a7b-9c8d-e1f2A3b4C5d6"
	if !ValidUUID(uuid) || ValidUUID(uuid+"0") || ValidUUID(uuid[1:]) || ValidUUID("") {
		t.Error("of another length, or not at all")
	}
	for i := range len(uuid) {
		for c := range 256 {
			text := []byte(uuid)
			text[i] = byte(c)
			isDigit := c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
			want := isDigit && uuid[i] != '-' || c == '-' && uuid[i] == '-'
			if ValidUUID(text) != want || ValidUUID(string(text)) != want {
				t.Errorf("%q: %v", text, !want)
			}
		}
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range 10_000 {
		text := []byte(uuid)
		for range 3 {
			text[r.IntN(len(text))] = byte(r.Uint32())
		}
		want := true
		for i, c := range text {
			isDigit := c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
			want = want && (isDigit && uuid[i] != '-' || c == '-' && uuid[i] == '-')
		}
		if ValidUUID(text) != want {
			t.Fatalf("%q: %v", text, !want)
		}
	}
}
