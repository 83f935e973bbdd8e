package render

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/dumptool/dumptool/validate"
)

var update = flag.Bool("update", false, "write docs/checks.md anew")

func TestChecksAreCurrent(t *testing.T) {
	const path = "../../docs/checks.md"
	var b bytes.Buffer
	if err := Checks(&b); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(old, b.Bytes()) {
		t.Errorf("%s is not what the rules say: go test ./validate/render -update", path)
	}
}

// nasty are findings with all that formats have to escape.
func nasty(t *testing.T) []*validate.Finding {
	t.Helper()
	rule := func(id string) *validate.Rule {
		r, ok := validate.Lookup(id)
		if !ok {
			t.Fatalf("no rule %s", id)
		}
		return r
	}
	return []*validate.Finding{
		{Rule: rule("B-ENC-2"), Severity: validate.Error, UUID: "u<1>", Type: "virtual_network", FQName: []string{"a&b", "c\"d", "\u202e\x00é\U0001f680", "\xed\xa0\x80"},
			Where: "config_db_uuid/obj_uuid_table/x", Message: "]]> & <script> \n \x1b[31m", Offset: 17},
		{Rule: rule("B-TGT-11"), Severity: validate.Info, Where: "cassandra", Message: "message", Offset: -1},
		{Rule: rule("M-SNU-1"), Severity: validate.Warning, Where: "useragent/x", Message: "message", Offset: -1},
		{Rule: rule("X-GSC"), Severity: validate.Fatal, Where: "cassandra", Message: "message", Offset: -1},
	}
}

func rendered(t *testing.T, r func(*bufio.Writer) Renderer, list []*validate.Finding, s *validate.Summary) []byte {
	t.Helper()
	var b bytes.Buffer
	out := r(bufio.NewWriter(&b))
	if err := out.Begin(); err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if err := out.Finding(f); err != nil {
			t.Fatal(err)
		}
		s.Findings[f.Severity]++
	}
	if err := out.End(s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func summary(t *testing.T) *validate.Summary {
	t.Helper()
	live, _ := validate.Lookup("M-RF-1")
	return &validate.Summary{Findings: map[validate.Severity]int64{}, Skipped: []validate.Skipped{{Rule: live, Reason: "needs a live system"}}, Incomplete: errors.New("cut <off>")}
}

func TestSARIFFollowsItsSchema(t *testing.T) {
	f, err := os.Open("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"file": "dir/a b:ü.json", "standard input": ""} {
		for _, list := range [][]*validate.Finding{nil, nasty(t)} {
			text := rendered(t, func(w *bufio.Writer) Renderer {
				return NewSARIF(w, Report{File: file, Version: "1.2.3", Rules: validate.Rules()})
			}, list, summary(t))
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, text)
			}
			if err := schema.Validate(v); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	// The schema is one that refuses.
	v, _ := jsonschema.UnmarshalJSON(strings.NewReader(`{"version": "2.1.0", "runs": [{}]}`))
	if schema.Validate(v) == nil {
		t.Error("the schema accepts a run without a tool")
	}
}

func TestJUnit(t *testing.T) {
	type testcase struct {
		Class    string    `xml:"classname,attr"`
		Failures []string  `xml:"failure"`
		Skipped  *struct{} `xml:"skipped"`
	}
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
		Suite    struct {
			Cases []testcase `xml:"testcase"`
		} `xml:"testsuite"`
	}
	text := rendered(t, func(w *bufio.Writer) Renderer {
		return NewJUnit(w, Report{File: "x<.json", Rules: validate.Rules()}, validate.Error, "")
	}, nasty(t), summary(t))
	if err := xml.Unmarshal(text, &suites); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	failures, skipped := 0, 0
	for _, c := range suites.Suite.Cases {
		failures += len(c.Failures)
		if c.Skipped != nil {
			skipped++
		}
	}
	if n := len(suites.Suite.Cases); n != suites.Tests || n != len(validate.Rules()) {
		t.Errorf("%d cases, tests=%d, %d rules", n, suites.Tests, len(validate.Rules()))
	}
	if failures != 2 || suites.Failures != 2 || skipped != 1 || suites.Skipped != 1 || suites.Errors != 1 {
		t.Errorf("%d failures, failures=%d, %d skipped, skipped=%d, errors=%d", failures, suites.Failures, skipped, suites.Skipped, suites.Errors)
	}
}

func TestHTMLIsSelfContained(t *testing.T) {
	text := string(rendered(t, func(w *bufio.Writer) Renderer { return NewHTML(w, Report{File: "<b>.json", Version: "1"}, "") }, nasty(t), summary(t)))
	for _, not := range []string{"<script", "http://", "https://", "<b>.json", "\x1b", "\u202e", "<link", "<img", "src="} {
		if strings.Contains(text, not) {
			t.Errorf("it has %q", not)
		}
	}
	for _, want := range []string{"&lt;script&gt;", "needs a live system", "cut &lt;off&gt;", "<b>1</b>fatal", "a&amp;b"} {
		if !strings.Contains(text, want) {
			t.Errorf("it has no %q", want)
		}
	}
}

func TestJSONLines(t *testing.T) {
	text := rendered(t, NewJSON, nasty(t), summary(t))
	for i, line := range bytes.Split(bytes.TrimSpace(text), []byte("\n")) {
		var v map[string]any
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if _, ok := v["schema"]; ok != (i == 0) {
			t.Errorf("line %d: schema %v", i, ok)
		}
		for _, member := range []string{"id", "check", "class", "severity", "object", "where", "message", "fix"} {
			if _, ok := v[member]; !ok {
				t.Errorf("line %d has no %s", i, member)
			}
		}
	}
}
