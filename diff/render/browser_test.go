package render_test

import (
	"bufio"
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/diff/render"
)

// browser opens pages in a real Chromium, and fails the test if a page complains
// or asks for anything but itself.
type browser struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	page     string
	requests int
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1100, 900),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	call(b, network.Enable, network.EnableParams{})
	call(b, log.Enable, cdp.Empty{})
	call(b, runtime.Enable, cdp.Empty{})
	return b
}

func call[P, R any](b *browser, cmd cdp.Command[P, R], params P) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, cmd, params); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) listen(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		b.requests++
		if url := ev.Request.URL; url != b.page && !strings.HasPrefix(url, "data:") && url != "about:blank" {
			b.t.Errorf("the page asks for %s", url)
		}
	case *runtime.EventExceptionThrown:
		b.t.Errorf("the script fails: %s", ev.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.t.Errorf("the page writes to the console: %s", ev.Type)
	case *log.EventEntryAdded:
		b.t.Errorf("the browser complains: %s", ev.Entry.Text)
	}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// eval evaluates JavaScript that gives a T.
func eval[T any](b *browser, script string, opts ...chromedp.EvaluateOption) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, opts...))
	if err != nil {
		b.t.Fatalf("%v in %.200s", err, script)
	}
	return v
}

// js runs JavaScript for what it does.
func (b *browser) js(script string) {
	b.t.Helper()
	eval[int](b, "(() => {"+script+"; return 0})()")
}

// wait waits until a condition in JavaScript holds.
func (b *browser) wait(condition string) {
	b.t.Helper()
	b.do(chromedp.Poll[chromedp.Void](condition))
}

func (b *browser) open(file string) {
	b.t.Helper()
	b.mu.Lock()
	b.page = "file://" + file
	b.mu.Unlock()
	b.do(chromedp.Navigate(b.page))
	b.wait(isFiltered)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.requests == 0 {
		b.t.Error("no request was seen, not even for the page: the test sees nothing")
	}
}

// isFiltered holds when the page has gone through all changes.
const isFiltered = `document.documentElement.dataset.ready !== undefined`

// titles are the names of the changes on the page.
func (b *browser) titles() string {
	b.t.Helper()
	return strings.Join(eval[[]string](b, `[...document.querySelectorAll("article bdi")].map(e => e.textContent)`), "|")
}

// refilter does something that filters, and waits until the filter is through.
func (b *browser) refilter(script string) {
	b.t.Helper()
	b.js("delete document.documentElement.dataset.ready; " + script)
	b.wait(isFiltered)
}

// set gives a control a value, as somebody who types or picks it.
func set(id, value, event string) string {
	return fmt.Sprintf(`const e = document.getElementById(%q); e.value = %q; e.dispatchEvent(new Event(%q))`, id, value, event)
}

func click(selector string) string {
	return fmt.Sprintf(`document.querySelector(%q).click()`, selector)
}

// axe runs axe-core over the page and returns what it objects to.
func (b *browser) axe() string {
	b.t.Helper()
	source, err := os.ReadFile("../../build/node/node_modules/axe-core/axe.min.js")
	if err != nil {
		b.t.Fatalf("%v (make bootstrap installs it)", err)
	}
	eval[int](b, string(source)+";0")
	result := eval[struct {
		Passes     int
		Violations []string
	}](b, `axe.run().then(r => ({Passes: r.passes.length,
		Violations: r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html + " " + n.failureSummary).join("; "))}))`, chromedp.EvalAwaitPromise)
	if result.Passes == 0 {
		b.t.Error("axe has looked at nothing")
	}
	return strings.Join(result.Violations, "\n")
}

func sequence(changes []*diff.Change) iter.Seq2[*diff.Change, error] {
	return func(yield func(*diff.Change, error) bool) {
		for _, c := range changes {
			if !yield(c, nil) {
				return
			}
		}
	}
}

// summarize counts changes as a comparison does.
func summarize(changes []*diff.Change) *diff.Summary {
	s := &diff.Summary{Types: map[string]*diff.Count{}, Tables: map[string]*diff.Count{}, ZooKeeper: map[string]*diff.Count{},
		Ignored: map[diff.Reason]int64{diff.Timestamp: 3}}
	for _, c := range changes {
		m, key := s.Types, c.Type
		switch c.Kind {
		case diff.Row:
			m, key = s.Tables, c.Keyspace+"/"+c.Table
		case diff.ZNode:
			m, key = s.ZooKeeper, c.Family
		case diff.Container, diff.Member:
			s.Other++
			continue
		}
		if m[key] == nil {
			m[key] = &diff.Count{}
		}
		switch c.Op {
		case diff.Added:
			m[key].Added++
		case diff.Removed:
			m[key].Removed++
		default:
			m[key].Modified++
		}
	}
	return s
}

