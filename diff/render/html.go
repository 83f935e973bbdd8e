package render

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	_ "embed" // the parts of the page
	"encoding/base64"
	"encoding/json"
	"html/template"
	"io"
	"iter"
	"maps"
	"slices"

	"github.com/dumptool/dumptool/diff"
)

// The parts of the page. Style and script are trusted by their hash, and
// nothing else is: texts of a dump can't become either.
var (
	//go:embed page/page.html
	pageHTML string
	//go:embed page/style.css
	pageStyle string
	//go:embed page/app.js
	pageScript string

	pageTemplate = template.Must(template.New("page").Parse(pageHTML))
)

// viewsPerChunk is the number of changes that the page reads in one go.
const viewsPerChunk = 250

// Page is how HTML and Markdown look at changes.
type Page struct {
	// A and B name the dumps.
	A, B string
	// Escape makes texts out of a dump harmless for eyes.
	Escape      func(string) string
	ShowSecrets bool
	// NameOf, if not nil, returns the fq_name of an object, nil if it isn't known.
	NameOf func(uuid string) []string
	// InA and InB are those of Blocks.
	InA, InB func(string) string
}

func (p *Page) viewer() *viewer {
	return &viewer{escape: p.Escape, showSecrets: p.ShowSecrets, nameOf: p.NameOf, inA: p.InA, inB: p.InB}
}

// pageGroup is a row of the summary. The widths of its bar are thousandths.
type pageGroup struct {
	Name                           string
	Count                          diff.Count
	Added, Removed, Modified, Rest int64
}

// HTML writes one page that holds everything it needs: it loads nothing. Secrets
// are masked unless the page says otherwise. The changes go by one at a time;
// memory does not grow with them.
func HTML(w io.Writer, changes iter.Seq2[*diff.Change, error], summary *diff.Summary, p Page) error {
	out := bufio.NewWriterSize(w, 64<<10)
	head := struct {
		A, B, Ignored         string
		Total, Other          int64
		Count                 diff.Count
		Groups                []pageGroup
		Secrets               bool
		Style                 template.CSS
		StyleHash, ScriptHash template.HTMLAttr
	}{
		A: p.Escape(p.A), B: p.Escape(p.B), Ignored: Ignored(summary), Total: summary.Total(), Other: summary.Other,
		Count: countAll(summary), Groups: pageGroups(summary, p.Escape), Secrets: p.ShowSecrets,
		Style: template.CSS(pageStyle), StyleHash: sourceHash(pageStyle), ScriptHash: sourceHash(pageScript), //nolint:gosec // our own style
	}
	if err := pageTemplate.Execute(out, &head); err != nil {
		return err
	}
	if err := writeChunks(out, changes, p.viewer()); err != nil {
		return err
	}
	out.WriteString("<script>" + pageScript + "</script>\n</body>\n</html>\n")
	return out.Flush()
}

// sourceHash is what a content security policy calls a source.
func sourceHash(text string) template.HTMLAttr {
	sum := sha256.Sum256([]byte(text))
	return template.HTMLAttr("sha256-" + base64.StdEncoding.EncodeToString(sum[:])) //nolint:gosec // a hash
}

// writeChunks writes the changes as JSON that a browser takes for text. What
// could end the element is escaped by package json.
func writeChunks(out *bufio.Writer, changes iter.Seq2[*diff.Change, error], v *viewer) error {
	var chunk bytes.Buffer
	enc := json.NewEncoder(&chunk) // escapes <, > and &
	n := 0
	end := func() {
		if n > 0 {
			out.WriteString(`<script type="application/json">[`)
			out.Write(chunk.Bytes())
			out.WriteString("]</script>\n")
		}
		chunk.Reset()
		n = 0
	}
	for ch, err := range changes {
		if err != nil {
			return err
		}
		view, err := v.view(ch)
		if err != nil {
			return err
		}
		if n > 0 {
			chunk.WriteByte(',')
		}
		if err := enc.Encode(view); err != nil {
			return err
		}
		if n++; n == viewsPerChunk || chunk.Len() > 1<<20 {
			end()
		}
	}
	end()
	return nil
}

// pageGroups are the rows of the summary, in the order of the changes.
func pageGroups(s *diff.Summary, escape func(string) string) []pageGroup {
	var out []pageGroup
	var most int64
	for _, part := range []struct {
		prefix string
		counts map[string]*diff.Count
	}{{"", s.Types}, {"", s.Tables}, {"zookeeper ", s.ZooKeeper}} {
		for _, name := range slices.Sorted(maps.Keys(part.counts)) {
			c := part.counts[name]
			if c.Total() == 0 {
				continue
			}
			out = append(out, pageGroup{Name: escape(part.prefix + typeName(name)), Count: *c})
			most = max(most, c.Total())
		}
	}
	for i := range out {
		g := &out[i]
		g.Added, g.Removed, g.Modified = g.Count.Added*1000/most, g.Count.Removed*1000/most, g.Count.Modified*1000/most
		g.Rest = g.Added + g.Removed
	}
	return out
}

// countAll adds up all counts of a summary.
func countAll(s *diff.Summary) diff.Count {
	var all diff.Count
	for _, m := range []map[string]*diff.Count{s.Types, s.Tables, s.ZooKeeper} {
		for _, c := range m {
			all.Added += c.Added
			all.Removed += c.Removed
			all.Modified += c.Modified
		}
	}
	return all
}
