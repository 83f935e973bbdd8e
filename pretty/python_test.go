package pretty

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Options of json.tool, and ours that mean the same.
var sameOptions = []struct {
	words string
	o     Options
}{
	{"", Options{Indent: 4}},
	{"--sort-keys", Options{Indent: 4, SortKeys: true}},
	{"--sort-keys --indent 1", Options{Indent: 1, SortKeys: true, small: 20}},
	{"--no-ensure-ascii", Options{Indent: 4, KeepUnicode: true}},
	{"--compact", Options{Compact: true}},
	{"--indent 0", Options{}},
	{"--tab", Options{Tab: true}},
	{"--no-indent --sort-keys --no-ensure-ascii", Options{OneLine: true, SortKeys: true, KeepUnicode: true}},
}

// sameAsPython compares with the json.tool that is installed. Documents that it
// accepts must print as the same bytes, all others must be refused; but for
// those that are beyond what it can show: see jsontool.py. It returns the number
// of documents accepted and refused.
func sameAsPython(t *testing.T, docs map[string]string) (accepted, refused int) {
	t.Helper()
	dir := t.TempDir()
	args := []string{filepath.Join("testdata", "jsontool.py"), dir}
	for _, same := range sameOptions {
		args = append(args, same.words)
	}
	for name, doc := range docs {
		if err := os.WriteFile(filepath.Join(dir, name+".json"), []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("python3", args...).CombinedOutput(); err != nil {
		t.Fatalf("python3: %v\n%s", err, out)
	}
	for name, doc := range docs {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path + ".beyond"); err == nil {
			continue
		}
		for k, same := range sameOptions {
			want, wantErr := os.ReadFile(fmt.Sprintf("%s.%d", path, k))
			got, err := printed(file([]byte(doc)), same.o, nil)
			switch {
			case errors.Is(wantErr, fs.ErrNotExist):
				refused++
				if err == nil && !(same.o.KeepUnicode && strings.Contains(strings.ToLower(doc), `\ud`)) {
					t.Errorf("json.tool %s refuses %.300q; we print\n%.2000s", same.words, doc, got)
				}
			case wantErr != nil:
				t.Fatal(wantErr)
			case err != nil:
				t.Errorf("json.tool %s accepts %.300q: %v", same.words, doc, err)
			default:
				accepted++
				if got != string(want) {
					t.Errorf("json.tool %s of %.300q gives\n%.2000s\ninstead of\n%.2000s", same.words, doc, got, want)
				}
			}
		}
	}
	return accepted, refused
}

func TestSameAsPython(t *testing.T) {
	docs := map[string]string{}
	for seed := range uint64(600) {
		g := newGenerator(seed)
		g.lone = seed%4 == 0
		g.nan = seed%5 == 0
		doc := g.doc(5)
		if seed%3 == 0 {
			doc = g.damaged(doc)
		}
		docs[fmt.Sprint(seed)] = doc
	}
	for i, doc := range []string{
		``, ` `, `""`, `"\u00`, `[1 2]`, `{"a":1,}`, `[,]`, "\"\t\"", "\"\x7f\"", `"\'"`, `[+1]`, `[.5]`, `[1.]`, `[1e]`, `[0x1]`, `[nan]`, `[-NaN]`,
		`[+Infinity]`, `{1:2}`, "\x0c[]", "[]\x00", "\u00a0[]", `"\u+041"`, `"\u00_1"`, `"\uD834\uDD1E\uD834"`, `{"a":{"a":{"a":[]}}}`,
		"[1]\u2028", `{"":{"":""}}`, strings.Repeat("[", 400) + strings.Repeat("]", 400), `[1e5]`, `[1E+2]`, `[-0]`, `[1.10]`, "[\"\xed\xa0\x80\"]",
	} {
		docs[fmt.Sprintf("odd%d", i)] = doc
	}
	docs["wide"] = wide(3000)
	accepted, refused := sameAsPython(t, docs)
	if accepted < 3000 || refused < 500 {
		t.Errorf("%d accepted, %d refused: too few to say much", accepted, refused)
	}
}

// wide returns an object that is larger than any window, of many small and a few
// large members, in no order.
func wide(n int) string {
	g := newGenerator(99)
	var b strings.Builder
	b.WriteString(`{"fixed": ["x", 1]`)
	for i := range n {
		fmt.Fprintf(&b, `, "%x-%s": `, uint32(i)*2654435761, g.str())
		switch i % 1000 {
		case 0:
			b.WriteString(wide(n / 20))
		case 1:
			fmt.Fprintf(&b, `"%s"`, strings.Repeat(g.str()+"x", 20_000))
		default:
			fmt.Fprintf(&b, `["%s", 1%d]`, strings.Repeat("y", g.IntN(200)), i)
		}
	}
	return b.String() + "}"
}

// TestDumps compares over the dumps that are at hand.
func TestDumps(t *testing.T) {
	docs := map[string]string{}
	for _, dir := range []string{"../testdata", "../../shared/dumps"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.json*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			var r io.Reader = f
			if strings.HasSuffix(name, ".gz") {
				if r, err = gzip.NewReader(f); err != nil {
					t.Fatal(err)
				}
			}
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			docs[strings.ReplaceAll(filepath.Base(name), ".", "-")] = string(b)
		}
	}
	if accepted, refused := sameAsPython(t, docs); refused > 0 {
		t.Errorf("%d prints are the same, %d were refused", accepted, refused)
	}
}
