package patch_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("../../docs/schema/patch-1.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("patch-1.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("patch-1.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func valid(t *testing.T, s *jsonschema.Schema, line string) error {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
	if err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return s.Validate(v)
}

// Each line of a patch is what the published schema says, and is ASCII but for
// values that are not.
func TestSchema(t *testing.T) {
	s := schema(t)
	kinds := map[string]bool{}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 2))
		text, _ := write(t, randomSpelling(r).write(randomModel(r)), randomSpelling(r).write(randomModel(r)))
		for line := range strings.Lines(text) {
			line = strings.NewReplacer("NaN", "0", "-Infinity", "0").Replace(line) // which no JSON has
			if err := valid(t, s, line); err != nil {
				t.Errorf("%v\n%s", err, line)
			}
			for _, kind := range []string{"schema", "keyspace", "table", "row", "cell", "node", "member", "end"} {
				if strings.HasPrefix(line, `{"`+kind+`": `) || strings.HasPrefix(line, `{"op": "`) && strings.Contains(line[:28], `"`+kind+`": `) {
					kinds[kind] = true
				}
			}
		}
	}
	if len(kinds) != 8 {
		t.Errorf("not all kinds of lines: %v", kinds)
	}
	for _, line := range []string{`{}`, `{"cell": "x"}`, `{"op": "modified", "table": ["a", "b"]}`, `{"op": "added", "row": ["a", "b"]}`,
		`{"cell": "x", "new": ["a"]}`, `{"node": "/x", "new": ["/x", ["a"]]}`, `{"schema": "dumptool.patch/2"}`, `{"member": "zookeeper", "old": 1}`} {
		if valid(t, s, line) == nil {
			t.Errorf("the schema has nothing against %s", line)
		}
	}
}
