package pretty

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
)

// quoteJSON returns the JSON string of s.
func quoteJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// printBoth prints a document as a file and as a stream, which is to make no
// difference.
func printBoth(t *testing.T, doc string, o Options) (string, error) {
	t.Helper()
	want, err := printFile(t, doc, o)
	got, _ := printed(dump.Input{Stream: strings.NewReader(doc)}, o, nil)
	if got != want {
		t.Fatalf("as a file\n%.2000s\nas a stream\n%.2000s", want, got)
	}
	return want, err
}

func TestLongStrings(t *testing.T) {
	array := func(n int, element string) string {
		return "[" + strings.Repeat(element+", ", n) + "0]"
	}
	node := `["/id/\u00e9/é\\\"😀", ["text", [1, 2, 3]]]`
	text := array(24_000, node)
	for name, s := range map[string]string{
		"JSON":               text,
		"object":             `{"b": ` + text + `, "a": 1}`,
		"white space":        strings.Repeat(" \n", 700_000) + text,
		"text":               strings.Repeat("[no JSON", 300_000),
		"ordinary text":      strings.Repeat("é\n", 300_000),
		"JSON up to its end": text + "]",
		"truncated":          text[:len(text)-1],
		"bad in the middle":  array(8_000, node) + text,
		"name twice":         `{"a": ` + text + `, "a": 0}`,
		"long in long":       `[{"z": ` + quoteJSON(text) + `, "y": [` + quoteJSON(text+"!") + `, 1]}]`,
	} {
		doc := fmt.Sprintf(`{"z": %s, "b": [%[1]s, 1], "a": {"k": ["text", 2]}, "A": [[], {"d": 1, "c": 2}, %[1]s]}`, quoteJSON(s))
		v, err := refParse([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range []Options{{Indent: 1, Expand: true}, {Compact: true, SortKeys: true, Expand: true}} {
			got, err := printBoth(t, doc, o)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			same(t, doc, o, got, refPrint(v, o))
		}
	}
}

// TestDamageInLongStrings looks at what is printed before an error in a string
// that was to be unfolded.
func TestDamageInLongStrings(t *testing.T) {
	doc := `{"a": 1, "zookeeper": "` + strings.Repeat(`[\"text\", 1], `, 200_000)
	for _, o := range []Options{{Compact: true, Expand: true}, {Compact: true, Expand: true, SortKeys: true}} {
		_, err := printAll(t, doc, o)
		if err == nil || !strings.Contains(err.Error(), "inside of a string") || !strings.Contains(err.Error(), "in zookeeper") {
			t.Error(err)
		}
	}
}

// repeated is a text that is too large to be held: tests hold only its parts.
type repeated struct {
	head, unit, tail string
	count            int64
}

func (r *repeated) size() int64 {
	return int64(len(r.head)) + r.count*int64(len(r.unit)) + int64(len(r.tail))
}

func (r *repeated) ReadAt(p []byte, off int64) (int, error) {
	head, body := int64(len(r.head)), r.count*int64(len(r.unit))
	n := 0
	for n < len(p) {
		at := off + int64(n)
		var from string
		switch {
		case at < head:
			from = r.head[at:]
		case at < head+body:
			from = r.unit[(at-head)%int64(len(r.unit)):]
		case at < r.size():
			from = r.tail[at-head-body:]
		default:
			return n, io.EOF
		}
		n += copy(p[n:], from)
	}
	return n, nil
}

// watcher notes how much memory is used while it is written to.
type watcher struct {
	written, next int64
	most          uint64
}

func (w *watcher) Write(p []byte) (int, error) {
	if w.written += int64(len(p)); w.written >= w.next {
		w.next = w.written + 4<<20
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		w.most = max(w.most, m.HeapAlloc)
	}
	return len(p), nil
}

// TestMemory prints strings of 64 MiB, many objects, and one that is nested
// deeply.
func TestMemory(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	long := &repeated{`{"b": 1, "a": "[0`, `, [\"/path/é\", {\"k\": 1}]`, `]"}`, 64 << 20 / 27}
	list := &repeated{long.head, long.unit, long.tail, long.count / 3}
	text := &repeated{`{"b": 1, "a": "[0`, ` no JSON é `, `]"}`, 2 << 20}
	many := &repeated{`{"a": [`, `{"n": ["text", 1], "m": 2}, `, `0]}`, 1 << 19}
	deep := &repeated{strings.Repeat(`{"n": [1, `, 4900), "true, ", "[]" + strings.Repeat("]}", 4900), 1 << 10}
	for _, c := range []struct {
		name   string
		doc    *repeated
		o      Options
		stream bool
	}{
		{"long", long, Options{Indent: 4}, false},
		{"long, unfolded", long, Options{Indent: 4, Expand: true}, false},
		{"long, unfolded", list, Options{Expand: true}, true},
		{"long, unfolded and sorted", list, Options{Expand: true, SortKeys: true}, true},
		{"long text", text, Options{Expand: true, KeepUnicode: true}, true},
		{"many elements", many, Options{Expand: true}, false},
		{"many elements, sorted", many, Options{SortKeys: true}, false},
		{"deep", deep, Options{Compact: true}, true},
		{"deep, sorted", deep, Options{Compact: true, SortKeys: true, small: 100}, true},
	} {
		in := dump.Input{Stream: io.NewSectionReader(c.doc, 0, c.doc.size())}
		if !c.stream {
			in = dump.Input{At: c.doc, Size: c.doc.size()}
		}
		d, err := dump.Open(in, dump.Options{})
		if err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		var w watcher
		err = Print(context.Background(), &w, d, c.o)
		d.Close()
		if err != nil || w.written < c.doc.size()/2 {
			t.Errorf("%s: %d bytes printed, %v", c.name, w.written, err)
		}
		if most := int64(w.most) - int64(before.HeapAlloc); most > 32<<20 {
			t.Errorf("%s: %d MiB were used", c.name, most>>20)
		} else {
			t.Logf("%s: %d KiB", c.name, most>>10)
		}
	}
}
