package validate

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"

	"github.com/dumptool/dumptool/internal/spill"
)

// store is a table of records by id that is filled first and looked up afterwards. Records are sorted. If there are many
// they are on disk, and one id in every block is kept in memory: 24 bytes for a KiB of records.
type store struct {
	dir    spill.Dir
	sorter *spill.Sorter
	count  int64
	built  bool
	inside *spill.Iterator // all records in memory; nil if they are on disk
	file   *spill.File
	ids    []id
	offs   []int64
	mu     sync.Mutex // guards what follows: look-ups come from two sides
	blocks [heldBlocks]heldBlock
	err    error
}

// heldBlock is a block that was read, at the place where its number belongs.
type heldBlock struct {
	number int
	buf    []byte
}

// heldBlocks is how many blocks are kept: 512 KiB.
const heldBlocks = 64

const blockBytes = 1 << 10

func newStore(dir spill.Dir, sorter *spill.Sorter) *store {
	return &store{dir: dir, sorter: sorter}
}

// add puts a record in; the first 16 bytes of rec are its id.
func (s *store) add(rec []byte) {
	s.count++
	if err := s.sorter.Add(rec); err != nil && s.err == nil {
		s.err = err
	}
}

// build makes the store ready for get.
func (s *store) build() {
	if s.built || s.err != nil {
		return
	}
	s.built = true
	it, err := s.sorter.Sort()
	if err != nil {
		s.err = err
		return
	}
	if it.InMemory() {
		s.inside = it
		return
	}
	for i := range s.blocks {
		s.blocks[i].number = -1
	}
	f, err := s.dir.Create()
	if err != nil {
		s.err = err
		return
	}
	s.file = f
	var block []byte
	var last id
	flush := func() {
		if _, err := f.Write(block); err != nil && s.err == nil {
			s.err = err
		}
		block = block[:0]
	}
	for it.Next() {
		rec := it.Record()
		var k id
		copy(k[:], rec)
		if len(s.ids) == 0 || len(block) > blockBytes && k != last {
			flush()
			s.ids = append(s.ids, k)
			s.offs = append(s.offs, f.Size())
		}
		last = k
		block = binary.AppendUvarint(block, uint64(len(rec)))
		block = append(block, rec...)
	}
	flush()
	s.offs = append(s.offs, f.Size())
	if err := it.Err(); err != nil && s.err == nil {
		s.err = err
	}
	s.err = firstError(s.err, s.sorter.Close())
}

// get calls f with each record of an id, without the id.
func (s *store) get(k id, f func(payload []byte)) {
	if s.count == 0 {
		return
	}
	s.build()
	if s.err != nil {
		return
	}
	if s.inside != nil {
		for i := s.inside.Find(k[:]); i < s.inside.Len(); i++ {
			rec := s.inside.At(i)
			if string(rec[:len(k)]) != string(k[:]) {
				return
			}
			f(rec[len(k):])
		}
		return
	}
	i, found := slices.BinarySearchFunc(s.ids, k, func(a, b id) int { return bytes.Compare(a[:], b[:]) })
	if !found {
		i--
	}
	if i < 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for b := s.load(i); len(b) > 0; {
		n, w := binary.Uvarint(b)
		rec := b[w : w+int(n)]
		b = b[w+int(n):]
		switch bytes.Compare(rec[:len(k)], k[:]) {
		case 0:
			f(rec[len(k):])
		case 1:
			return
		}
	}
}

func (s *store) has(k id) (found bool) {
	s.get(k, func([]byte) { found = true })
	return found
}

// load returns a block; nil if it can't be read.
func (s *store) load(i int) []byte {
	b := &s.blocks[i%heldBlocks]
	if b.number == i {
		return b.buf
	}
	n := int(s.offs[i+1] - s.offs[i])
	b.buf = slices.Grow(b.buf[:0], n)[:n]
	b.number = i
	if _, err := s.file.ReadAt(b.buf, s.offs[i]); err != nil {
		s.err = fmt.Errorf("read temporary file: %w", err)
		b.number = -1
		return nil
	}
	return b.buf
}

// all calls f with each id and payload in order.
func (s *store) all(f func(k id, payload []byte) error) error {
	if s.count == 0 {
		return s.err
	}
	s.build()
	one := func(rec []byte) error {
		var k id
		copy(k[:], rec)
		return f(k, rec[len(k):])
	}
	if s.inside != nil {
		for i := range s.inside.Len() {
			if err := one(s.inside.At(i)); err != nil {
				return err
			}
		}
		return s.err
	}
	var buf []byte
	for i := range s.ids {
		if s.err != nil {
			return s.err
		}
		s.mu.Lock()
		buf = append(buf[:0], s.load(i)...) // f looks things up
		s.mu.Unlock()
		for b := buf; len(b) > 0; {
			n, w := binary.Uvarint(b)
			rec := b[w : w+int(n)]
			b = b[w+int(n):]
			if err := one(rec); err != nil {
				return err
			}
		}
	}
	return s.err
}

func (s *store) close() error {
	err := s.sorter.Close()
	if s.file != nil {
		err = firstError(err, s.file.Close())
	}
	return err
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
