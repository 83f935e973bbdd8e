package diff_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/diff/render"
)

// checkSchema renders the comparison of two dumps as JSON and checks it against
// the published schema.
func checkSchema(t *testing.T, a, b string, o diff.Options) {
	t.Helper()
	text, err := os.ReadFile("../docs/schema/diff-1.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("diff-1.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("diff-1.json")
	if err != nil {
		t.Fatal(err)
	}
	r := compared(t, [2]string{a, b}, o)
	var out bytes.Buffer
	if err := render.JSON(&out, "A", "B", r.Changes(), r.Summary); err != nil {
		t.Fatal(err)
	}
	result, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	if err := schema.Validate(result); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// TestJSONFollowsItsSchema does so for the two dumps that lie in testdata, in
// both directions, and for one with everything that is odd.
func TestJSONFollowsItsSchema(t *testing.T) {
	before, err := os.ReadFile("../testdata/pair/before.json")
	if err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile("../testdata/pair/after.json")
	if err != nil {
		t.Fatal(err)
	}
	all := diff.Options{Show: map[diff.Reason]bool{}}
	for _, r := range diff.Reasons() {
		all.Show[r] = true
	}
	odd := `{"cassandra": {"e": {}, "config_db_uuid": {"t": {}, "obj_uuid_table": {"` + u1 + `": {"type": ["\"tag\"", 1.5], "fq_name": ["[\"t\\ud800\"]", 1], "x": "bare", "y": [5, 1, 2], "z": ["no json", 1]}}}},
		"zookeeper": "[[\"/a\", [null, [1]]], [\"c/b/\", [\"\\u0000\", [1]]]]", "m": {"x": [1]}, "n": null}`
	for _, o := range []diff.Options{{}, all} {
		checkSchema(t, string(before), string(after), o)
		checkSchema(t, string(after), string(before), o)
		checkSchema(t, string(before), odd, o)
		checkSchema(t, odd, string(after), o)
		checkSchema(t, odd, strings.NewReplacer("bare", "other", "no json", "none", "1.5", "2.5", "[1]", "[2]", "null", "0").Replace(strings.ReplaceAll(odd, `[null, [1]]`, `[\"x\", [1]]`)), o)
	}
}
