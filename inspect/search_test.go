package inspect

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

func fixed(t testing.TB, text string, fold bool) *Pattern {
	t.Helper()
	p, err := FixedPattern(text, fold)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func expression(t testing.TB, text string, fold bool) *Pattern {
	t.Helper()
	p, err := RegexpPattern(text, fold)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func hits(t *testing.T, text string, p *Pattern, o SearchOptions) []Hit {
	t.Helper()
	var list []Hit
	err := Search(background, open(t, text, dump.Options{}), p, o, func(h *Hit) error {
		list = append(list, *h)
		if line := h.AppendJSON(nil, SearchSchema); !json.Valid(line) {
			t.Errorf("no JSON: %s", line)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func places(list []Hit) string {
	var lines []string
	for _, h := range list {
		lines = append(lines, string(h.In)+" "+h.Path.String())
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

// expected finds a pattern with encoding/json and package regexp.
func expected(t *testing.T, text string, re *regexp.Regexp) string {
	t.Helper()
	var doc struct {
		Cassandra map[string]map[string]map[string]map[string]json.RawMessage
		ZooKeeper string
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	var lines []string
	add := func(in HitPart, p dump.Path, text string) {
		if re.MatchString(text) {
			lines = append(lines, string(in)+" "+p.String())
		}
	}
	for ks, tables := range doc.Cassandra {
		p := dump.Path{Level: dump.AtKeyspace, Keyspace: ks}
		add(InKeyspace, p, ks)
		for table, rows := range tables {
			p := p
			p.Level, p.Table = dump.AtTable, table
			add(InTable, p, table)
			for key, row := range rows {
				p := p
				p.Level, p.Row = dump.AtRow, key
				add(InKey, p, key)
				for column, cell := range row {
					p := p
					p.Level, p.Column = dump.AtColumn, column
					add(InColumn, p, column)
					var value string
					var elements []json.RawMessage
					if json.Unmarshal(cell, &elements) != nil {
						elements = []json.RawMessage{cell}
					}
					if json.Unmarshal(elements[0], &value) != nil {
						value = string(elements[0])
					}
					add(InValue, p, value)
				}
			}
		}
	}
	var nodes [][]json.RawMessage
	if err := json.Unmarshal([]byte(doc.ZooKeeper), &nodes); err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		var path string
		json.Unmarshal(n[0], &path)
		normal := string(dump.AppendNormalPath(nil, []byte(path)))
		p := dump.Path{Level: dump.AtZNode, Node: normal}
		add(InPath, p, normal)
		var rest []json.RawMessage
		var data *string
		json.Unmarshal(n[1], &rest)
		if json.Unmarshal(rest[0], &data); data != nil {
			add(InData, p, *data)
		}
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

func TestSearchAgreesWithOtherReader(t *testing.T) {
	for name, text := range texts(t) {
		for _, c := range []struct {
			pattern    string
			expr, fold bool
		}{
			{"default", false, false}, {`"net`, false, false}, {"é", false, false}, {`\`, false, false}, {"\n", false, false}, {`", "`, false, false},
			{"NET", false, true}, {"É", false, true}, {"1111-", false, false}, {"/", false, false}, {"[1", false, false}, {"uuid", false, false},
			{`net-?\d+"`, true, false}, {`^\[`, true, false}, {`NET-?\d`, true, true}, {`^null$`, true, false}, {`password|secret`, true, true},
			{"no such thing", false, false},
		} {
			var p *Pattern
			expr := regexp.QuoteMeta(c.pattern)
			if c.expr {
				p, expr = expression(t, c.pattern, c.fold), c.pattern
			} else {
				p = fixed(t, c.pattern, c.fold)
			}
			if c.fold {
				expr = "(?i)" + expr
			}
			want := expected(t, text, regexp.MustCompile(expr))
			for _, mask := range []bool{false, true} {
				if got := places(hits(t, text, p, SearchOptions{Mask: mask})); got != want {
					t.Errorf("%s, %q, mask %v:\n%.600s\nwant\n%.600s", name, c.pattern, mask, got, want)
				}
			}
		}
	}
}

func TestExcerpts(t *testing.T) {
	list := hits(t, small, fixed(t, "hunter2", false), SearchOptions{})
	if len(list) != 2 || list[0].Before != `{"username": "root", "password": "` || list[0].Match != "hunter2" || list[0].After != `"}` || list[0].CutBefore || list[0].CutAfter {
		t.Errorf("%+v", list)
	}
	for _, h := range hits(t, small, fixed(t, "hunter2", false), SearchOptions{Mask: true}) {
		if !h.Withheld || h.Before+h.Match+h.After != "" {
			t.Errorf("a secret is shown: %+v", h)
		}
	}
	for _, h := range hits(t, small, fixed(t, "username", false), SearchOptions{Mask: true}) {
		if h.Match != "username" || strings.Contains(h.After, "hunter2") || !strings.Contains(h.After, contrail.Masked) {
			t.Errorf("masked: %+v", h)
		}
	}
	long := strings.Repeat("é", 100) + "needle" + strings.Repeat("ü", 100)
	var h Hit
	at := strings.Index(long, "needle")
	h.excerpt([]byte(long), at, at+6)
	if h.Before != strings.Repeat("é", 24) || h.After != strings.Repeat("ü", 24) || !h.CutBefore || !h.CutAfter {
		t.Errorf("%+v", h)
	}
	h.excerpt([]byte(long), 10, len(long))
	if len(h.Match) > matchBytes || !strings.HasPrefix(long[10:], h.Match) || h.After != "" || !h.CutAfter {
		t.Errorf("%+v", h)
	}
}

// A value that is kept in a file is searched like any other.
func TestSearchInLongValues(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for range 6 {
		filler := []string{`x`, `\\`, `\"`, `\u00e9`, `é`, `{}`}[rng.IntN(6)]
		before := strings.Repeat(filler, 1+rng.IntN(3<<20)/len(filler))
		after := strings.Repeat(filler, (1<<20)/len(filler)+10)
		text := `{"cassandra": {"ks": {"t": {"k": {"c": ["` + before + `NeeDle \"` + after + `", 1]}}}}, "zookeeper": "[]"}`
		for name, p := range map[string]*Pattern{
			"fixed": fixed(t, `NeeDle "`, false), "folded": fixed(t, `needle "`, true), "expression": expression(t, `N[e]+Dle "`, false),
		} {
			for _, mask := range []bool{false, true} {
				list := hits(t, text, p, SearchOptions{Mask: mask})
				if len(list) != 1 || list[0].Match != `NeeDle "` || list[0].Path.String() != "ks/t/k/c" || list[0].CutBefore != (len(before) > 600) {
					t.Errorf("%q, %s, mask %v: %+v", filler, name, mask, list)
				}
			}
		}
		if list := hits(t, text, fixed(t, "needle", false), SearchOptions{}); len(list) != 0 {
			t.Errorf("%+v", list)
		}
	}
}

// A match is found wherever the window of a long value ends.
func TestFindInWindows(t *testing.T) {
	p := fixed(t, "needle", false)
	for _, size := range []int{0, 1, 256<<10 - 7, 256<<10 - 3, 256 << 10, 256<<10 + 1, 1 << 20} {
		text := append(bytes.Repeat([]byte{'n'}, size), "needle"...)
		start, end, ok, err := p.findIn(bytes.NewReader(text))
		if err != nil || !ok || start != int64(size) || end != int64(size)+6 {
			t.Errorf("%d: %d %d %v %v", size, start, end, ok, err)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, f := range []func(string, bool) (*Pattern, error){FixedPattern, RegexpPattern} {
		if _, err := f("", false); err == nil {
			t.Error("nothing was accepted")
		}
	}
	if _, err := RegexpPattern("(", false); err == nil {
		t.Error("( was accepted")
	}
	if p := expression(t, `abc"x+`, false); string(p.plain) != "abc" {
		t.Errorf("plain beginning %q", p.plain)
	}
	if got := string(fixed(t, "AbC", true).fixed); got != "abc" {
		t.Error(got)
	}
}
