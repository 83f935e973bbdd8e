package dump

import (
	"bytes"
	"io"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

func bytesReader(b []byte) io.Reader { return bytes.NewReader(b) }

// Place says where something stands in the text of a dump, in bytes.
type Place struct{ Start, End int64 }

// RowReader returns a reader of one row, whose value (from its opening to
// behind its closing brace) stands in text at p. It gives the cells and RowEnd.
func RowReader(text io.ReaderAt, p Place, name string, o Options) *Reader {
	r := NewReader(nil, name, o)
	r.ResetRow(text, p)
	return r
}

// ResetRow makes a RowReader read another row.
func (r *Reader) ResetRow(text io.ReaderAt, p Place) {
	r.resetTo(section(text, p), p.Start)
	r.readOneRow(p.Start)
}

// ResetCell makes a RowReader read one cell, from the quote of its name to
// behind its value, as a row of its own.
func (r *Reader) ResetCell(text io.ReaderAt, p Place) {
	r.resetTo(io.MultiReader(bytesReader([]byte{'{'}), section(text, p), bytesReader([]byte{'}'})), p.Start-1)
	r.readOneRow(p.Start)
}

// ResetZNode makes a RowReader read one entry of the list of znodes, which
// stands at p. escaped tells that the list is in a string. Entries of a nested
// object (NestedZK) can't be read alone.
func (r *Reader) ResetZNode(text io.ReaderAt, p Place, escaped bool) {
	head, tail := `{"zookeeper":[`, `],"cassandra":{}}`
	if escaped {
		head, tail = `{"zookeeper":"[`, `]","cassandra":{}}`
	}
	r.resetTo(io.MultiReader(bytesReader([]byte(head)), section(text, p), bytesReader([]byte(tail))), p.Start-int64(len(head)))
}

// ResetTable makes a RowReader read one table, whose value (from its opening to
// behind its closing brace) stands at p: it gives what a reading of a dump with
// that table alone would.
func (r *Reader) ResetTable(text io.ReaderAt, p Place, keyspace, table string) {
	head := tableHead(keyspace, table)
	r.resetTo(io.MultiReader(bytesReader(head), section(text, p), bytesReader([]byte(`}}}`))), p.Start-int64(len(head)))
}

// ResetTableRow makes a RowReader read one row, from the quote of its key to
// behind its value, as a table of its own.
func (r *Reader) ResetTableRow(text io.ReaderAt, p Place, keyspace, table string) {
	head := append(tableHead(keyspace, table), '{')
	r.resetTo(io.MultiReader(bytesReader(head), section(text, p), bytesReader([]byte(`}}}}`))), p.Start-int64(len(head)))
}

// tableHead is what stands before the value of a table in a dump that has no
// other.
func tableHead(keyspace, table string) []byte {
	b := []byte(`{"zookeeper":"[]","cassandra":{"`)
	b = jsonscan.AppendEscaped(b, []byte(keyspace))
	b = append(b, `":{"`...)
	b = jsonscan.AppendEscaped(b, []byte(table))
	return append(b, `":`...)
}

// ResetZooKeeper makes a RowReader read the member zookeeper, whose value stands
// at p: it gives what a reading of a dump without keyspaces would.
func (r *Reader) ResetZooKeeper(text io.ReaderAt, p Place) {
	const head, tail = `{"cassandra":{},"zookeeper":`, `}`
	r.resetTo(io.MultiReader(bytesReader([]byte(head)), section(text, p), bytesReader([]byte(tail))), p.Start-int64(len(head)))
}

// ResetMember makes a RowReader read one unknown member of the top level, from
// the quote of its name to behind its value.
func (r *Reader) ResetMember(text io.ReaderAt, p Place) {
	const head, tail = `{"cassandra":{},"zookeeper":"[]",`, `}`
	r.resetTo(io.MultiReader(bytesReader([]byte(head)), section(text, p), bytesReader([]byte(tail))), p.Start-int64(len(head)))
}

func section(text io.ReaderAt, p Place) io.Reader {
	return io.NewSectionReader(text, p.Start, p.End-p.Start)
}

// resetTo forgets what was read.
func (r *Reader) resetTo(text io.Reader, base int64) {
	r.sc.Reset(text, base)
	r.err = nil
	r.next = r.next[:0]
	r.path = pathState{}
	r.state = atStart
	r.layout, r.ordinary, r.sawCassandra, r.sawZK = 0, false, false, false
	r.members.Reset()
	r.containers.Reset()
	r.rows.Reset()
	r.znodes.Reset()
}

// readOneRow goes into the row that stands alone.
func (r *Reader) readOneRow(start int64) {
	r.single = true
	r.path.member = "row"
	switch r.sc.Next() {
	case jsonscan.ObjectStart:
		r.beginRow()
	case jsonscan.Invalid:
		r.failed()
	default:
		r.fatal("B-STR-7", start, "row is not an object")
	}
}
