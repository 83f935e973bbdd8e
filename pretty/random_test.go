package pretty

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// generator makes up documents.
type generator struct {
	*rand.Rand
	names int
	lone  bool // lone surrogates too
	nan   bool // what JSON has no number for
}

func newGenerator(seed uint64) *generator { return &generator{Rand: rand.New(rand.NewPCG(seed, 7))} }

func (g *generator) pick(s ...string) string { return s[g.IntN(len(s))] }

func (g *generator) space() string {
	return g.pick("", "", "", "", " ", " ", "\n", "\r\n", "\t", "   ")
}

func (g *generator) chars() string {
	s := g.pick("a", "Zz", " ", `\"`, `\\`, `\/`, `\n`, `\t`, `\u0000`, `\u001F`, `\u00e9`, `\u20AC`, "é", "€", "😀", `\ud83d\ude00`,
		"\x7f", `\u007F`, `\b\f\r`, "[", "{", ":", ",", `\\\"`, "퟿", "\ufffd", strings.Repeat("long ", g.IntN(30)))
	if g.lone && g.IntN(20) == 0 {
		s = g.pick(`\ud800`, `\uDFFF`, `\udc00\ud800`, `\ud83dx`, `\ud83d\u0041`)
	}
	return s
}

func (g *generator) str() string {
	var b strings.Builder
	for range g.IntN(6) {
		b.WriteString(g.chars())
	}
	return b.String()
}

// number returns one that Python prints as it is written.
func (g *generator) number() string {
	return g.pick("0", "-1", "7", "1600000000000137", "18446744073709551616", "-123456789012345678901234567890", "0.5", "-1.25", "1e+16", "1.5e-07", "-0.0", "1579787888.102612")
}

