package dump

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// rows says all that a reader gives but its cells, and what is wrong. passing
// makes it go past the cells of some rows.
func rows(in io.Reader, passing func() bool) string {
	var out strings.Builder
	r := NewReader(in, "F", Options{OnProblem: func(p *Problem) error {
		fmt.Fprintln(&out, p)
		return nil
	}})
	defer r.Close()
	var times TimeRange
	sought := ""
	found := func(c *Cell) {
		sought += fmt.Sprintf("%s %q %q %v %d-%d-%d ", c.Name.Raw, c.Value.Raw(), c.Time, c.Shape, c.Offset, c.ValueOffset, c.End)
	}
	ended := func() {
		start, end := r.Span()
		oldest, newest := times.Bounds()
		fmt.Fprintf(&out, "row ended %d-%d with %d cells of %s to %s: %s\n", start, end, r.Cells(), oldest, newest, sought)
	}
	const column = "prop:column000007"
	for r.Next() {
		switch start, end := r.Span(); r.Kind() {
		case CellRead:
			times.Add(r.Cell())
			if r.Cell().Name.Is(column) {
				found(r.Cell())
			}
		case RowStart:
			fmt.Fprintf(&out, "row %q %d-%d\n", r.Key().String(), start, end)
			times, sought = TimeRange{}, ""
			if passing() && r.PassRowWith(&times, column, found) {
				ended()
			}
		case RowEnd:
			ended()
		default:
			fmt.Fprintf(&out, "%d %q %q\n", r.Kind(), r.Keyspace(), r.Table())
		}
	}
	fmt.Fprintln(&out, r.Err())
	return out.String()
}

func never() bool { return false }

func always() bool { return true }

// checkPassing compares rows that are read cell by cell with rows that are not.
func checkPassing(t *testing.T, text []byte) {
	t.Helper()
	want := rows(bytes.NewReader(text), never)
	n := 0
	for name, got := range map[string]string{
		"all":          rows(bytes.NewReader(text), always),
		"every other":  rows(bytes.NewReader(text), func() bool { n++; return n%2 == 0 }),
		"byte by byte": rows(iotest.OneByteReader(bytes.NewReader(text)), always),
	} {
		if got != want {
			t.Fatalf("%s passed: %s\n\ninstead of %s", name, got, want)
		}
	}
}

func FuzzPassRow(f *testing.F) {
	for _, row := range []string{
		``, `"a": ["x", 1]`, `"a": ["x", 1], "b": ["y", 2]`, `"b": ["x", 1], "a": ["y", 2], "b": ["z", 3]`,
		`"a": ["x", 1], "a": ["y", 2]`, `"a": ["x", 1.5], "b": ["\u00e9", 2], "c": "bare", "d": ["x", 12345678901234567]`,
		`"a" : ["x", 1], "b":["y",2] , "c": ["x", 1] }`, `"a": ["x", 1],, "b": ["x", 1]`, `"a": ["x", 01]`, `"a": ["x", 1]x`,
		`"a": ["\x", 1]`, `"a": ["x", 1], "b": ["x", 1], "\u0061": ["z", 1]`, `"a": ["x", ]`, `"a": ["x", 1]], "b": ["x", 1]`,
		`"": ["", 0], "a": ["", 0],  "b": ["", 0]`, `"a": ["x", 1], "b": ["y", 2`, `"aaaaaaaab": ["x", 1], "aaaaaaaaa": ["y", 2]`,
	} {
		f.Add([]byte(row))
	}
	f.Fuzz(func(t *testing.T, row []byte) {
		if len(row) > 1<<12 {
			return
		}
		text := []byte(`{"cassandra": {"k": {"t": {"r": {`)
		text = append(append(text, row...), `}, "s": {"a": ["x", 1]}}}}, "zookeeper": "[]"}`...)
		checkPassing(t, text)
	})
}

// Rows of random cells, wide ones across the windows of the scanner among them.
func TestPassRow(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 3))
		var b bytes.Buffer
		b.WriteString(`{"cassandra": {"k": {"t": {`)
		for row := range 1 + rng.IntN(5) {
			if row > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, `"row%d": {`, row)
			cells := rng.IntN(20)
			if rng.IntN(4) == 0 {
				cells = 2000 + rng.IntN(8000)
			}
			for i := range cells {
				if i > 0 {
					b.WriteString(", ")
				}
				name := fmt.Sprintf("prop:column%06d", i)
				switch rng.IntN(400) {
				case 0:
					name = fmt.Sprintf("prop:column%06d", rng.IntN(cells))
				case 1:
					name += "é"
				case 2:
					name = fmt.Sprintf(`prop:\u0063olumn%06d`, i)
				}
				switch rng.IntN(100) {
				case 0:
					fmt.Fprintf(&b, `"%s": "bare"`, name)
				case 1:
					fmt.Fprintf(&b, `"%s": ["%s", 1.5]`, name, strings.Repeat(`\u00e9`, 30))
				case 2:
					fmt.Fprintf(&b, `"%s":["x",1]`, name)
				default:
					fmt.Fprintf(&b, `"%s": ["%s", 15%d]`, name, strings.Repeat("x", rng.IntN(60)), rng.Uint64N(1e14))
				}
			}
			b.WriteByte('}')
		}
		b.WriteString(`}}}, "zookeeper": "[]"}`)
		checkPassing(t, b.Bytes())
		// And what is wrong somewhere.
		damaged := bytes.Clone(b.Bytes())
		damaged[rng.IntN(len(damaged))] = `"{}[]:, \x0`[rng.IntN(11)]
		checkPassing(t, damaged)
	}
}

func TestHasDoubleSlash(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		path := make([]byte, rng.IntN(40))
		for i := range path {
			path[i] = "/ab\xaf.0"[rng.IntN(6)]
			if rng.IntN(2) == 0 {
				path[i] = 'x'
			}
		}
		if got, want := hasDoubleSlash(path), bytes.Contains(path, []byte("//")); got != want {
			t.Fatalf("%q: %v", path, got)
		}
	}
}
