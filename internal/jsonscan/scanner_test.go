package jsonscan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// trace writes down what a scanner says about a document.
func trace(r io.Reader, o Options, stream bool) string {
	var b strings.Builder
	s := New(r, o)
	for {
		if stream {
			s.StreamNext()
		}
		k := s.Next()
		switch k {
		case EOF:
			fmt.Fprintf(&b, "end %d", s.InputOffset())
			return b.String()
		case Invalid:
			fmt.Fprintf(&b, "error %v", s.Err())
			return b.String()
		}
		start := s.Offset()
		raw := bytes.Clone(s.Raw())
		for s.More() {
			p, err := s.NextPart()
			if err != nil {
				fmt.Fprintf(&b, "error %v", err)
				return b.String()
			}
			raw = append(raw, p...)
		}
		fmt.Fprintf(&b, "%d %q %d-%d depth %d\n", k, raw, start, s.End(), s.Depth())
	}
}

// untilError cuts what comes before an error: how much of a bad document is
// reported before its error may depend on where it is cut.
func sameOutcome(t *testing.T, doc []byte, o Options) string {
	t.Helper()
	want := trace(bytes.NewReader(doc), o, false)
	for name, r := range map[string]io.Reader{
		"one byte a read": iotest.OneByteReader(bytes.NewReader(doc)),
		"halves":          iotest.HalfReader(bytes.NewReader(doc)),
		"data with EOF":   iotest.DataErrReader(bytes.NewReader(doc)),
	} {
		if got := trace(r, o, false); got != want {
			t.Fatalf("%s gives another result for %.200q:\n%.2000s\nwant\n%.2000s", name, doc, got, want)
		}
	}
	if got := trace(iotest.OneByteReader(bytes.NewReader(doc)), o, true); got != want && !strings.Contains(want, "error") {
		t.Fatalf("strings in parts give another result for %.200q:\n%.2000s\nwant\n%.2000s", doc, got, want)
	}
	return want
}

func TestErrorsHaveOffsets(t *testing.T) {
	for _, c := range []struct {
		doc    string
		offset int64
		msg    string
	}{
		{"", 0, "the text ends before a value"},
		{"  ", 2, "the text ends before a value"},
		{"{", 1, "inside of an object"},
		{"[1,", 3, "inside of an array"},
		{`{"a":1,}`, 7, "a name in quotes"},
		{`{"a" 1}`, 5, "expected :"},
		{`{"a"`, 4, "after a name"},
		{`{"a`, 3, "inside of a string"},
		{`{1:2}`, 1, "a name in quotes"},
		{`[1 2]`, 3, `expected , or ]`},
		{`[1,]`, 3, "expected a value"},
		{`[01]`, 1, "not a JSON value"},
		{`[tru]`, 1, "not a JSON value"},
		{`[tru`, 4, "inside of a number or word"},
		{`[1.]`, 1, "not a JSON value"},
		{`{} {}`, 3, "extra data"},
		{`{}x`, 2, "extra data"},
		{`["\x"]`, 2, "unknown escape"},
		{`["\u12g4"]`, 2, "four hexadecimal"},
		{"[\"a\nb\"]", 3, "control character"},
		{"[\"a\xffb\"]", 3, "invalid UTF-8"},
		{"[\"\xed\xa0\x80\"]", 2, "invalid UTF-8"},
		{"[\"\xc0\xaf\"]", 2, "invalid UTF-8"},
		{`[\"a"]`, 1, "unexpected"},
		{"[1\x0c]", 2, "unexpected"},
		{"[}", 1, "unexpected '}'"},
		{`{"a":]`, 5, "unexpected ']'"},
		{`[,1]`, 1, "unexpected ','"},
		{`[1,,2]`, 3, "unexpected ','"},
		{`"a":1`, 3, "extra data"},
		{"\xff\xfe{\x00}\x00", 0, "not a JSON value"},
		{strings.Repeat("[", 10001), 10000, "nested deeper"},
	} {
		s := New(strings.NewReader(c.doc), Options{})
		k := s.Next()
		for k != EOF && k != Invalid {
			k = s.Next()
		}
		var e *Error
		if !errors.As(s.Err(), &e) {
			t.Errorf("%.40q: accepted", c.doc)
			continue
		}
		if e.Offset != c.offset || !strings.Contains(e.Message, c.msg) {
			t.Errorf("%.40q: %v, want %q at %d", c.doc, e, c.msg, c.offset)
		}
	}
}

