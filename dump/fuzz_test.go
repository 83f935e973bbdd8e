package dump

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// FuzzReader reads any bytes at once and byte by byte, with a handler that
// stops at damage and with one that goes on: the outcome is the same however
// the bytes come, every problem has a place, and the reading ends.
func FuzzReader(f *testing.F) {
	for _, text := range []string{
		"", "{", "{}", "[]", "\xef\xbb\xbf{}", "null",
		`{"cassandra": {}, "zookeeper": "[]"}`,
		`{"cassandra": {"config_db_uuid": {"obj_uuid_table": {"u": {"type": ["\"tag\"", 1], "x": "\"a\"", "y": [1, 1.5, null]}}}}, "zookeeper": "[[\"/a/\", [\"d\", [1,2,3,4,5,6,7,8,9,10,11]]]]"}`,
		`{"zookeeper": "{\"/\": {\"a\": {\"b\": [null, [1.5]]}}}", "cassandra": {"obj_uuid_table": {"k": {"c": ["v", 1]}}, "obj_fq_name_table": {}}}`,
		`{"zookeeper": [["/a/", ["\u00e9\ud800", [1]]]], "m": {"a": [1, {"a": 2, "a": 3}]}, "cassandra": {"useragent_useragent_keyval_table": {}}}`,
		`{"cassandra": {"k": {"t": {"r": {"c": ["v"], "d": [], "d": {}, "e": ["v", "1"]}, "r": 1}, "u": 2}, "l": 3}, "zookeeper": "[1, [\"p\"], [\"p\", [1, [1]]], [\"/p\", [\"\", [1, 2]]], [\"p\", [\"\", [1]], 3]]"}`,
		`{"cassandra": {}, "zookeeper": "[[\"\u002fa\\u002f\\ud83d\\ude00\", [\"\\\"\", [1]]]]", "zookeeper": 1} x`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			return
		}
		for _, goOn := range []bool{false, true} {
			whole, wholeErr, err := outcome(bytes.NewReader(text), len(text), goOn)
			if err != nil {
				t.Fatal(err)
			}
			bitwise, bitwiseErr, err := outcome(iotest.OneByteReader(bytes.NewReader(text)), len(text), goOn)
			if err != nil {
				t.Fatal(err)
			}
			// A string that is there as a whole is checked as a whole, before
			// what stands in it is read. So what comes before the end, and how
			// exact the path is, may differ.
			if wholeErr != bitwiseErr || wholeErr == "" && whole != bitwise {
				t.Fatalf("read at once: %s\n%s\nbyte by byte: %s\n%s", wholeErr, whole, bitwiseErr, bitwise)
			}
		}
	})
}

// outcome says all that a reader gives, and which error ends it.
func outcome(in io.Reader, size int, goOn bool) (given, end string, err error) {
	var out strings.Builder
	problems := 0
	r := NewReader(in, "F", Options{OnProblem: func(p *Problem) error {
		fmt.Fprintln(&out, p)
		if problems++; problems > 2*size+10 {
			return errors.New("there is no end of problems")
		}
		if p.Damage && !goOn {
			return p
		}
		return nil
	}})
	defer r.Close()
	steps := 0
	var hasher CellHasher
	for r.Next() {
		if steps++; steps > 4*size+20 {
			return "", "", errors.New("the reader doesn't come to an end")
		}
		start, end := r.Span()
		switch r.Kind() {
		case CellRead:
			c := r.Cell()
			untimed, timed, err := hasher.Hash(c)
			if err != nil {
				return "", "", err
			}
			if c.Offset < 0 || c.End <= c.Offset || c.End > int64(size) {
				return "", "", fmt.Errorf("a cell from %d to %d of %d", c.Offset, c.End, size)
			}
			fmt.Fprintf(&out, "cell %q %d-%d %v %q %q %x %x\n", c.Name.String(), c.Offset, c.End, c.Shape, c.Time, c.Extra, untimed, timed)
		case ZNodeRead:
			n := r.ZNode()
			h, err := hasher.Value(&n.Data)
			if err != nil {
				return "", "", err
			}
			fmt.Fprintf(&out, "node %q %d-%d %q %x %s\n", n.Path.String(), n.Offset, n.End, n.Normal, h, n.Stat)
		case MemberRead:
			m := r.Member()
			fmt.Fprintf(&out, "member %q %d-%d %q\n", m.Name.String(), m.Offset, m.End, m.Value.Raw())
		case RowStart:
			fmt.Fprintf(&out, "row %q %d-%d\n", r.Key().String(), start, end)
		default:
			fmt.Fprintf(&out, "%d %q %q\n", r.Kind(), r.Keyspace(), r.Table())
		}
	}
	var p *Problem
	switch {
	case r.Err() == nil:
		return out.String(), "", nil
	case !errors.As(r.Err(), &p):
		return "", "", fmt.Errorf("%w is no problem with a place", r.Err())
	case p.Offset < 0 || p.Offset > int64(size):
		return "", "", fmt.Errorf("a problem at %d of %d: %w", p.Offset, size, p)
	}
	return out.String(), fmt.Sprintf("%s at %d", p.Message, p.Offset), nil
}
