package generate

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"
)

func TestEscapes(t *testing.T) {
	for text, want := range map[string]string{
		"plain/text":         `plain/text`,
		"a\"b\\c":            `a\"b\\c`,
		"\n\r\t\f\b\x00\x1f": `\n\r\t\f\b\u0000\u001f`,
		"\x7f":               `\u007f`,
		"é":                  `\u00e9`,
		"開発 🚀!":              `\u958b\u767a \ud83d\ude80!`,
	} {
		if got := string(appendEscaped(nil, text)); got != want {
			t.Errorf("%q is escaped as %s, want %s", text, got, want)
		}
		var value, inner string
		nested := `"` + string(appendNested(nil, text)) + `"`
		if err := json.Unmarshal([]byte(nested), &value); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(value), &inner); err != nil || inner != text {
			t.Errorf("%q comes back from two levels as %q, %v", text, inner, err)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, n := range []uint64{0, 7, 10, 99, 100, 101, 12345, 1600000000000137, 1<<64 - 1} {
		if got, want := string(appendUint(nil, n)), new(big.Int).SetUint64(n).String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := string(appendPadded([]byte("x"), 167838211, 10)); got != "x0167838211" {
		t.Error(got)
	}
	for _, text := range []string{"336294683092040040873191861438015078403", "18446744073709551616", "5", "340282366920938463463374607431768211455"} {
		n, _ := new(big.Int).SetString(text, 10)
		lo := new(big.Int).And(n, new(big.Int).SetUint64(1<<64-1)).Uint64()
		if got := string(appendWide(nil, new(big.Int).Rsh(n, 64).Uint64(), lo)); got != text {
			t.Errorf("%s, want %s", got, text)
		}
	}
}

func TestTimes(t *testing.T) {
	for _, at := range []time.Time{
		time.Date(2003, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2020, 2, 29, 23, 59, 59, 999999000, time.UTC),
		time.Date(2020, 12, 31, 12, 0, 1, 1000, time.UTC),
		time.Date(2100, 3, 1, 5, 6, 7, 89000, time.UTC),
	} {
		want := at.Format("2006-01-02T15:04:05.000000")
		if got := string(appendTime(nil, at.UnixMicro())); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestUUIDs(t *testing.T) {
	g, err := newGenerator(Options{Objects: 1000})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[uuid]bool{}
	for i := range uint64(2000) {
		u := g.drawUUID(streamObject, i)
		text := string(appendUUID(nil, u))
		if len(text) != 36 || text[14] != '4' || !strings.ContainsRune("89ab", rune(text[19])) || seen[u] {
			t.Errorf("uuid %s", text)
		}
		if bare := string(appendBareUUID(nil, u)); bare != strings.ReplaceAll(text, "-", "") {
			t.Errorf("%s and %s", text, bare)
		}
		seen[u] = true
	}
}

// Known tokens: the published hash of "hello", and what Cassandra's own
// partitioner gives, also for bytes above 127.
func TestToken(t *testing.T) {
	for text, want := range map[string]int64{
		"":      0,
		"hello": -3758069500696749310,
		"123":   -7468325962851647638,
		strings.Repeat("\x00\xff\x10\xfa\x99", 10): 5837342703291459765,
		strings.Repeat("\xfe", 8):                  -8927430733708461935,
		strings.Repeat("\x10", 8):                  1446172840243228796,
	} {
		if got := token([]byte(text)); got != want {
			t.Errorf("token of %q is %d, want %d", text, got, want)
		}
	}
}

func TestPermutation(t *testing.T) {
	for _, n := range []int{1, 2, 3, 5, 64, 1000} {
		p := newPermutation(n, 12345)
		seen := make([]bool, n)
		fixed := 0
		for i := range n {
			at := p.at(i)
			if at < 0 || at >= n || seen[at] {
				t.Fatalf("%d of %d goes to %d", i, n, at)
			}
			seen[at] = true
			if at == i {
				fixed++
			}
		}
		if n >= 64 && fixed > 8 {
			t.Errorf("%d of %d stay in place", fixed, n)
		}
	}
}

func TestEncryptedPassword(t *testing.T) {
	id := uuid{0x0690b20324424db1, 0xb65743e6cda52fb8}
	// openssl enc -aes-256-ecb with the key "b203-2442-4db1-b657-43e6cda52fb8"
	// and the text "   super-secret!" gives this.
	if got := encrypted("super-secret!", id); got != "I/PlbWEnacAAqp3622L7qg==" {
		t.Error(got)
	}
}