func TestFlawsCanBePassed(t *testing.T) {
	doc := "\xef\xbb\xbf[\"a\xffb\", \"c\x01d\", \"\\ud800\", \"\\ud83d\\ude00\", \"\\ude00\\ud83d\"]"
	var got []string
	s := New(strings.NewReader(doc), Options{OnFlaw: func(f Flaw, off int64, _ string) error {
		got = append(got, fmt.Sprintf("%d@%d", f, off))
		return nil
	}})
	for k := s.Next(); k != EOF; k = s.Next() {
		if k == Invalid {
			t.Fatal(s.Err())
		}
	}
	want := "[3@0 0@6 1@13 2@19 2@45 2@51]"
	if fmt.Sprint(got) != want {
		t.Errorf("flaws %v, want %v", got, want)
	}
}

// randomDocument makes a document with everything that JSON has; long makes
// some of its strings longer than a token may be.
func randomDocument(rng *rand.Rand, depth int, b []byte) []byte {
	ws := func() {
		if rng.IntN(3) == 0 {
			b = append(b, []string{" ", "\n", "\t", "\r\n", "    "}[rng.IntN(5)]...)
		}
	}
	str := func() {
		b = append(b, '"')
		for range rng.IntN(12) {
			b = append(b, []string{"a", "prop:", `\"`, `\\`, `\u00e9`, `\ud83d\ude00`, "é", "😀", `\/`, `\n`, "\x7f", " ", "0", "{", "]", ",", ":"}[rng.IntN(17)]...)
		}
		b = append(b, '"')
	}
	ws()
	n := rng.IntN(6)
	if depth == 0 {
		n = 2 + rng.IntN(4)
	}
	switch n {
	case 0:
		b = append(b, '{')
		for i := range rng.IntN(5) {
			if i > 0 {
				b = append(b, ',')
			}
			ws()
			str()
			ws()
			b = append(b, ':')
			b = randomDocument(rng, depth-1, b)
		}
		ws()
		b = append(b, '}')
	case 1:
		b = append(b, '[')
		for i := range rng.IntN(5) {
			if i > 0 {
				b = append(b, ',')
			}
			b = randomDocument(rng, depth-1, b)
		}
		ws()
		b = append(b, ']')
	case 2:
		b = append(b, []string{"true", "false", "null"}[rng.IntN(3)]...)
	case 3:
		b = append(b, []string{"0", "-0", "1600000000078912", "1579787888.102612", "1e5", "-1.5E-7", "18446744073709551615"}[rng.IntN(7)]...)
	default:
		str()
	}
	ws()
	return b
}

func TestRandomDocuments(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		doc := randomDocument(rng, 5, nil)
		if !json.Valid(doc) {
			t.Fatalf("the test's own document is not JSON: %q", doc)
		}
		if out := sameOutcome(t, doc, Options{}); strings.Contains(out, "error") {
			t.Fatalf("%q refused: %s", doc, out)
		}
		// One byte changed: accepted exactly if encoding/json accepts it.
		bad := bytes.Clone(doc)
		bad[rng.IntN(len(bad))] = []byte("{}[]:,\"\\ 0a\x01\xff")[rng.IntN(13)]
		out := sameOutcome(t, bad, Options{})
		if utf8.Valid(bad) && json.Valid(bad) == strings.Contains(out, "error") {
			t.Fatalf("%q: encoding/json says %v, we say %s", bad, json.Valid(bad), out)
		}
	}
}

