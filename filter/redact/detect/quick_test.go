package detect

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestQuick compares the quick look by masks with the one byte by byte.
func TestQuick(t *testing.T) {
	pieces := strings.Split("pass|w|W|PASSWD|to|ken|tok|en|_k|ey|api|psk|se|cret|c|redential|SECRET|$|=|#|@|%|%41|%4|\\|\\\\|\\\"|\\u00e9|\\u0041|"+
		":|://|hv|hvs.|.| |7| key |bearer |token |basic\t|eyJhb|3f1c2d4e-5a6b-4c7d-8e9f-0a1b2c3d4e5f|abc|default-domain|virtual_network|"+
		"1592697601031000|AbCdEfGhIjKlMnOp|6162636465666768|ABCDEFGHIJKLMNOPQR|/|+|é|\x00|\"|{|,|x|ghp_0123456789|AKIAABCDEFGHIJKLMNOP", "|")
	r := rand.New(rand.NewPCG(3, 4))
	yes := 0
	for range 300_000 {
		var b strings.Builder
		for range 1 + r.IntN(3) {
			b.WriteString(strings.Repeat(",", r.IntN(64)))
			for range r.IntN(4) {
				b.WriteString(pieces[r.IntN(len(pieces))])
			}
		}
		text := []byte(b.String())
		if len(text) == 0 || len(text) > mostQuick {
			continue
		}
		want := mayHold(text)
		if want {
			yes++
		}
		if got := mayHoldQuick(text); got != want {
			t.Fatalf("%q: %v by masks, %v byte by byte", text, got, want)
		}
	}
	if yes < 1000 {
		t.Errorf("only %d texts may hold something", yes)
	}
}
