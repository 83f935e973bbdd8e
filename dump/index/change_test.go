package index

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump/seekable"
)

// sayings returns what the index says of each row, of each block of columns and
// of each block of rows: by key, or by place.
func sayings(t *testing.T, x *Index) map[string]string {
	t.Helper()
	says := map[string]string{}
	tables, err := x.Tables()
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		says["table "+table.Keyspace+"/"+table.Name] = fmt.Sprint(table.Untimed, table.Timed, table.Rows, table.Cells)
		for row, err := range x.Rows(table.Keyspace, table.Name, nil) {
			if err != nil {
				t.Fatal(err)
			}
			says["row "+table.Name+" "+string(row.Key)] = fmt.Sprint(row.Untimed, row.Timed, row.Cells)
			n := 0
			for b, err := range x.Blocks(&row) {
				if err != nil {
					t.Fatal(err)
				}
				says[fmt.Sprintf("columns %s %d", row.Key, n)] = fmt.Sprint(b.Untimed, b.Timed, b.Cells)
				n++
			}
		}
	}
	rows, err := x.Section(rowsTable)
	if err != nil {
		t.Fatal(err)
	}
	for leaf, err := range rows.Leaves() {
		if err != nil {
			t.Fatal(err)
		}
		recs, err := leaf.Records()
		if err != nil {
			t.Fatal(err)
		}
		var sums seekable.Sums
		for _, rec := range recs {
			r, err := parseRow(rec)
			if err != nil {
				t.Fatal(err)
			}
			sums.Add(seekable.Sums{ALo: r.Untimed, BLo: r.Timed})
		}
		says[fmt.Sprintf("leaf %q", leaf.First)] = fmt.Sprint(leaf.Sums(), leaf.Count(), sums)
	}
	return says
}

// One changed cell changes its row, the block of columns and the block of rows
// that it is in, the sums of its table, and nothing else.
func TestOneChangedCell(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"cassandra": {"ks": {"narrow": {`)
	for i := range 3000 {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, `"row%05d": {"a": ["v%d", 1], "b": ["w", 2]}`, i, i)
	}
	b.WriteString(`}, "wide": {"all": {`)
	for i := range 5000 {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, `"column%05d": ["x%d", 1]`, i, i)
	}
	b.WriteString(`}}}}, "zookeeper": "[]"}`)
	text := b.String()
	before := sayings(t, open(t, compressed(t, []byte(text), 2)))
	for _, c := range []struct {
		old, changed string
		want         []string // of the leaf only the beginning
	}{
		{`"v1234", 1]`, `"V1234", 1]`, []string{"row narrow row01234", "table ks/narrow", "leaf"}},
		{`"v2000", 1]`, `"v2000", 7]`, []string{"row narrow row02000", "table ks/narrow", "leaf"}},
		{`"x2500", 1]`, `"y2500", 1]`, []string{"row wide all", "table ks/wide", "columns all", "leaf"}},
	} {
		after := sayings(t, open(t, compressed(t, bytes.Replace([]byte(text), []byte(c.old), []byte(c.changed), 1), 2)))
		if len(after) != len(before) {
			t.Errorf("%s: %d things instead of %d", c.changed, len(after), len(before))
		}
		var differ []string
		for what, says := range before {
			if after[what] != says {
				differ = append(differ, what)
			}
		}
		if len(differ) != len(c.want) {
			t.Errorf("%s: %q differ", c.changed, differ)
		}
		for _, want := range c.want {
			found := 0
			for _, what := range differ {
				if strings.HasPrefix(what, want) {
					found++
				}
			}
			if found != 1 {
				t.Errorf("%s: %d times %s in %q", c.changed, found, want, differ)
			}
		}
	}
}