func writePage(t *testing.T, changes []*diff.Change) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "diff.html")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	if err := render.HTML(w, sequence(changes), summarize(changes), pageOf("before.json", "after.json")); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return name
}

func text(s string) diff.Stored { return diff.Stored{Text: s, Set: true} }

// sampleChanges has one change of each kind.
func sampleChanges() []*diff.Change {
	data := "node data"
	return []*diff.Change{
		{Kind: diff.Object, Op: diff.Added, Type: "project", UUID: "aaaaaaaa-0000-4000-8000-000000000001", FQName: []string{"d", "tenant"},
			Fields: []diff.Field{{Name: "prop:display_name", Op: diff.Added, New: text(`"Tenant"`)}}},
		{Kind: diff.Object, Op: diff.Removed, Type: "virtual_network", UUID: "aaaaaaaa-0000-4000-8000-000000000002", FQName: []string{"d", "tenant", "old-net"}},
		{Kind: diff.Object, Op: diff.Modified, Type: "virtual_network", UUID: "aaaaaaaa-0000-4000-8000-000000000003", FQName: []string{"d", "tenant", "net"},
			RenamedFrom: []string{"d", "tenant", "net-was"},
			Fields: []diff.Field{
				{Name: "parent:project:aaaaaaaa-0000-4000-8000-000000000001", Op: diff.Added, New: text("null")},
				{Name: "prop:quota", Op: diff.Modified, Old: text(`{"a": 1}`), New: text(`{"a": 2}`),
					Edits: []diff.Edit{{Path: "a", Op: diff.Modified, Old: "1", New: "2"}}},
			}},
		{Kind: diff.Row, Op: diff.Modified, Keyspace: "useragent", Table: "useragent_keyval_table", Key: "row-key",
			Fields: []diff.Field{{Name: "value", Op: diff.Modified, Old: diff.Stored{Text: "was", Set: true, IsRaw: true}, New: diff.Stored{Text: "needle in a value", Set: true, IsRaw: true}}}},
		{Kind: diff.ZNode, Op: diff.Added, Path: "/id/virtual-networks/0000000007", Family: "id", NewData: &data},
		{Kind: diff.Container, Op: diff.Added, Keyspace: "empty_keyspace"},
		{Kind: diff.Member, Op: diff.Modified, Name: "extra", Old: "1", New: "2"},
	}
}

func TestPageInBrowser(t *testing.T) {
	b := newBrowser(t)
	b.open(writePage(t, sampleChanges()))
	const all = "d:tenant|d:tenant:old-net|d:tenant:net|row-key|/id/virtual-networks/0000000007|empty_keyspace|extra"
	if got := b.titles(); got != all {
		t.Fatalf("the page shows %s, want %s", got, all)
	}

	t.Run("search", func(t *testing.T) {
		for query, want := range map[string]string{
			"NEEDLE value": "row-key", "net-was": "d:tenant:net", "aaaaaaaa-0000-4000-8000-000000000002": "d:tenant:old-net", "no such thing": "",
		} {
			b.refilter(set("search", query, "input"))
			if got := b.titles(); got != want {
				t.Errorf("searching for %q finds %q, want %q", query, got, want)
			}
		}
		b.refilter(set("search", "", "input"))
	})
	t.Run("filter", func(t *testing.T) {
		b.refilter(click(`button[data-group="virtual_network"]`))
		if got, want := b.titles(), "d:tenant:old-net|d:tenant:net"; got != want {
			t.Errorf("virtual_network shows %q, want %q", got, want)
		}
		b.refilter(click("#op-r"))
		if got, want := b.titles(), "d:tenant:net"; got != want {
			t.Errorf("without what was removed: %q, want %q", got, want)
		}
		b.refilter(click("#op-r"))
		b.refilter(set("group", "", "change"))
		b.refilter(set("kind", "znode", "change"))
		if got, want := b.titles(), "/id/virtual-networks/0000000007"; got != want {
			t.Errorf("nodes: %q, want %q", got, want)
		}
		b.refilter(set("kind", "", "change"))
		if got := eval[string](b, `document.getElementById("count").textContent`); got != "7 changes" {
			t.Errorf("the page counts %q, want 7 changes", got)
		}
	})
	t.Run("fold", func(t *testing.T) {
		open := func() int { return eval[int](b, `document.querySelectorAll("details[open]").length`) }
		if n := open(); n != 7 {
			t.Errorf("%d changes are unfolded at first, want 7", n)
		}
		b.js(click("#fold"))
		if n := open(); n != 0 {
			t.Errorf("%d changes are unfolded after Fold all", n)
		}
		b.do(chromedp.KeyEvent("j"), chromedp.KeyEvent("j"), chromedp.KeyEvent("o"))
		if got := eval[string](b, `[...document.querySelectorAll("details[open] bdi")].map(e => e.textContent).join()`); got != "d:tenant:old-net" {
			t.Errorf("j j o unfolds %q, want the second change", got)
		}
		b.do(chromedp.KeyEvent("u"))
		if n := open(); n != 7 {
			t.Errorf("%d changes are unfolded after u", n)
		}
	})
	t.Run("link", func(t *testing.T) {
		b.refilter(click(`button[data-group="virtual_network"]`))
		b.refilter(click(`article a`))
		b.wait(`document.querySelector("article.found bdi")?.textContent === "d:tenant"`)
		if got := b.titles(); got != all {
			t.Errorf("a link out of what is filtered shows %q, want everything", got)
		}
	})
	for _, scheme := range []string{"light", "dark"} {
		t.Run("axe "+scheme, func(t *testing.T) {
			call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			if v := b.axe(); v != "" {
				t.Error(v)
			}
		})
	}
}

