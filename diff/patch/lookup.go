package patch

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"sort"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// lookup finds lines of a patch by a hash. Up to a few MiB it is in memory,
// beyond that in a temporary file, of which every block's first hash is.
type lookup struct {
	sorter *spill.Sorter
	temp   spill.Dir
	limit  int64
	memory []byte
	file   *spill.File
	top    []uint64 // the first eight bytes of each block
	n      int64
	used   []uint64 // a bit for each record
	block  []byte
	at     int64 // which block is in block
}

const (
	indexRecord = 25 // hash, offset of the line, op
	indexBlock  = 512
)

func newLookup(temp spill.Dir, memory int64) *lookup {
	return &lookup{sorter: spill.NewSorter(temp, memory), temp: temp, limit: min(memory, 8<<20), at: -1}
}

func (x *lookup) add(h dump.Hash, offset int64, o op) error {
	var rec [indexRecord]byte
	putHash(rec[:], h)
	binary.BigEndian.PutUint64(rec[16:], uint64(offset))
	rec[24] = byte(o)
	return x.sorter.Add(rec[:])
}

func putHash(b []byte, h dump.Hash) {
	binary.BigEndian.PutUint64(b, h.Hi)
	binary.BigEndian.PutUint64(b[8:], h.Lo)
}

// build ends the adding. twice is called with the offsets of two lines of one
// hash.
func (x *lookup) build(twice func(first, second int64) error) error {
	it, err := x.sorter.Sort()
	if err != nil {
		return err
	}
	defer x.sorter.Close()
	var out *bufio.Writer
	last := make([]byte, 0, indexRecord)
	for it.Next() {
		rec := it.Record()
		if len(last) > 0 && bytes.Equal(last[:16], rec[:16]) {
			if err := twice(recordOffset(last), recordOffset(rec)); err != nil {
				return err
			}
		}
		last = append(last[:0], rec...)
		if x.n%indexBlock == 0 {
			x.top = append(x.top, binary.BigEndian.Uint64(rec))
		}
		x.n++
		if out == nil {
			if x.memory = append(x.memory, rec...); int64(len(x.memory)) <= x.limit {
				continue
			}
			if x.file, err = x.temp.Create(); err != nil {
				return err
			}
			out = bufio.NewWriterSize(x.file, 256<<10)
			rec, x.memory = x.memory, nil
		}
		if _, err := out.Write(rec); err != nil {
			return err
		}
	}
	if err := it.Err(); err != nil {
		return err
	}
	x.used = make([]uint64, x.n/64+1)
	if out != nil {
		return out.Flush()
	}
	return nil
}

func recordOffset(rec []byte) int64 { return int64(binary.BigEndian.Uint64(rec[16:])) }

// entry is a line that was found.
type entry struct {
	number int64
	offset int64
	op     op
}

// find looks for a hash.
func (x *lookup) find(h dump.Hash) (e entry, ok bool, err error) {
	if x.n == 0 {
		return e, false, nil
	}
	// Blocks before the first that begins beyond the hash; equal beginnings can
	// reach over the border of two.
	i := sort.Search(len(x.top), func(i int) bool { return x.top[i] >= h.Hi })
	var key [16]byte
	putHash(key[:], h)
	for b := max(0, i-1); b < len(x.top) && x.top[b] <= h.Hi; b++ {
		recs, err := x.read(int64(b))
		if err != nil {
			return e, false, err
		}
		n := len(recs) / indexRecord
		k := sort.Search(n, func(k int) bool { return bytes.Compare(recs[k*indexRecord:k*indexRecord+16], key[:]) >= 0 })
		if k < n && bytes.Equal(recs[k*indexRecord:k*indexRecord+16], key[:]) {
			return x.entry(int64(b)*indexBlock+int64(k), recs[k*indexRecord:]), true, nil
		}
	}
	return e, false, nil
}

func (x *lookup) entry(number int64, rec []byte) entry {
	return entry{number: number, offset: recordOffset(rec), op: op(rec[24])}
}

// read returns the records of a block.
func (x *lookup) read(b int64) ([]byte, error) {
	from := b * indexBlock * indexRecord
	to := min(from+indexBlock*indexRecord, x.n*indexRecord)
	if x.file == nil {
		return x.memory[from:to], nil
	}
	if x.at != b {
		x.block = append(x.block[:0], make([]byte, to-from)...)
		x.at = -1
		if _, err := x.file.ReadAt(x.block, from); err != nil && err != io.EOF {
			return nil, err
		}
		x.at = b
	}
	return x.block, nil
}

func (x *lookup) use(e entry)         { x.used[e.number/64] |= 1 << (e.number % 64) }
func (x *lookup) isUsed(e entry) bool { return x.used[e.number/64]>>(e.number%64)&1 == 1 }

// unused calls f for the entries that were not used, in no useful order, until
// it returns false.
func (x *lookup) unused(f func(entry) (bool, error)) error {
	for b := range x.top {
		recs, err := x.read(int64(b))
		if err != nil {
			return err
		}
		for k := 0; k*indexRecord < len(recs); k++ {
			e := x.entry(int64(b)*indexBlock+int64(k), recs[k*indexRecord:])
			if x.isUsed(e) {
				continue
			}
			if more, err := f(e); err != nil || !more {
				return err
			}
		}
	}
	return nil
}

func (x *lookup) close() {
	if x != nil {
		x.sorter.Close()
		x.file.Close()
	}
}

// The hashes by which lines are found: of a table, of a row in its table, of a
// cell in its row.

func hashBytes(b []byte) dump.Hash {
	u := xxh3.Hash128(b)
	return dump.Hash{Hi: u.Hi, Lo: u.Lo}
}

func tableHash(keyspace, table string) dump.Hash {
	b := binary.AppendUvarint(nil, uint64(len(keyspace)))
	return hashBytes(append(append(b, keyspace...), table...))
}

// within is the hash of something named name in something else.
func within(h, name dump.Hash) dump.Hash {
	var b [32]byte
	putHash(b[:], h)
	putHash(b[16:], name)
	return hashBytes(b[:])
}

// nameHash is dump.HashText of a decoded name.
func nameHash(name string) dump.Hash { return dump.HashText(decodedText(name)) }