func TestLongTokens(t *testing.T) {
	for _, unit := range []string{"x", `\\`, `\"`, `\u00e9`, `\ud83d\ude00`, "é", "😀", `a\\\"`} {
		text := strings.Repeat(unit, (3<<20)/len(unit))
		doc := `{"before": 1, "v": "` + text + `", "after": ["` + text[:len(unit)*1000] + `"]}`
		s := New(strings.NewReader(doc), Options{})
		var got, want []byte
		want = AppendDecoded(nil, []byte(text))
		for k := s.Next(); k != EOF; k = s.Next() {
			if k == Invalid {
				t.Fatal(s.Err())
			}
			if k != String || !s.More() {
				continue
			}
			start := s.Offset()
			for s.More() {
				p, err := s.NextPart()
				if err != nil {
					t.Fatal(err)
				}
				// Parts decode each on its own.
				got = AppendDecoded(got, p)
			}
			if doc[start:s.End()] != `"`+text+`"` {
				t.Errorf("%q: string at %d-%d", unit, start, s.End())
			}
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%q: parts decode to %d bytes, want %d", unit, len(got), len(want))
		}
	}
	name := strings.Repeat("n", 3<<20)
	if out := trace(strings.NewReader(`{"`+name+`": 1}`), Options{}, false); !strings.Contains(out, "nnn") || strings.Contains(out, "error") {
		t.Errorf("a name of 3 MiB: %.100s", out)
	}
	if out := trace(strings.NewReader(strings.Repeat(" ", 3<<20)+"[1]"), Options{}, false); strings.Contains(out, "error") {
		t.Errorf("3 MiB of blanks: %.100s", out)
	}
}

func TestRecord(t *testing.T) {
	inner := `{"a": [1, "` + strings.Repeat("z", 700<<10) + `", {"b": "` + strings.Repeat("y", 2<<20) + `"}], "c": null}`
	doc := `[0, ` + inner + ` , 2]`
	s := New(iotest.HalfReader(strings.NewReader(doc)), Options{})
	s.Next()
	s.Next()
	s.Next()
	var rec bytes.Buffer
	s.Record(&rec)
	for d := s.Depth(); s.Depth() >= d; {
		if s.Next() == Invalid {
			t.Fatal(s.Err())
		}
	}
	if err := s.StopRecord(); err != nil {
		t.Fatal(err)
	}
	if rec.String() != inner {
		t.Errorf("recorded %d bytes, want %d", rec.Len(), len(inner))
	}
	if k := s.Next(); k != Number || string(s.Raw()) != "2" {
		t.Errorf("after it: %v %q", k, s.Raw())
	}
}

func TestNextPairAgreesWithNext(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		doc := []byte("{")
		for i := range rng.IntN(40) {
			if i > 0 {
				doc = append(doc, ',')
			}
			doc = append(doc, []string{
				` "a": ["b", 1]`, `"prop:x" : [ "{\"k\": 1}" , 1600000000078912 ] `, ` "u\u00e9": ["v", 2]`, `"x":["\/", 3]`,
				`"bare": "s"`, `"n": [5, 6]`, `"f": ["t", 1.5]`, `"three": ["t", 1, 2]`, `"none": []`, ` "":["",0]`,
			}[rng.IntN(10)]...)
		}
		doc = append(doc, " } "...)
		type cell struct{ name, text, number string }
		var pairs, want []cell
		s := New(iotest.OneByteReader(bytes.NewReader(doc)), Options{})
		s.Next()
		for {
			var m Pair
			if s.NextPair(&m) {
				pairs = append(pairs, cell{string(m.Name), string(m.Text), string(m.Number)})
				if doc[m.Start] != '"' || doc[m.End-1] != ']' || doc[m.TextStart] != '"' {
					t.Fatalf("offsets %d %d of %q", m.Start, m.End, doc)
				}
				continue
			}
			k := s.Next()
			if k == EOF {
				break
			}
			if k == Invalid {
				t.Fatalf("%s: %v", doc, s.Err())
			}
			for d := s.Depth(); k == Key && s.Depth() >= d; {
				if s.Next(); s.Depth() == d {
					break
				}
			}
		}
		var all map[string]json.RawMessage
		if err := json.Unmarshal(doc, &all); err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(bytes.NewReader(doc))
		dec.Token()
		for dec.More() {
			name, _ := dec.Token()
			var v json.RawMessage
			dec.Decode(&v)
			var two []any
			if json.Unmarshal(v, &two) == nil && len(two) == 2 && name != "ué" && string(v) != `["\/", 3]` {
				if text, ok := two[0].(string); ok {
					raw, _ := json.Marshal(text)
					num := strings.TrimSpace(string(v[bytes.LastIndexByte(v, ',')+1 : len(v)-1]))
					want = append(want, cell{name.(string), string(raw[1 : len(raw)-1]), num})
				}
			}
		}
		if fmt.Sprint(pairs) != fmt.Sprint(want) {
			t.Fatalf("%s:\n got %q\nwant %q", doc, pairs, want)
		}
	}
}

