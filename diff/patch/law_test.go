package patch_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/diff/patch"
	"github.com/dumptool/dumptool/diff/render"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/generate"
)

func open(t testing.TB, name, text string) *dump.Dump {
	t.Helper()
	d, err := dump.Open(dump.Input{Name: name, At: strings.NewReader(text), Size: int64(len(text))}, dump.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// write returns the patch from a to b.
func write(t testing.TB, a, b string) (string, patch.Stats) {
	t.Helper()
	var out bytes.Buffer
	stats, err := patch.Write(context.Background(), &out, open(t, "A", a), open(t, "B", b))
	if err != nil {
		t.Fatalf("%v\nA: %.2000s\nB: %.2000s", err, a, b)
	}
	return out.String(), stats
}

func apply(t testing.TB, base, text string, reverse bool, o patch.ApplyOptions) (string, error) {
	t.Helper()
	p, err := patch.Read(context.Background(), open(t, "P", text), reverse)
	if err != nil {
		return "", err
	}
	defer p.Close()
	var out bytes.Buffer
	_, err = patch.Apply(context.Background(), &out, open(t, "BASE", base), p, o)
	return out.String(), err
}

// differences returns what diff --all says.
func differences(t testing.TB, a, b string) string {
	t.Helper()
	show := map[diff.Reason]bool{}
	for _, r := range diff.Reasons() {
		show[r] = true
	}
	r, err := diff.Compare(context.Background(), open(t, "A", a), open(t, "B", b), diff.Options{Show: show, Thorough: true})
	if err != nil {
		return err.Error()
	}
	defer r.Close()
	if r.Summary.Total() == 0 {
		return ""
	}
	var out bytes.Buffer
	if err := render.JSONL(&out, "A", "B", r.Changes(), r.Summary); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// law checks that a patch leads from a to b and back, and that nothing is left
// to patch then.
func law(t testing.TB, a, b string) {
	t.Helper()
	text, stats := write(t, a, b)
	if lines := int64(strings.Count(text, "\n")); lines != stats.Total()+2 {
		t.Errorf("%d lines for %d", lines, stats.Total())
	}
	for _, way := range []struct {
		from, to string
		reverse  bool
	}{{a, b, false}, {b, a, true}} {
		got, err := apply(t, way.from, text, way.reverse, patch.ApplyOptions{})
		if err != nil {
			t.Fatalf("reverse %v: %v\npatch: %.4000s\nfrom: %.4000s\nto: %.4000s", way.reverse, err, text, way.from, way.to)
		}
		if d := differences(t, got, way.to); d != "" {
			t.Fatalf("reverse %v: %.3000s\npatch: %.4000s\nfrom: %.4000s\nto: %.4000s\ngot: %.4000s", way.reverse, d, text, way.from, way.to, got)
		}
		if again, stats := write(t, got, way.to); stats.Total() > 0 {
			t.Fatalf("still to patch: %.2000s\nfrom: %.4000s\nto: %.4000s\ngot: %.4000s", again, way.from, way.to, got)
		}
	}
	if got, err := apply(t, a, mustWrite(t, a, a), false, patch.ApplyOptions{}); err != nil || got != a {
		t.Fatalf("an empty patch changes something: %v", err)
	}
}

func mustWrite(t testing.TB, a, b string) string {
	text, _ := write(t, a, b)
	return text
}

func pair(t testing.TB, o generate.Options) (string, string) {
	t.Helper()
	var a, b bytes.Buffer
	if _, err := generate.WritePair(&a, &b, nil, o); err != nil {
		t.Fatal(err)
	}
	return a.String(), b.String()
}

func TestGeneratedPairs(t *testing.T) {
	for seed, o := range []generate.Options{
		{Objects: 150, Changes: 20},
		{Objects: 200, Changes: 60, AfterShuffled: true, UnsortedColumns: true},
		{Objects: 150, Changes: 30, Indent: 4, ZooKeeperFirst: true, TokenOrder: true},
		{Objects: 150, Changes: 30, ClusterID: "c1", AfterShuffled: true},
	} {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			o.Seed = uint64(seed)
			a, b := pair(t, o)
			law(t, a, b)
		})
	}
	a, _ := pair(t, generate.Options{Objects: 130, Seed: 1})
	b, _ := pair(t, generate.Options{Objects: 120, Seed: 2})
	law(t, a, b)
}
