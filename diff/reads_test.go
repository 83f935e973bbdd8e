package diff_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/dump"
)

// manyObjects is a dump of n objects with names, locks and about 2 KiB of
// properties that don't compress; changed tells of which the properties are others.
func manyObjects(n int, changed func(i int) bool) string {
	var rows, names, nodes strings.Builder
	for i := range n {
		r := rand.New(rand.NewPCG(uint64(i), 1))
		if changed(i) {
			r = rand.New(rand.NewPCG(uint64(i), 2))
		}
		uuid := fmt.Sprintf("%08x-1111-4111-8111-111111111111", uint32(i)*2654435761)
		sep := ""
		if i > 0 {
			sep = ", "
		}
		fmt.Fprintf(&rows, `%s"%s": {"fq_name": ["[\"d\", \"n%d\"]", 1], "type": ["\"tag\"", 1]`, sep, uuid, i)
		for k := range 8 {
			fmt.Fprintf(&rows, `, "prop:p%d": ["\"%x\"", 1]`, k, func() []byte {
				b := make([]byte, 120)
				for j := range b {
					b[j] = byte(r.Uint32())
				}
				return b
			}())
		}
		rows.WriteString("}")
		fmt.Fprintf(&names, `%s"d:n%d:%s": ["null", 1]`, sep, i, uuid)
		fmt.Fprintf(&nodes, `%s[\"/fq-name-to-uuid/tag:d:n%d\", [\"%s\", [1, 1, 1, 1, 0, 0, 0, 0, 36, 0, 1]]]`, sep, i, uuid)
	}
	return `{"cassandra": {"config_db_uuid": {"obj_uuid_table": {` + rows.String() + `}, "obj_fq_name_table": {"tag": {` + names.String() +
		`}}}}, "zookeeper": "[` + nodes.String() + `]"}`
}

// What is read of two indexed dumps grows with the rows that differ, and hardly
// with anything else: no frame is read that holds none of them, and none twice.
func TestBytesReadOfIndexedPairs(t *testing.T) {
	const framePacked = 256 << 10 // at most: a frame holds as much text
	read := func(n, changes int) (bytes int64) {
		every := n / max(changes, 1)
		a := manyObjects(n, func(int) bool { return false })
		b := manyObjects(n, func(i int) bool { return changes > 0 && i%every == every/2 })
		dumps := opened(t, [2]string{indexed(t, a), indexed(t, b)}, dump.Options{})
		r, err := diff.Compare(t.Context(), dumps[0], dumps[1], diff.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if got := r.Summary.Total(); got != int64(changes) {
			t.Fatalf("%d changes, want %d", got, changes)
		}
		return dumps[0].Container().BytesRead() + dumps[1].Container().BytesRead()
	}
	none, few, more, large := read(6000, 0), read(6000, 2), read(6000, 10), read(12_000, 2)
	t.Logf("%d bytes without a change, %d with 2, %d with 10, %d with 2 in twice as much", none, few, more, large)
	if none > 16<<10 {
		t.Errorf("%d bytes were read to see that nothing differs", none)
	}
	for _, c := range []struct {
		changes int
		read    int64
	}{{2, few}, {10, more}, {2, large}} {
		// Two frames and the blocks of the index that lead there.
		if most := int64(c.changes)*2*(framePacked+24<<10) + 64<<10; c.read > most {
			t.Errorf("%d bytes for %d changes, more than %d", c.read, c.changes, most)
		}
	}
	if large > few*5/4 {
		t.Errorf("%d bytes in a dump twice as large, %d before", large, few)
	}
}
