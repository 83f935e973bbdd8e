package patch_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/diff/patch"
	"github.com/dumptool/dumptool/dump"
)

const (
	before = `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"k1": {"type": ["\"tag\"", 1], "x": ["{\"a\": 1, \"b\": 2}", 1], "y": ["1", 1]}, "k2": {"type": ["\"tag\"", 1]}}},
 "gone": {"t": {"r": {"c": ["v", 1]}}}, "other": {"t": {"k": {"c": ["{\"a\":1, \"b\":2}", 1]}}}},
 "zookeeper": "[[\"/a/\", [\"1\", [1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 5]]], [\"/b/\", [\"\", [1]]]]", "m": {"x": 1}, "old": 1}`
	after = `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"k1": {"type": ["\"tag\"", 1], "x": ["{\"a\": 1, \"b\": 3}", 2], "z": ["1", 1]}, "k3": {"type": ["\"tag\"", 1]}}},
 "fresh": {"t": {"r": {"c": ["v", 1]}}}, "other": {"t": {"k": {"c": ["w", 1]}}}},
 "zookeeper": "[[\"/a/\", [\"2\", [1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 5]]], [\"/c/\", [\"\", [1]]]]", "m": {"x": 2}, "new": 1}`
)

// A base that differs in anything that the patch touches is refused by name.
func TestRefused(t *testing.T) {
	text, _ := write(t, before, after)
	const table = "config_db_uuid/obj_uuid_table/"
	for _, c := range []struct {
		name, old, new string // what is otherwise in the base
		reverse        bool
		path, reason   string
	}{
		{name: "value", old: `\"b\": 2`, new: `\"b\": 4`, path: table + "k1/x", reason: "is not what it was"},
		{name: "time", old: `2}", 1]`, new: `2}", 7]`, path: table + "k1/x", reason: "is not what it was"},
		{name: "shape", old: `"y": ["1", 1]`, new: `"y": [1, 1]`, path: table + "k1/y", reason: "is not what it was"},
		{name: "extra", old: `"y": ["1", 1]`, new: `"y": ["1", 1, 0]`, path: table + "k1/y", reason: "is not what it was"},
		{name: "plain value spelled otherwise", old: `{\"a\":1, \"b\":2}`, new: `{\"a\": 1, \"b\": 2}`, path: "other/t/k/c", reason: "is not what it was"},
		{name: "column absent", old: `, "y": ["1", 1]`, new: ``, path: table + "k1/y", reason: "is absent"},
		{name: "column there", old: `"y": ["1", 1]`, new: `"y": ["1", 1], "z": ["1", 1]`, path: table + "k1/z", reason: "is there already"},
		{name: "row absent", old: `, "k2": {"type": ["\"tag\"", 1]}`, new: ``, path: table + "k2", reason: "is absent"},
		{name: "row there", old: `, "k2"`, new: `, "k3": {}, "k2"`, path: table + "k3", reason: "is there already"},
		{name: "removed row has more", old: `"k2": {`, new: `"k2": {"n": ["1", 1], `, path: table + "k2", reason: "has a column that the patch does not know"},
		{name: "removed table has more", old: `"gone": {"t": {`, new: `"gone": {"t": {"n": {}, `, path: "gone/t", reason: "has a row that the patch does not know"},
		{name: "removed keyspace has more", old: `"gone": {`, new: `"gone": {"n": {}, `, path: "gone", reason: "has a table that the patch does not know"},
		{name: "keyspace there", old: `"gone": {`, new: `"fresh": {}, "gone": {`, path: "fresh", reason: "is there already"},
		{name: "keyspace absent", old: `"gone": {"t": {"r": {"c": ["v", 1]}}}, `, new: ``, path: "gone", reason: "is absent"},
		{name: "node", old: `[\"1\", [1, 2`, new: `[\"9\", [1, 2`, path: "zk:/a", reason: "is not what it was"},
		{name: "stat", old: `[\"1\", [1, 2`, new: `[\"1\", [1, 9`, path: "zk:/a", reason: "is not what it was"},
		{name: "null", old: `[\"1\", [1, 2`, new: `[null, [1, 2`, path: "zk:/a", reason: "is not what it was"},
		{name: "node absent", old: `, [\"/b/\", [\"\", [1]]]`, new: ``, path: "zk:/b", reason: "is absent"},
		{name: "node there", old: `\"/b/\"`, new: `\"/c\", [\"\", [1]]], [\"/b/\"`, path: "zk:/c", reason: "is there already"},
		{name: "member", old: `"m": {"x": 1}`, new: `"m": {"x": 3}`, path: "m", reason: "is not what it was"},
		{name: "member absent", old: `, "old": 1`, new: ``, path: "old", reason: "is absent"},
		{name: "member there", old: `"old": 1`, new: `"old": 1, "new": 1`, path: "new", reason: "is there already"},
		{name: "wrong way", reverse: true, path: "gone", reason: "is there already"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if strings.Count(before, c.old) == 0 {
				t.Fatalf("no %s in the base", c.old)
			}
			_, err := apply(t, strings.Replace(before, c.old, c.new, 1), text, c.reverse, patch.ApplyOptions{})
			var conflict *patch.ConflictError
			if !errors.As(err, &conflict) {
				t.Fatalf("error %v", err)
			}
			for _, got := range conflict.Conflicts {
				if got.Path == c.path && got.Reason == c.reason {
					if !c.reverse && conflict.Total > 3 {
						t.Errorf("%d conflicts: %v", conflict.Total, err)
					}
					return
				}
			}
			t.Errorf("%v, want %s %s", err, c.path, c.reason)
		})
	}
}

