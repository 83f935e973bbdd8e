package pretty

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/dumptool/dumptool/dump"
)

// inputs are the ways in which a document can come.
func inputs(doc []byte) map[string]dump.Input {
	stream := func(r io.Reader) dump.Input { return dump.Input{Stream: r} }
	return map[string]dump.Input{
		"file":             file(doc),
		"stream":           stream(bytes.NewReader(doc)),
		"one byte a read":  stream(iotest.OneByteReader(bytes.NewReader(doc))),
		"gzip":             file(gzipped(doc)),
		"stream of zstd":   stream(bytes.NewReader(zstded(doc))),
		"data with an EOF": stream(iotest.DataErrReader(bytes.NewReader(doc))),
	}
}

func file(doc []byte) dump.Input {
	return dump.Input{At: bytes.NewReader(doc), Size: int64(len(doc))}
}

func gzipped(doc []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(doc)
	w.Close()
	return b.Bytes()
}

func zstded(doc []byte) []byte {
	w, _ := zstd.NewWriter(nil)
	return w.EncodeAll(doc, nil)
}

// printed prints what comes from an input.
func printed(in dump.Input, o Options, on func(*dump.Problem) error) (string, error) {
	in.Name = "d"
	d, err := dump.Open(in, dump.Options{OnProblem: on})
	if err != nil {
		return "", err
	}
	defer d.Close()
	var b strings.Builder
	err = Print(context.Background(), &b, d, o)
	return b.String(), err
}

// printAll prints a document that comes in each of the ways, which is to make no
// difference.
func printAll(t *testing.T, doc string, o Options) (string, error) {
	t.Helper()
	all := inputs([]byte(doc))
	want, wantErr := printed(all["file"], o, nil)
	for name, in := range all {
		if len(doc) > 1<<20 && name == "one byte a read" {
			continue
		}
		got, err := printed(in, o, nil)
		if fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Fatalf("%s of %.200q: %v, as a file %v", name, doc, err, wantErr)
		}
		if got != want && err == nil {
			t.Fatalf("%s of %.200q gives\n%.2000s\nas a file\n%.2000s", name, doc, got, want)
		}
	}
	return want, wantErr
}

