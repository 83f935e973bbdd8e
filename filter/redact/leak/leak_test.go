package leak_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/filter/redact/leak"
)

func search(t *testing.T, text string, memory int64, originals ...string) leak.Result {
	t.Helper()
	c := leak.NewCollector("", 1<<20)
	defer c.Close()
	for _, o := range originals {
		kind := leak.Secret
		if rest, found := strings.CutPrefix(o, "id:"); found {
			kind, o = leak.Identifier, rest
		}
		if err := c.Add(kind, []byte(o), nil); err != nil {
			t.Fatal(err)
		}
	}
	r, err := leak.Search(context.Background(), strings.NewReader(text), int64(len(text)), c, memory, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestForms hides a secret in each form, at each place of a text as long as
// what is read at a time, and beyond.
func TestForms(t *testing.T) {
	secret := "Tr0ub4d\"or/ü&3"
	q := func(s string) string { s = strconv.QuoteToASCII(s); return s[1 : len(s)-1] }
	forms := map[string]string{
		"raw": secret, "case": strings.ToUpper("Tr0ub4d\"or/") + "ü&3",
		"json": q(secret), "json twice": q(q(secret)), "json three times": q(q(q(secret))),
		"percent": url.QueryEscape(secret), "path": url.PathEscape(secret),
		"hex": hex.EncodeToString([]byte(secret)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(secret))),
	}
	for before := range 4 {
		text := strings.Repeat("x", before) + secret + "tail"
		forms[fmt.Sprint("base64 ", before)] = base64.StdEncoding.EncodeToString([]byte(text))
		forms[fmt.Sprint("base64url ", before)] = base64.RawURLEncoding.EncodeToString([]byte(text))
	}
	for name, form := range forms {
		for _, at := range []int{0, 1, 2, 3, 1<<20 - 9, 1<<20 - 3, 1 << 20, 1<<20 + 70, 2 << 20} {
			text := strings.Repeat(".", at) + form + strings.Repeat(".", at%7)
			r := search(t, text, 1<<20, secret, "another secret")
			if len(r.Leaks) != 1 || string(r.Leaks[0].Text) != secret {
				t.Fatalf("%s at %d: found %v", name, at, r.Leaks)
			}
		}
	}
	if r := search(t, "Tr0ub4d or/ü&3", 1<<20, secret); len(r.Leaks) != 0 {
		t.Errorf("found what isn't there: %v", r.Leaks)
	}
}

func TestBorders(t *testing.T) {
	for text, want := range map[string]int{
		"the-acme-net": 1, "acme-net": 1, "ACME-NET": 1, "x acme-net.": 1, `\nacme-net`: 1, "acme-nets": 0, "macme-net": 0, "_acme-net_": 1,
		hex.EncodeToString([]byte("acme-net")): 1,
	} {
		if got := len(search(t, text, 1<<20, "id:acme-net").Leaks); got != want {
			t.Errorf("%q: %d leaks, want %d", text, got, want)
		}
	}
	r := search(t, "short", 1<<20, "short", "id:short")
	if len(r.Leaks) != 0 || r.Short != 2 {
		t.Errorf("short originals: %+v", r)
	}
}

// TestPasses searches for more than has room in memory at a time.
func TestPasses(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var originals []string
	var text bytes.Buffer
	for i := range 3000 {
		s := fmt.Sprintf("s%x-%d", rnd.Uint64(), i)
		originals = append(originals, s)
		if i%100 == 7 {
			fmt.Fprintf(&text, " %s,", s)
		}
	}
	r := search(t, text.String(), 300<<10, originals...)
	if len(r.Leaks) != 30 || r.Passes < 3 || r.Searched != 3000 {
		t.Errorf("%d leaks in %d passes for %d", len(r.Leaks), r.Passes, r.Searched)
	}
}

// TestLongForms hides a secret in texts that are longer than what is read and
// decoded at a time, at the borders of the parts.
func TestLongForms(t *testing.T) {
	const secret = "Tr0ub4d/üor&3 and more"
	quote := func(s string) string { s = strconv.QuoteToASCII(s); return s[1 : len(s)-1] }
	zip := func(s string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write([]byte(s))
		w.Close()
		return base64.StdEncoding.EncodeToString(b.Bytes())
	}
	r := rand.New(rand.NewPCG(7, 8))
	noise := make([]byte, 2<<20)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	for _, border := range []int{64 << 10, 128 << 10, 1 << 20, 1<<20 + 128<<10} {
		for _, shift := range []int{-25, -5, 0} {
			at := border + shift
			for name, text := range map[string]string{
				"escapes": quote("ü" + strings.Repeat("x", at-6) + secret + strings.Repeat("y", 200<<10)),
				"base64":  base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", at*3/4) + secret + strings.Repeat("y", 200<<10))),
				"percent": url.PathEscape("ü" + strings.Repeat("x", at-6) + secret + strings.Repeat("y", 200<<10)),
				"packed":  zip(string(noise[:at*3/4]) + secret + string(noise[:200<<10])),
			} {
				if r := search(t, `{"a": "`+text+`"}`, 1<<20, secret); len(r.Leaks) != 1 {
					t.Errorf("%s at %d%+d: found %d", name, border, shift, len(r.Leaks))
				}
			}
		}
	}
}
