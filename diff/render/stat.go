package render

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dumptool/dumptool/diff"
)

// stat writes a line with a bar for each type, table and family.
func (t *text) stat(s *diff.Summary) {
	type row struct {
		name string
		c    *diff.Count
	}
	var rows []row
	width, most := 0, int64(0)
	for _, part := range []struct {
		prefix string
		counts map[string]*diff.Count
	}{{"", s.Types}, {"", s.Tables}, {"zookeeper ", s.ZooKeeper}} {
		for _, name := range slices.Sorted(maps.Keys(part.counts)) {
			r := row{t.look.Escape(part.prefix + typeName(name)), part.counts[name]}
			rows = append(rows, r)
			width = max(width, len([]rune(r.name)))
			most = max(most, r.c.Total())
		}
	}
	if len(rows) == 0 && s.Other == 0 {
		return
	}
	room := int64(max(min(t.look.Width, 100)-width-16, 10))
	bar := func(n int64) int {
		if most <= room {
			return int(n)
		}
		return int((n*room + most - 1) / most)
	}
	for _, r := range rows {
		t.line(fmt.Sprintf(" %s%s | %8d %s%s%s", r.name, strings.Repeat(" ", width-len([]rune(r.name))), r.c.Total(),
			t.look.Added(strings.Repeat("+", bar(r.c.Added))), t.look.Removed(strings.Repeat("-", bar(r.c.Removed))),
			t.look.Modified(strings.Repeat("~", bar(r.c.Modified)))))
	}
	t.line(" " + totals(s))
}
