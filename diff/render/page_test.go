package render_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/diff/render"
	"github.com/dumptool/dumptool/dump"
)

var update = flag.Bool("update", false, "rewrite the expected files")

// visible is what stands for the escaping of a terminal.
func visible(s string) string {
	return strings.ToValidUTF8(strings.NewReplacer("\u202e", `\u202e`, "\x00", `\x00`).Replace(s), `\x??`)
}

func pageOf(a, b string) render.Page { return render.Page{A: a, B: b, Escape: visible} }

func TestMarkdown(t *testing.T) {
	fence := "three ``` and four ````"
	changes := append(sampleChanges(),
		&diff.Change{Kind: diff.Object, Op: diff.Modified, Type: "z_*type*|`x`", UUID: "u", FQName: []string{"<b>", "a|b"},
			Fields: []diff.Field{{Name: "prop:a", Op: diff.Modified, Old: text(`"` + fence + `"`), New: text(`"</details>"`)}}})
	for name, most := range map[string]int{"whole": 0, "cut": 40} {
		var out bytes.Buffer
		if err := render.Markdown(&out, sequence(changes), summarize(changes), pageOf("be`fore.json", "after.json"), most); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(out.String(), "\n"); most > 0 && n > most {
			t.Errorf("%s: %d lines, of %d that are allowed", name, n, most)
		}
		golden := filepath.Join("testdata", name+".md")
		if *update {
			if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, out.Bytes(), want)
		}
	}
}

// Secrets are masked in both formats, unless asked for.
func TestPagesMaskSecrets(t *testing.T) {
	const secret = "correct-horse-battery"
	dumpOf := func(password string) *dump.Dump {
		text := `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"u1": {"type": ["\"physical_router\"", 1], "fq_name": ["[\"r\"]", 1], ` +
			`"prop:physical_router_user_credentials": ["{\"username\": \"root\", \"password\": \"` + password + `\"}", 1]}}}}, "zookeeper": "[]"}`
		d, err := dump.Open(dump.Input{Name: "d", At: strings.NewReader(text), Size: int64(len(text))}, dump.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	r, err := diff.Compare(context.Background(), dumpOf(secret+"-1"), dumpOf(secret+"-2"), diff.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, show := range []bool{false, true} {
		p := pageOf("a", "b")
		p.ShowSecrets = show
		var html, md bytes.Buffer
		if err := render.HTML(&html, r.Changes(), r.Summary, p); err != nil {
			t.Fatal(err)
		}
		if err := render.Markdown(&md, r.Changes(), r.Summary, p, 0); err != nil {
			t.Fatal(err)
		}
		for name, out := range map[string]string{"html": html.String(), "markdown": md.String()} {
			if strings.Contains(out, secret) != show {
				t.Errorf("%s, secrets shown %v: the password stands in it: %v", name, show, !show)
			}
			if !strings.Contains(out, "physical_router_user_credentials") {
				t.Errorf("%s doesn't show the change at all", name)
			}
		}
	}
}
