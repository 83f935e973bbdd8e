package pretty

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"

	"github.com/dumptool/dumptool/internal/spill"
)

// What is needed to print an object or array that is too large to be held: a
// record for each member of such an object, and for each element of such an
// array that is itself too large.
//
//	number   of the object or array, 8 bytes, the highest first
//	name     decoded, 00 as 00 FF, then 00 00; for an element 8 bytes of start
//	start    where the value begins, uvarint; white space and a colon may follow
//	length   up to the end of the value, uvarint
//	child    number of the value plus one, 0 if it can be held, uvarint
//
// So records in the order of their bytes are in the order of printing: code
// points compare as their UTF-8 does, halves of surrogate pairs too.
type member struct {
	name       []byte // decoded; of an element of an array its start
	start, end int64
	child      int64 // number of the value if it is too large, else -1
}

const numberBytes = 8

// appendMember appends the record of m without its number.
func appendMember(dst []byte, m *member) []byte {
	dst = appendName(dst, m.name)
	dst = binary.AppendUvarint(dst, uint64(m.start))
	dst = binary.AppendUvarint(dst, uint64(m.end-m.start))
	return binary.AppendUvarint(dst, uint64(m.child+1))
}

func appendName(dst, name []byte) []byte {
	for _, c := range name {
		dst = append(dst, c)
		if c == 0 {
			dst = append(dst, 0xff)
		}
	}
	return append(dst, 0, 0)
}

var errRecord = errors.New("temporary file of members is damaged")

// parseMember reads what appendMember wrote. The name is appended to name.
func parseMember(rec, name []byte) (member, error) {
	m := member{name: name}
	for {
		if len(rec) < 2 {
			return m, errRecord
		}
		if rec[0] == 0 && rec[1] == 0 {
			break
		}
		m.name = append(m.name, rec[0])
		if rec[0] == 0 {
			rec = rec[1:]
		}
		rec = rec[1:]
	}
	rec = rec[2:]
	var v [3]uint64
	for i := range v {
		n := 0
		if v[i], n = binary.Uvarint(rec); n <= 0 {
			return m, errRecord
		}
		rec = rec[n:]
	}
	m.start, m.end, m.child = int64(v[0]), int64(v[0]+v[1]), int64(v[2])-1
	return m, nil
}

// members are records in order, with access to those of each object or array.
type members struct {
	records *spill.File // uvarint length and record, one after the other
	first   *spill.File // where the records of a number begin, 8 bytes each
	count   int64       // of numbers
	block   block
}

// newMembers writes down what the sorter sorted, for numbers from 0 to count-1.
func newMembers(dir spill.Dir, sorter *spill.Sorter, count int64) (*members, error) {
	m := &members{count: count}
	err := m.fill(dir, sorter)
	if err != nil {
		m.close()
		return nil, err
	}
	m.block.at = m.records
	return m, nil
}

func (m *members) fill(dir spill.Dir, sorter *spill.Sorter) (err error) {
	if m.records, err = dir.Create(); err != nil {
		return err
	}
	if m.first, err = dir.Create(); err != nil {
		return err
	}
	it, err := sorter.Sort()
	if err != nil {
		return err
	}
	records, first := bufio.NewWriterSize(m.records, 256<<10), bufio.NewWriter(m.first)
	var off, numbers int64
	begin := func(upTo int64) {
		for ; numbers <= upTo; numbers++ {
			first.Write(binary.BigEndian.AppendUint64(nil, uint64(off)))
		}
	}
	for it.Next() {
		rec := it.Record()
		begin(int64(binary.BigEndian.Uint64(rec)))
		n, _ := records.Write(binary.AppendUvarint(nil, uint64(len(rec)-numberBytes)))
		k, _ := records.Write(rec[numberBytes:])
		off += int64(n + k)
	}
	begin(m.count)
	return errors.Join(it.Err(), records.Flush(), first.Flush())
}

// span returns where in the records those of a number stand.
func (m *members) span(number int64) (from, to int64, err error) {
	var b [16]byte
	if _, err = m.first.ReadAt(b[:], number*8); err != nil {
		return 0, 0, err
	}
	return int64(binary.BigEndian.Uint64(b[:])), int64(binary.BigEndian.Uint64(b[8:])), nil
}

// at reads the record at off, whose name is appended to name, and returns where
// the next one begins.
func (m *members) at(off int64, name []byte) (rec member, next int64, err error) {
	head, err := m.block.bytes(off, min(off+binary.MaxVarintLen64, m.records.Size()))
	if err != nil {
		return rec, 0, err
	}
	size, n := binary.Uvarint(head)
	if n <= 0 {
		return rec, 0, errRecord
	}
	off += int64(n)
	next = off + int64(size)
	b, err := m.block.bytes(off, next)
	if err != nil {
		return rec, 0, err
	}
	rec, err = parseMember(b, name)
	return rec, next, err
}

func (m *members) close() {
	m.records.Close()
	m.first.Close()
}

// block reads pieces of a text, ahead as long as they follow one another.
type block struct {
	at   io.ReaderAt
	buf  []byte
	off  int64 // of buf
	last int64 // where the last piece ended
}

const (
	// readAhead is how much is read at once, and nearBy how far the next piece
	// may be away from the last one for that.
	readAhead = 256 << 10
	nearBy    = 4 << 10
)

// bytes returns the text from start to end, valid until the next call.
func (b *block) bytes(start, end int64) ([]byte, error) {
	if start < b.off || end > b.off+int64(len(b.buf)) {
		size := int(end - start)
		if start >= b.last && start-b.last < nearBy {
			size = max(size, readAhead)
		}
		if cap(b.buf) < size {
			b.buf = make([]byte, size)
		}
		n, err := b.at.ReadAt(b.buf[:size], start)
		if int64(n) < end-start {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		b.buf, b.off = b.buf[:n], start
	}
	b.last = end
	return b.buf[start-b.off : end-b.off], nil
}
