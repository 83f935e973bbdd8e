package graft

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dumptool/dumptool/export/apply"
)

// Records keep all bytes, and sort as the places do.
func TestRecords(t *testing.T) {
	parts := []string{"", "\x00", "\x00\x00", "\x00\x01", "\x00\xff", "a", "a\x00", "a\x00\x00b", "ab", "b", "\xff", "\xff\xff"}
	var last []byte
	for _, key := range parts {
		for _, column := range parts {
			p := &place{"k", "t", []byte(key), []byte(column)}
			v := &apply.Value{Data: []byte(key + column), Time: -5, Expires: 7}
			rec := cellRecord(nil, p, own, v)
			q, s, w := parseCell(rec)
			if string(q.key) != key || string(q.column) != column || q.keyspace != "k" || q.table != "t" || s != own || !cmp.Equal(v, w) {
				t.Errorf("%q %q: %q %q %v %v", key, column, q.key, q.column, s, w)
			}
			if last != nil && bytes.Compare(last, rec) >= 0 {
				t.Errorf("%q %q sorts before what comes before it", key, column)
			}
			last = rec
		}
	}
	many := make([]apply.ACL, 300)
	for i := range many {
		many[i] = apply.ACL{Perms: int32(i), Scheme: "ip", ID: "10.0.0.1"}
	}
	for _, n := range []*apply.NodeValue{
		{Data: []byte("\x00x"), ACL: many}, {Data: []byte("\x00x")}, {Null: true}, {Data: []byte("x"), ACL: []apply.ACL{{Perms: 31, Scheme: "digest", ID: "a\x00b"}, {Perms: -1}}},
	} {
		path, s, flags, v := parseNode(nodeRecord(nil, "/a/b", old, nodeGoes, n))
		if path != "/a/b" || s != old || flags&nodeGoes == 0 || !bytes.Equal(v.Data, n.Data) || v.Null != n.Null || !cmp.Equal(v.ACL, n.ACL) {
			t.Errorf("%v: %v", n, v)
		}
	}
}

func TestNumberSet(t *testing.T) {
	s := numberSet{}
	for n := uint64(1); n < 300; n++ {
		if n != 200 && n != 256 {
			s.add(n)
		}
	}
	for _, want := range []uint64{200, 256, 300, 301} {
		if got, ok := s.take(1, 301); !ok || got != want {
			t.Errorf("%d, want %d", got, want)
		}
	}
	if got, ok := s.take(1, 301); ok {
		t.Errorf("%d", got)
	}
}
