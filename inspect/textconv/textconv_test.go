package textconv

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
)

func lines(t *testing.T, text string, o Options) string {
	t.Helper()
	d, err := dump.Open(dump.Input{Name: "d", Stream: strings.NewReader(text)}, dump.Options{Memory: 16 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var out bytes.Buffer
	if err := Write(context.Background(), &out, d, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Rows, columns and nodes in any order give the same lines, and each line that
// All adds is added: nothing else changes.
func TestOrderDoesNotMatter(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var rows, nodes []string
	for i := range 200 {
		cols := []string{
			fmt.Sprintf(`"type": ["\"t%d\"", 1]`, i%3), fmt.Sprintf(`"fq_name": ["[\"a\", \"%d\"]", 2]`, i%50),
			`"prop:x": ["{\"b\": [1, {\"c\": 2}], \"a\": \"\"}", 3]`, `"": ["1", 4]`, `"children:x:y": ["null", 4]`,
		}
		rnd.Shuffle(len(cols), func(i, j int) { cols[i], cols[j] = cols[j], cols[i] })
		rows = append(rows, fmt.Sprintf(`"u%d": {%s}`, i, strings.Join(cols, ", ")))
		nodes = append(nodes, fmt.Sprintf(`[\"/n/%d\", [\"d\", [1]]]`, i))
	}
	make := func() string {
		rnd.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		rnd.Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
		return fmt.Sprintf(`{"zookeeper": "[%s]", "cassandra": {"config_db_uuid": {"obj_uuid_table": {%s}}}}`, strings.Join(nodes, ", "), strings.Join(rows, ", "))
	}
	for _, all := range []bool{false, true} {
		want := lines(t, make(), Options{All: all})
		if n := strings.Count(want, "\n    prop:x.b[1].c = 2\n"); n != 200 {
			t.Fatalf("%d leaves of 200", n)
		}
		if n := strings.Count(want, "\n     = 1\n"); n != 200 {
			t.Errorf("%d columns without a name, of 200", n)
		}
		if n := strings.Count(want, "children:"); (n > 0) != all {
			t.Errorf("all %v: %d children", all, n)
		}
		for range 3 {
			if got := lines(t, make(), Options{All: all}); got != want {
				t.Fatal("another order gives other lines")
			}
		}
	}
}

// Each kind of difference that diff shows by default changes the lines.
func TestEveryChangeIsSeen(t *testing.T) {
	const base = `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"u": {"type": ["\"project\"", 1], "fq_name": ["[\"a\"]", 1], "prop:x": ["1", 1], "prop:y": ["raw", 1]}}}, ` +
		`"ks": {"t": {"r": {"c": ["v", 1]}}}}, "zookeeper": "[[\"/a\", [\"b\", [1]]], [\"/n\", [null, [1]]]]", "m": [1]}`
	want := lines(t, base, Options{})
	for _, change := range [][2]string{
		{`\"project\"`, `\"domain\"`}, {`[\"a\"]`, `[\"b\"]`}, {`["1", 1]`, `["2", 1]`}, {`["1", 1]`, `["\"1\"", 1]`}, {`["1", 1]`, `[1, 1]`}, {`["1", 1]`, `["1", 1, 2]`},
		{`"raw"`, `"rae"`}, {`"v"`, `"w"`}, {`"r":`, `"s":`}, {`"t":`, `"u":`}, {`"ks":`, `"kt":`}, {`\"b\"`, `\"c\"`}, {`\"/a\"`, `\"/b\"`}, {`null`, `\"null\"`}, {`[1]}`, `[2]}`}, {`"m"`, `"n"`},
	} {
		changed := strings.Replace(base, change[0], change[1], 1)
		if changed == base {
			t.Fatalf("%s is not in the dump", change[0])
		}
		if lines(t, changed, Options{}) == want {
			t.Errorf("%s instead of %s is not seen", change[1], change[0])
		}
	}
}