func TestCanonicalIsWhatPythonWrites(t *testing.T) {
	for raw, want := range map[string]string{
		`a\/b`: `a/b`, `\u00E9`: `\u00e9`, `é`: `\u00e9`, `😀`: `\ud83d\ude00`, `\uD83D\uDE00`: `\ud83d\ude00`,
		`\u0041\u0022\u005c`: `A\"\\`, "\x7f": `\u007f`, `\u000a\u0008\u001f`: `\n\b\u001f`, `\ud800x`: `\ud800x`, `\u002f`: `/`,
	} {
		if got := string(AppendCanonical(nil, []byte(raw))); got != want {
			t.Errorf("canonical %s is %s, want %s", raw, got, want)
		}
		decoded := AppendDecoded(nil, []byte(raw))
		if got := string(AppendEscaped(nil, decoded)); got != want {
			t.Errorf("%s decoded to %q and escaped is %s, want %s", raw, decoded, got, want)
		}
	}
}

func TestValidString(t *testing.T) {
	for _, raw := range []string{``, `a`, `\"`, `\\\"`, `\ud800`, "\xed\xa0\x80", `é\u00e9`, `\\`} {
		if !ValidString([]byte(raw)) {
			t.Errorf("%q was refused", raw)
		}
	}
	for _, raw := range []string{`"`, `a"b`, `\\"`, `\`, `\x`, `\u12`, "\xff", "\n"} {
		if ValidString([]byte(raw)) {
			t.Errorf("%q was accepted", raw)
		}
	}
}

func FuzzScanner(f *testing.F) {
	for _, s := range []string{`{"a":["b\u00e9",1.5e3,null,{}]}`, `"\ud800"`, `[1,2`, "\xef\xbb\xbf{}", `[NaN,-Infinity]`, `{"a`, `["\\\""]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		out := sameOutcome(t, doc, Options{})
		if bytes.HasPrefix(doc, []byte("\xef\xbb\xbf")) || bytes.Contains(doc, []byte("NaN")) || bytes.Contains(doc, []byte("Infinity")) {
			return
		}
		if accepted := !strings.Contains(out, "error"); utf8.Valid(doc) && accepted != json.Valid(doc) {
			t.Fatalf("%q: encoding/json says %v, we say %s", doc, json.Valid(doc), out)
		} else if accepted && !utf8.Valid(doc) {
			t.Fatalf("%q: invalid UTF-8 was accepted", doc)
		}
	})
}

// BenchmarkNext reads the dump named by DUMPTOOL_BENCH_FILE token by token.
func BenchmarkNext(b *testing.B) {
	text := benchmarkText(b)
	s := New(nil, Options{})
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s.Reset(bytes.NewReader(text), 0)
		for k := s.Next(); k != EOF; k = s.Next() {
			if k == Invalid {
				b.Fatal(s.Err())
			}
		}
	}
}

func BenchmarkNextPair(b *testing.B) {
	text := benchmarkText(b)
	s := New(nil, Options{})
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s.Reset(bytes.NewReader(text), 0)
		var m Pair
		for {
			if s.NextPair(&m) {
				continue
			}
			k := s.Next()
			if k == EOF {
				break
			}
			if k == Invalid {
				b.Fatal(s.Err())
			}
		}
	}
}

func benchmarkText(b *testing.B) []byte {
	if name := os.Getenv("DUMPTOOL_BENCH_FILE"); name != "" {
		text, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		return text
	}
	row := `"2b425d5c-ae23-4dd5-aaf5-c189dc3f74f6": {"type": ["\"virtual_machine\"", 1600000000078090], "prop:display_name": ["\"vm-1\"", 1600000000078912], ` +
		`"prop:perms2": ["{\"owner\": \"cloud-admin\", \"owner_access\": 7, \"global_access\": 0, \"share\": []}", 1600000000078912]}`
	return []byte("{" + strings.Repeat(row+", ", 20000) + row + "}")
}