func TestPrint(t *testing.T) {
	four := Options{Indent: 4}
	for _, c := range []struct {
		name, doc, want string
		o               Options
	}{
		{"empty object", `{}`, "{}\n", four},
		{"empty array", " [ \r\n ] ", "[]\n", four},
		{"scalars", "\t1 ", "1\n", four},
		{"string", `"a"`, "\"a\"\n", four},
		{"literal", `null`, "null\n", four},
		{"constants", `[NaN,Infinity,-Infinity]`, "[\n    NaN,\n    Infinity,\n    -Infinity\n]\n", four},
		{"numbers as written", `[1.0, 1E5, 1e+400, -0, 0.10, 123456789012345678901234567890]`,
			"[\n    1.0,\n    1E5,\n    1e+400,\n    -0,\n    0.10,\n    123456789012345678901234567890\n]\n", four},
		{"nested", `{"a":{"b":[],"c":[{}, [[]]]}}`,
			"{\n    \"a\": {\n        \"b\": [],\n        \"c\": [\n            {},\n            [\n                []\n            ]\n        ]\n    }\n}\n", four},
		{"line ends", "{\r\n\"a\":\r\n1\r\n}\r\n", "{\n    \"a\": 1\n}\n", four},
		{"strings", `["\/\u0041\u00E9é😀\ud83d\uDE00` + "\x7f" + `\u001F\n"]`,
			"[\n    \"/A\\u00e9\\u00e9\\ud83d\\ude00\\ud83d\\ude00\\u007f\\u001f\\n\"\n]\n", four},
		{"surrogates", `["\uD800", "\uDC00\uD800"]`, "[\n    \"\\ud800\",\n    \"\\udc00\\ud800\"\n]\n", four},
		{"names", `{"\u0061\/é": 1, "": 2}`, "{\n    \"a/\\u00e9\": 1,\n    \"\": 2\n}\n", four},
		{"cells", `{"a": ["x\"", 1], "b":["é",2] , "c" : [ "z" , 3 ], "d": ["", 4, 5]}`,
			"{\n    \"a\": [\n        \"x\\\"\",\n        1\n    ],\n    \"b\": [\n        \"\\u00e9\",\n        2\n    ],\n" +
				"    \"c\": [\n        \"z\",\n        3\n    ],\n    \"d\": [\n        \"\",\n        4,\n        5\n    ]\n}\n", four},
		{"no indentation", `[1,{"a":["",2]}]`, "[\n1,\n{\n\"a\": [\n\"\",\n2\n]\n}\n]\n", Options{}},
		{"tab", `[1,{"a":["",2]}]`, "[\n\t1,\n\t{\n\t\t\"a\": [\n\t\t\t\"\",\n\t\t\t2\n\t\t]\n\t}\n]\n", Options{Tab: true}},
		{"one line", `[1,{"a":["",2],"b":1}]`, "[1, {\"a\": [\"\", 2], \"b\": 1}]\n", Options{OneLine: true}},
		{"compact", `[1, {"a": ["", 2], "b": 1}]`, "[1,{\"a\":[\"\",2],\"b\":1}]\n", Options{Compact: true}},
		{"unicode", `["\u00e9\ud83d\ude00\ud83d\u007f\u0000"]`, "[\"é😀\\ud83d\x7f\\u0000\"]\n", Options{Compact: true, KeepUnicode: true}},
		{"sorted", `{"b":1,"a":{"d":[{"y":1,"x":2}],"c":2},"":3,"B":4}`,
			`{"":3,"B":4,"a":{"c":2,"d":[{"x":2,"y":1}]},"b":1}` + "\n", Options{Compact: true, SortKeys: true}},
		{"sorted by code points", `{"\uffee":1,"😀":2,"\ud800":3,"\"":4,"\u0000":5,"é":6,"\\":7,"a\u0000":8,"a":9}`,
			`{"\u0000":5,"\"":4,"\\":7,"a":9,"a\u0000":8,"\u00e9":6,"\ud800":3,"\uffee":1,"\ud83d\ude00":2}` + "\n",
			Options{Compact: true, SortKeys: true}},
		{"unfolded", `{"a":["{\"b\":[1,\"[2]\"]}",7],"c":" [ ]\n","d":"[1","e":"3","f":"\u007b\u0022x\":\"é\\\\\"}"}`,
			`{"a":[{"b":[1,[2]]},7],"c":[],"d":"[1","e":"3","f":{"x":"\u00e9\\"}}` + "\n", Options{Compact: true, Expand: true}},
		{"not unfolded", `["{\"a\":1,\"a\":2}","[1]]","\"[]\"","[\"\n\"]","","\t","[\"\\q\"]","nan","[1]\u0000"]`,
			`["{\"a\":1,\"a\":2}","[1]]","\"[]\"","[\"\n\"]","","\t","[\"\\q\"]","nan","[1]\u0000"]` + "\n", Options{Compact: true, Expand: true}},
		{"unfolded surrogates", `["[\"\ud800\", \"\\ud800\"]"]`, `[["\ud800","\ud800"]]` + "\n", Options{Compact: true, Expand: true}},
		{"unfolded and indented", `{"a":["[1]",2]}`, "{\n \"a\": [\n  [\n   1\n  ],\n  2\n ]\n}\n", Options{Indent: 1, Expand: true}},
		{"unfolded and sorted", `{"b":"{\"d\":1,\"c\":\"[{\\\"f\\\":1,\\\"e\\\":2}]\"}","a":0}`,
			`{"a":0,"b":{"c":[{"e":2,"f":1}],"d":1}}` + "\n", Options{Compact: true, Expand: true, SortKeys: true}},
	} {
		got, err := printAll(t, c.doc, c.o)
		if err != nil || got != c.want {
			t.Errorf("%s: %v\n%q instead of\n%q", c.name, err, got, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	deep := strings.Repeat("[", 10_001)
	for _, c := range []struct {
		name, doc, id string
		offset        int64
		path, message string
		printed       string // before the error
	}{
		{"nothing", "", "B-STR-2", 0, "", "the text ends before a value", ""},
		{"white space", " \n", "B-STR-2", 2, "", "the text ends before a value", ""},
		{"truncated", `{"a": {"b": [1, {"c": tr`, "B-STR-2", 24, "a/b[1]/c", "inside of a number or word", `{"a":{"b":[1,{"c":`},
		{"truncated string", `[0,"abc`, "B-STR-2", 7, "", "inside of a string", `[0`},
		{"truncated cell", `{"a": ["x", 1], "b": ["y`, "B-STR-2", 24, "b", "inside of a string", `{"a":["x",1],"b":[`},
		{"extra data", `{} {}`, "B-STR-1", 3, "", "extra data", `{}`},
		{"missing comma", `{"a": 1 "b": 2}`, "B-STR-1", 8, "", "expected , or }", `{"a":1`},
		{"trailing comma", `[[1,2,],3]`, "B-STR-1", 6, "[0]", "expected a value", `[[1,2`},
		{"single quotes", `{'a': 1}`, "B-STR-1", 1, "", "expected a name in quotes", `{`},
		{"control character", "{\"a\": \"\n\"}", "B-STR-1", 7, "a", "control character", `{"a":`},
		{"escape", `["\x"]`, "B-STR-1", 2, "", "unknown escape", `[`},
		{"number", `{"n":01}`, "B-STR-1", 5, "n", `"01" is not a JSON value`, `{"n":`},
		{"not UTF-8", "{\"a\": [\"\xff\", 1]}", "B-ENC-1", 8, "a", "invalid UTF-8", `{"a":[`},
		{"twice", `{"a": 1, "b": {"x": 2, "y": 3, "x": 4}}`, "B-STR-11", 31, "b/x", "name occurs twice (first at byte 15)", `{"a":1,"b":{"x":2,"y":3`},
		{"twice, spelled otherwise", `{"é/": 1, "\u00E9\/": 2}`, "B-STR-11", 11, `\u00e9/`, "first at byte 1", `{"\u00e9/":1`},
		{"column twice", `{"k": {"a": ["x", 1], "a": ["x", 1]}}`, "B-STR-11", 22, "k/a", "first at byte 7", `{"k":{"a":["x",1]`},
		{"deep", deep, "B-STR-1", 10_000, strings.Repeat("[0]", 16) + "/..." + strings.Repeat("[0]", 15), "nested deeper", strings.Repeat("[", 10_000)},
		{"deep and twice", strings.Repeat(`[{"n":`, 20) + `{"a":1,"a":2}`, "B-STR-11", 127, strings.Repeat("[0]/n", 8) + "/..." + strings.Repeat("[0]/n", 8)[3:] + "/a", "first at byte 121",
			strings.Repeat(`[{"n":`, 20) + `{"a":1`},
	} {
		for _, o := range []Options{{Compact: true}, {Compact: true, Expand: true}, {Compact: true, SortKeys: true}} {
			got, err := printAll(t, c.doc, o)
			var p *dump.Problem
			if !errors.As(err, &p) {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			file, offset, path := p.Location()
			if p.ID != c.id || file != "d" || offset != c.offset || path != c.path || !strings.Contains(p.Message, c.message) {
				t.Errorf("%s: %s %s, offset %d, path %q: %s", c.name, p.ID, file, offset, path, p.Message)
			}
			if o.SortKeys {
				c.printed = ""
			}
			if got != c.printed {
				t.Errorf("%s: printed %.200q instead of %.200q", c.name, got, c.printed)
			}
		}
	}
}

func TestDamagedGzip(t *testing.T) {
	doc := gzipped([]byte(`[` + strings.Repeat(`"some text", `, 1000) + `0]`))
	_, err := printed(dump.Input{Stream: bytes.NewReader(doc[:len(doc)-20])}, Options{}, nil)
	var p *dump.Problem
	if !errors.As(err, &p) || p.ID != "B-STR-2" || !strings.Contains(p.Message, "gzip") {
		t.Error(err)
	}
}

// TestProblemsCanBePassed uses a handler that goes on.
func TestProblemsCanBePassed(t *testing.T) {
	doc := "\xef\xbb\xbf{\"a\": 1, \"a\": \"\xff\\ud800\", \"b\": [\"\x01\", 2]}"
	for _, o := range []Options{{Compact: true}, {Compact: true, SortKeys: true}} {
		var ids []string
		got, err := printed(dump.Input{Stream: strings.NewReader(doc)}, o, func(p *dump.Problem) error {
			ids = append(ids, p.ID)
			return nil
		})
		if want := "{\"a\":1,\"a\":\"\xff\\ud800\",\"b\":[\"\\u0001\",2]}\n"; err != nil || got != want {
			t.Errorf("%v: %q instead of %q", err, got, want)
		}
		if want := "B-STR-14 B-STR-11 B-ENC-1 B-STR-1"; strings.Join(ids, " ") != want {
			t.Errorf("%v instead of %s", ids, want)
		}
	}
}

func TestByteOrderMarkIsNoDamage(t *testing.T) {
	got, err := printAll(t, "\xef\xbb\xbf[1]", Options{Compact: true})
	if err != nil || got != "[1]\n" {
		t.Errorf("%q, %v", got, err)
	}
}

// failing fails after some bytes.
type failing struct{ left int }

var errFull = errors.New("full")

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriteErrors(t *testing.T) {
	doc := []byte(`{"a":[` + strings.Repeat(`{"k": ["text", 1]},`, 100_000) + `"` + strings.Repeat("[", 3<<20) + `"]}`)
	for _, o := range []Options{{}, {Expand: true}, {SortKeys: true}, {SortKeys: true, Expand: true}} {
		for _, n := range []int{0, 1 << 20, 4 << 20} {
			d, err := dump.Open(file(doc), dump.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := Print(context.Background(), &failing{n}, d, o); !errors.Is(err, errFull) {
				t.Errorf("%+v: %v", o, err)
			}
			d.Close()
		}
	}
}

func TestContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	d, err := dump.Open(file([]byte(`[]`)), dump.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := Print(ctx, io.Discard, d, Options{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