// Texts of a dump that look like parts of the page stay texts.
func TestHostilePage(t *testing.T) {
	b := newBrowser(t)
	hostile := []string{
		`</script><script>window.pwned = 1</script>`, `<img src=x onerror="window.pwned = 1">`, `"><svg onload=window.pwned=1>`,
		`<!--<script>`, "{{.A}}", "javascript:window.pwned=1", "\u202eevil", "half \xed\xa0\x80 pair", "nul \x00 and \xff",
	}
	var changes []*diff.Change
	for i, h := range hostile {
		changes = append(changes, &diff.Change{Kind: diff.Object, Op: diff.Modified, Type: h, UUID: h, FQName: []string{h},
			Fields: []diff.Field{{Name: "prop:" + h, Op: diff.Modified, Old: text(`"` + h + `"`), New: text(`"x"`)}, {Name: "ref:" + h + ":" + hostile[(i+1)%len(hostile)], Op: diff.Added, New: text("null")}}},
			&diff.Change{Kind: diff.ZNode, Op: diff.Added, Path: "/" + h, Family: h, NewData: &h},
			&diff.Change{Kind: diff.Member, Op: diff.Added, Name: h, New: `"` + h + `"`})
	}
	b.open(writePage(t, changes))
	for _, selector := range []string{`button[data-group]`, "article a"} {
		b.js(fmt.Sprintf(`document.querySelector(%q)?.click()`, selector))
	}
	time.Sleep(100 * time.Millisecond) // for what would run
	if eval[bool](b, `"pwned" in window`) {
		t.Error("text of a dump was run")
	}
	titles := eval[[]string](b, `[...document.querySelectorAll("article bdi")].map(e => e.textContent)`)
	if len(titles) == 0 || !strings.Contains(strings.Join(titles, "\n"), hostile[0]) {
		t.Errorf("the hostile name is not shown as it is: %q", titles)
	}
	if n := eval[int](b, `document.images.length + document.querySelectorAll("svg[onload], article script").length`); n != 0 {
		t.Errorf("%d elements came out of texts", n)
	}
}

// With very many changes the page stays whole; what it takes is said, not asserted.
func TestLargePage(t *testing.T) {
	const n = 50_000
	changes := make([]*diff.Change, 0, n)
	for i := range n {
		changes = append(changes, &diff.Change{Kind: diff.Object, Op: diff.Modified, Type: fmt.Sprintf("type_%02d", i/2500),
			UUID: fmt.Sprintf("aaaaaaaa-0000-4000-8000-%012d", i), FQName: []string{"default-domain", "tenant", fmt.Sprintf("object-%d", i)},
			Fields: []diff.Field{{Name: "prop:display_name", Op: diff.Modified, Old: text(fmt.Sprintf(`"was %d"`, i)), New: text(fmt.Sprintf(`"is %d"`, i))}}})
	}
	b := newBrowser(t)
	b.open(writePage(t, changes))
	if got := eval[string](b, `document.getElementById("count").textContent`); got != "50,000 changes, page 1 of 500" {
		t.Errorf("the page counts %q", got)
	}
	if n := eval[int](b, `document.querySelectorAll("article").length`); n != 100 {
		t.Errorf("%d changes are drawn, want a page of 100", n)
	}
	start := time.Now()
	b.refilter(set("search", "is 49999", "input"))
	searched := time.Since(start)
	if got := b.titles(); got != "default-domain:tenant:object-49999" {
		t.Errorf("the search finds %q", got)
	}
	paint := eval[float64](b, `performance.getEntriesByName("first-contentful-paint")[0].startTime`)
	t.Logf("50,000 changes: first contentful paint after %.0f ms, search result after %d ms", paint, searched.Milliseconds())
}
