package patch

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
)

// Edits are what the lines say, backwards with both sides exchanged.
func TestEdits(t *testing.T) {
	a := `{"cassandra": {"k": {"t": {"r": {"c": ["old", 1], "d": ["x", 1]}, "s": {"c": ["y", 1]}}, "gone": {}}},
		"zookeeper": "[[\"/n/\", [\"a\", [1]]], [\"/m/\", [null, [1]]]]", "other": 1}`
	b := `{"cassandra": {"k": {"t": {"r": {"c": ["new \ud800", 2]}, "q": {"c": ["z", 5]}}, "made": {}}},
		"zookeeper": "[[\"/n/\", [\"b\", [2]]], [\"/o/\", [\"\", [1]]]]", "other": 2}`
	open := func(text, name string) *dump.Dump {
		d, err := dump.Open(dump.Input{Name: name, At: strings.NewReader(text), Size: int64(len(text))}, dump.Options{OnProblem: func(*dump.Problem) error { return nil }})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	var text bytes.Buffer
	if _, err := Write(context.Background(), &text, open(a, "a"), open(b, "b")); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"1 k/gone removed", "1 k/made added",
		"2 k/t/q added", "3 k/t/q/c - z 5", "2 k/t/r modified", "3 k/t/r/c old 1 new \xed\xa0\x80 2", "3 k/t/r/d x 1 -",
		"2 k/t/s removed", "3 k/t/s/c y 1 -",
		"4 zk:/m null [1] -", "4 zk:/n a [1] b [2]", "4 zk:/o -  [1]", "5 other 1 2",
	}
	if got := edits(t, open(text.String(), "p"), false); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	// Written again they are the same patch.
	var again bytes.Buffer
	w, err := NewWriter(&again)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Read(context.Background(), open(text.String(), "p"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for e, err := range p.Edits(context.Background()) {
		if err == nil {
			err = w.Write(e)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if again.String() != text.String() {
		t.Errorf("got\n%s\nwant\n%s", again.String(), text.String())
	}
	forwards := edits(t, open(text.String(), "p"), false)
	backwards := edits(t, open(text.String(), "p"), true)
	for i, line := range backwards {
		if i < 2 || strings.HasPrefix(line, "2") {
			continue
		}
		if line == forwards[i] {
			t.Errorf("the same backwards: %s", line)
		}
	}
	if backwards[0] != "1 k/gone added" || backwards[5] != "3 k/t/r/c new \xed\xa0\x80 2 old 1" {
		t.Errorf("%q", backwards)
	}
}

func edits(t *testing.T, d *dump.Dump, reverse bool) (lines []string) {
	t.Helper()
	p, err := Read(context.Background(), d, reverse)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if len(p.Sum()) != 32 {
		t.Errorf("sum %q", p.Sum())
	}
	for e, err := range p.Edits(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("%d %s", e.Kind, e.Path)
		switch {
		case e.Kind >= CellEdit:
			for i := range 2 {
				line += " " + shown(t, e, i)
			}
		case e.Added:
			line += " added"
		case e.Removed:
			line += " removed"
		default:
			line += " modified"
		}
		lines = append(lines, line)
	}
	return lines
}

func shown(t *testing.T, e *Edit, i int) string {
	t.Helper()
	c := []*dump.Cell{e.OldCell, e.NewCell}[i]
	z := []*dump.ZNode{e.OldNode, e.NewNode}[i]
	m := []*io.SectionReader{e.OldMember, e.NewMember}[i]
	switch {
	case c != nil:
		if !c.Name.Is(e.Name) {
			t.Errorf("%s has a cell %s", e.Path, c.Name.String())
		}
		return string(c.Value.Text().Decoded()) + " " + string(c.Time)
	case z != nil && !z.Data.IsText:
		return "null " + string(z.Stat)
	case z != nil:
		return string(z.Data.Text().Decoded()) + " " + string(z.Stat)
	case m != nil:
		text, err := io.ReadAll(m)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	return "-"
}
