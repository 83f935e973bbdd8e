package jsonscan

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

func TestNextEntryAgreesWithNext(t *testing.T) {
	const stat = `[1, 2, 1600000000078, 4, 0, 0, 0, 0, 36, 0, 1]`
	rng := rand.New(rand.NewPCG(7, 6))
	for range 300 {
		doc := []byte("[")
		for i := range rng.IntN(40) {
			if i > 0 {
				doc = append(doc, ',')
			}
			doc = append(doc, []string{
				` ["/a/b/", ["data", ` + stat + `]]`, `["/x/", ["", ` + stat + `]]`, ` ["q\"\\", ["{\"k\": 1}", ` + stat + `]]`,
				` ["/u\u00e9", ["data", ` + stat + `]]`, ` ["/a/b/", [null, ` + stat + `]]`, ` ["/a/b/", ["data", [1.5]]]`,
				` ["/a/b/", ["data", ` + strings.ReplaceAll(stat, "36", "-36") + `]]`, ` ["/a/b/", ["data", ` + strings.ReplaceAll(stat, "36", "36e1") + `]]`,
				` ["/a/b/",["data",` + strings.ReplaceAll(stat, " ", "") + `]]`, ` 5`, ` [[], [["n"]], {"k": ["data", ` + stat + `]}]`,
				` ["/a/b/", ["data", ` + strings.ReplaceAll(stat, "36, 0", "36,0 ") + `]]`,
				` ["/a/b/", ["data", ` + strings.ReplaceAll(stat, "36", `"s"`) + `]]`,
			}[rng.IntN(13)]...)
		}
		doc = append(doc, " ] "...)
		var want []json.RawMessage
		if err := json.Unmarshal(doc, &want); err != nil {
			t.Fatal(err)
		}
		s := New(iotest.HalfReader(bytes.NewReader(doc)), Options{})
		s.Next()
		fast := 0
		for i := 0; ; i++ {
			var e Entry
			if s.NextEntry(&e) {
				fast++
				if got := `["` + string(e.Path) + `", ["` + string(e.Data) + `", ` + string(e.Stat) + `]]`; got != string(want[i]) {
					t.Fatalf("element %d is %s, want %s", i, got, want[i])
				}
				if got := string(doc[e.Start:e.End]); got != string(want[i]) {
					t.Fatalf("element %d stands at %q, want %s", i, got, want[i])
				}
				continue
			}
			k := s.Next()
			if k == ArrayEnd {
				if i != len(want) {
					t.Fatalf("%d elements, want %d", i, len(want))
				}
				break
			}
			for s.Depth() > 1 {
				if k = s.Next(); k == Invalid {
					t.Fatalf("%s: %v", doc, s.Err())
				}
			}
		}
		ordinary := 0
		for _, w := range want {
			var e struct {
				path string
				rest [2]json.RawMessage
			}
			if json.Unmarshal(w, &[]any{&e.path, &e.rest}) == nil && string(e.rest[1]) == stat && string(e.rest[0]) != "null" && !bytes.Contains(w, []byte(`\u`)) && w[0] == '[' {
				ordinary++
			}
		}
		if fast != ordinary {
			t.Fatalf("%d elements were read at once, want %d, of %s", fast, ordinary, doc)
		}
		if k := s.Next(); k != EOF {
			t.Fatal(s.Err())
		}
	}
}