// A base that is only spelled otherwise is none that differs.
func TestSpelledOtherwise(t *testing.T) {
	text, _ := write(t, before, after)
	base := strings.NewReplacer(`\"b\": 2`, `\"b\":2`, `"k1"`, `"\u006b1"`, `"/b/`, `"b`, `["\"tag\"", 1]`, "[\n\"\\\"t\\u0061g\\\"\",1 ]", `{"x": 1}`, `{ "x":1}`).Replace(before)
	got, err := apply(t, base, text, false, patch.ApplyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if d := differences(t, got, after); d != "" {
		t.Error(d)
	}
}

// What the patch does not touch keeps its bytes.
func TestBytesKept(t *testing.T) {
	a := "\ufeff{ \"zookeeper\":\"[ [\\\"/a\\\", [\\\"1\\\", [1]]],\\n [\\\"\\u002fb\\\",[null,[1]]]]\",\n\t\"cassandra\": { \"x\":{\"t\" : {\"r\":{ \"a\":[\"\\u0061\", 1] ,\n \"c\":[\"1\",1e0] } , \"s\":{}}}}}\n"
	b := `{"cassandra": {"x": {"t": {"r": {"a": ["a", 1], "b": ["n", 5], "c": ["2", 1]}, "s": {}, "new": {}}}}, "zookeeper": "[[\"/a\", [\"1\", [1]]], [\"/b\", [\"q\", [1]]], [\"/é\", [\"\", [2]]]]"}`
	want := "\ufeff{ \"zookeeper\":\"[ [\\\"/a\\\", [\\\"1\\\", [1]]],\\n [\\\"/b\\\", [\\\"q\\\", [1]]],\\n [\\\"/\\\\u00e9\\\", [\\\"\\\", [2]]]]\",\n\t\"cassandra\": { \"x\":{\"t\" : {\"r\":{ \"a\":[\"\\u0061\", 1] ,\n \"b\": [\"n\", 5] ,\n \"c\":[\"2\", 1] } , \"s\":{} , \"new\": {}}}}}\n"
	text, _ := write(t, a, b)
	got, err := apply(t, a, text, false, patch.ApplyOptions{})
	if err != nil || got != want {
		t.Errorf("%v\n got %q\nwant %q", err, got, want)
	}
}

// A node that is added above others comes before them.
func TestParentsFirst(t *testing.T) {
	a := `{"cassandra": {}, "zookeeper": "[[\"/x\", [\"\", [1]]], [\"/p/q/r\", [\"\", [1]]]]"}`
	b := `{"cassandra": {}, "zookeeper": "[[\"/x\", [\"\", [1]]], [\"/p\", [\"1\", [1]]], [\"/p/q\", [\"2\", [1]]], [\"/p/q/r\", [\"\", [1]]], [\"/p/s\", [\"\", [1]]]]"}`
	text, _ := write(t, a, b)
	got, err := apply(t, a, text, false, patch.ApplyOptions{})
	if err != nil || got != b {
		t.Errorf("%v\n got %s\nwant %s", err, got, b)
	}
}

// A patch that is not whole or not one is refused before anything is applied.
func TestNoPatch(t *testing.T) {
	text, _ := write(t, before, after)
	lines := strings.SplitAfter(text, "\n")
	for name, bad := range map[string]string{
		"empty":        "",
		"a dump":       before,
		"cut":          text[:len(text)-30],
		"no end":       strings.Join(lines[:len(lines)-2], ""),
		"line absent":  strings.Join(append(append([]string{}, lines[:5]...), lines[6:]...), ""),
		"other schema": strings.Replace(text, "patch/1", "patch/2", 1),
		"changed":      strings.Replace(text, `["w", 1]`, `["v", 1]`, 1),
		"more":         text + lines[1],
		"unknown":      strings.Replace(text, `"op": "added"`, `"op": "added", "x": 1`, 1),
		"no op":        strings.Replace(text, `"op": "added", `, ``, 1),
		"two":          strings.Replace(text, `"op": "added"`, `"op": "added", "member": "x"`, 1),
		"not JSON":     strings.Replace(text, `"op"`, `op`, 1),
	} {
		_, err := apply(t, before, bad, false, patch.ApplyOptions{})
		var format *patch.FormatError
		if !errors.As(err, &format) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	// Who changes a patch by hand leaves the hash out.
	cut, _, _ := strings.Cut(text, `, "xxh3"`)
	edited := strings.Replace(cut, `"new": ["w", 1]`, `"new": ["hand made", 1]`, 1) + "}}"
	got, err := apply(t, before, edited, false, patch.ApplyOptions{})
	if err != nil || !strings.Contains(got, `["hand made", 1]`) {
		t.Errorf("%v: %s", err, got)
	}
	for _, bad := range []string{`["x"]`, `{"a": 1}`, `7`} {
		if got, err := apply(t, before, strings.Replace(edited, `["hand made", 1]`, bad, 1), false, patch.ApplyOptions{}); err == nil {
			t.Errorf("a cell %s was written: %s", bad, got)
		}
	}
}

// With ThreeWay what the patch makes may be there already, and what it removes
// may be gone; everything else is a conflict as ever.
func TestThreeWay(t *testing.T) {
	text, _ := write(t, before, after)
	three := patch.ApplyOptions{ThreeWay: true}
	got, err := apply(t, after, text, false, three)
	if err != nil {
		t.Fatal(err)
	}
	if d := differences(t, got, after); d != "" {
		t.Error(d)
	}
	if _, err := apply(t, strings.Replace(before, `\"b\": 2`, `\"b\": 4`, 1), text, false, three); err == nil || !strings.Contains(err.Error(), "obj_uuid_table/k1/x") {
		t.Errorf("error %v", err)
	}
	// Two changes that have nothing to do with each other, in either order.
	other := strings.NewReplacer(`"k2": {`, `"k4": {"type": ["\"tag\"", 9]}, "k2": {`, `\"/b/\"`, `\"/d\", [\"\", [1]]], [\"/b/\"`).Replace(before)
	second, _ := write(t, before, other)
	both := strings.NewReplacer(`"k3": {`, `"k4": {"type": ["\"tag\"", 9]}, "k3": {`, `\"/c/\"`, `\"/d\", [\"\", [1]]], [\"/c/\"`).Replace(after)
	for _, c := range [][2]string{{other, text}, {after, second}} {
		got, err := apply(t, c[0], c[1], false, three)
		if err != nil {
			t.Fatal(err)
		}
		if d := differences(t, got, both); d != "" {
			t.Error(d)
		}
	}
}

// Values over 1 MiB and rows of many columns are the same as others.
func TestLong(t *testing.T) {
	long := strings.Repeat(`é\ud83d\ude00\"x`, 120_000)
	list := "[" + strings.Repeat("1, ", 500_000) + "1]"
	base := func(mark, node string) string {
		return `{"cassandra": {"x": {"t": {"r": {"a": ["` + mark + long + `", 1], "b": [` + strings.Replace(list, "1", node, 1) + `, 1], "c": ["` + long + `", 1]}}}}, "zookeeper": "[[\"/x\", [\"` +
			node + strings.Repeat("0123456789abcé", 100_000) + `\", [1]]]]", "m": ` + strings.Replace(list, "1", node, 1) + `}`
	}
	law(t, base("1", "2"), base("3", "4"))
	law(t, base("1", "2"), `{"cassandra": {}}`)
}

func TestWideRow(t *testing.T) {
	var a, b strings.Builder
	for i := range 60_000 {
		s, v := pad(i), "1"
		if i%3 != 0 {
			a.WriteString(`, "` + s + `": ["1", 1]`)
			if i%5 == 0 {
				v = "2"
			}
		}
		if i%7 != 0 {
			b.WriteString(`, "` + s + `": ["` + v + `", 1]`)
		}
	}
	text := func(s string) string {
		return `{"cassandra": {"x": {"t": {"r": {` + s[2:] + `}}}}, "zookeeper": "[]"}`
	}
	law(t, text(a.String()), text(b.String()))
	// Columns go where they belong.
	p, _ := write(t, text(a.String()), text(b.String()))
	if got, err := apply(t, text(a.String()), p, false, patch.ApplyOptions{}); err != nil || got != text(b.String()) {
		t.Errorf("not the very bytes: %v", err)
	}
}

func pad(i int) string {
	s := "00000" + string(rune('0'+i%10))
	for k := 4; i > 9; k-- {
		i /= 10
		s = s[:k] + string(rune('0'+i%10)) + s[k+1:]
	}
	return s
}

// Memory that is short makes no difference.
func TestLittleMemory(t *testing.T) {
	var a, b strings.Builder
	for i := range 30_000 {
		a.WriteString(`, "` + pad(i) + `": {"c": ["1", 1]}`)
		b.WriteString(`, "` + pad(i+10_000) + `": {"c": ["2", 1]}`)
	}
	little := func(name, text string) *dump.Dump {
		d, err := dump.Open(dump.Input{Name: name, Stream: strings.NewReader(text)}, dump.Options{Memory: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	text := func(s string) string {
		return `{"cassandra": {"x": {"t": {` + s[2:] + `}}}, "zookeeper": "[]"}`
	}
	var p, got bytes.Buffer
	if _, err := patch.Write(context.Background(), &p, little("A", text(a.String())), little("B", text(b.String()))); err != nil {
		t.Fatal(err)
	}
	read, err := patch.Read(context.Background(), little("P", p.String()), false)
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	if _, err := patch.Apply(context.Background(), &got, little("BASE", text(a.String())), read, patch.ApplyOptions{}); err != nil {
		t.Fatal(err)
	}
	if d := differences(t, got.String(), text(b.String())); d != "" {
		t.Errorf("%.500s", d)
	}
}