// doc returns a document without a name twice.
func (g *generator) doc(depth int) string {
	s := g.space
	switch n := g.IntN(10); {
	case depth <= 0 || n < 1:
		if g.nan && g.IntN(8) == 0 {
			return g.pick("NaN", "-Infinity", "Infinity")
		}
		return g.pick(g.number(), `"`+g.str()+`"`, "true", "false", "null", "[]", "{ }")
	case n < 2: // JSON in a string
		inner := g.doc(depth - 1)
		if g.IntN(4) == 0 {
			inner = g.damaged(inner)
		}
		b, _ := json.Marshal(inner)
		return string(b)
	case n < 5:
		var parts []string
		for range g.IntN(5) {
			parts = append(parts, s()+g.doc(depth-1)+s())
		}
		return "[" + strings.Join(parts, ",") + "]"
	default:
		var parts []string
		for range g.IntN(6) {
			g.names++
			name := fmt.Sprintf(`"%s%d%s"`, g.str(), g.names, g.str())
			value := g.doc(depth - 1)
			if g.IntN(3) == 0 {
				value = fmt.Sprintf(`["%s",%s%s]`, g.str(), s(), g.number())
			}
			if g.IntN(3) == 0 { // as Python writes it
				parts = append(parts, " "+name+": "+value)
			} else {
				parts = append(parts, s()+name+s()+":"+s()+value+s())
			}
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
}

// damaged changes a few bytes of a document.
func (g *generator) damaged(doc string) string {
	b := []byte(doc)
	for range 1 + g.IntN(3) {
		k := g.IntN(len(b) + 1)
		switch g.IntN(4) {
		case 0:
			b = b[:k]
		case 1:
			b = append(b[:k:k], append([]byte(g.pick(",", `"`, "}", "]", "{", "[", "0", "\\", ":", "\x01", "\xff", " ", "é", `"a":1,`)), b[k:]...)...)
		case 2:
			if k < len(b) {
				b = append(b[:k:k], b[k+1:]...)
			}
		case 3:
			if k < len(b) {
				b[k] = byte(g.IntN(256))
			}
		}
	}
	return string(b)
}

func (g *generator) options() Options {
	o := Options{Indent: g.IntN(6), Expand: g.IntN(2) == 0, SortKeys: g.IntN(2) == 0, KeepUnicode: g.IntN(3) == 0}
	switch g.IntN(6) {
	case 0:
		o.Compact = true
	case 1:
		o.OneLine = true
	case 2:
		o.Tab = true
	}
	o.small = int64(1 + g.IntN(100))
	return o
}

// beyondReference tells if a document has what the reference doesn't know.
func beyondReference(doc string, o Options) bool {
	return !utf8.ValidString(doc) || strings.HasPrefix(doc, "\ufeff") ||
		unknown.MatchString(strings.NewReplacer(`\\`, ``, `\ud83d\ude00`, ``).Replace(doc)) ||
		o.Expand && unknownInside.MatchString(doc)
}

var (
	unknown       = regexp.MustCompile(`NaN|Infinity|\\u[dD][89a-fA-F]`)
	unknownInside = regexp.MustCompile(`\\\\u[dD]|\\u005[cC]`)
)

// TestAgainstReference compares with the reference, where that knows what is
// right.
func TestAgainstReference(t *testing.T) {
	compared := 0
	for seed := range uint64(2000) {
		g := newGenerator(seed)
		doc := g.doc(5)
		if seed%3 == 0 {
			doc = g.damaged(doc)
		}
		print := printFile
		if seed%16 == 0 {
			print = printAll
		}
		if agrees(t, doc, g.options(), print) {
			compared++
		}
	}
	if compared < 1000 {
		t.Errorf("only %d documents were compared", compared)
	}
}

func printFile(_ *testing.T, doc string, o Options) (string, error) {
	return printed(file([]byte(doc)), o, nil)
}

// agrees compares with the reference and tells if that was possible.
func agrees(t *testing.T, doc string, o Options, print func(*testing.T, string, Options) (string, error)) bool {
	t.Helper()
	got, err := print(t, doc, o)
	if beyondReference(doc, o) {
		return false
	}
	v, refErr := refParse([]byte(doc))
	if (err == nil) != (refErr == nil) {
		t.Fatalf("%q: %v, the reference says %v", doc, err, refErr)
	}
	if err != nil {
		return false
	}
	same(t, doc, o, got, refPrint(v, o))
	return true
}

func same(t *testing.T, doc string, o Options, got, want string) {
	t.Helper()
	if got != want {
		k := 0
		for k < len(got) && k < len(want) && got[k] == want[k] {
			k++
		}
		k = max(0, k-200)
		t.Fatalf("%.2000q with %+v gives\n%.500q instead of\n%.500q", doc, o, got[k:], want[k:])
	}
}

func FuzzPrint(f *testing.F) {
	for seed := range uint64(40) {
		g := newGenerator(seed)
		f.Add([]byte(g.doc(4)), uint8(seed), uint8(5*seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte, flags, small uint8) {
		o := Options{
			Indent:      int(flags & 3),
			SortKeys:    flags&4 != 0,
			Expand:      flags&8 != 0,
			KeepUnicode: flags&16 != 0,
			Compact:     flags&32 != 0,
			OneLine:     flags&64 != 0,
			small:       1 + int64(small),
		}
		if head := string(doc[:min(len(doc), 6)]); strings.HasPrefix(head, "\x1f\x8b") || strings.HasPrefix(head, "\x28\xb5\x2f\xfd") ||
			strings.Contains(head, "\x2a\x4d\x18") || strings.HasPrefix(head, "BZh") || strings.HasPrefix(head, "\xfd7zXZ") ||
			strings.HasPrefix(head, "\x04\x22\x4d\x18") || strings.HasPrefix(head, "PK") {
			return // not plain text
		}
		agrees(t, string(doc), o, printFile)
		// What was printed prints as itself.
		o.Expand = false
		if once, err := printed(file(doc), o, nil); err == nil {
			if twice, err := printed(file([]byte(once)), o, nil); err != nil || once != twice {
				t.Fatalf("%q: %v\n%q, then\n%q", doc, err, once, twice)
			}
		}
	})
}
