package generate

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestShapes keeps a list of what the rows of each type hold: for each kind
// of column, in how many rows it is, and how often at least and at most.
func TestShapes(t *testing.T) {
	type shape struct{ rows, least, most int }
	shapes := map[string]map[string]*shape{}
	rows := map[string]int{}
	p := parse(t, generated(t, Options{Objects: 5000, AllocUnit: 2}))
	for _, row := range p.objects() {
		typ := decode[string](t, row["type"].value)
		rows[typ]++
		here := map[string]int{"(columns)": len(row)}
		for column := range row {
			parts := strings.SplitN(column, ":", 3)
			here[strings.Join(parts[:min(2, len(parts))], ":")]++
		}
		if shapes[typ] == nil {
			shapes[typ] = map[string]*shape{}
		}
		for column, n := range here {
			s := shapes[typ][column]
			if s == nil {
				s = &shape{0, n, n}
				shapes[typ][column] = s
			}
			s.rows++
			s.least, s.most = min(s.least, n), max(s.most, n)
		}
	}
	var got strings.Builder
	for _, typ := range slices.Sorted(maps.Keys(shapes)) {
		fmt.Fprintf(&got, "%s %d\n", typ, rows[typ])
		for _, column := range slices.Sorted(maps.Keys(shapes[typ])) {
			s := shapes[typ][column]
			fmt.Fprintf(&got, "  %-60s %5d rows, %d to %d\n", column, s.rows, s.least, s.most)
		}
	}
	golden(t, "5000-objects.shapes", got.String())
}

// golden compares with a kept file, or writes it anew with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what it was; if that is meant, run the tests with -update. It is now\n%s", file, got)
	}
}
