package validate

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/dumptool/dumptool/internal/spill"
)

// store is a table of records by id that is filled first and looked up afterwards. Records are sorted, on disk if there
// are many, and one id in every stride is kept in memory: 24 bytes for some KiB of records.
type store struct {
	dir    spill.Dir
	sorter *spill.Sorter
	count  int64
	file   *spill.File
	ids    []id
	offs   []int64
	buf    []byte
	cached int // the block that is in buf; -1 for none
	err    error
}

const blockBytes = 8 << 10

func newStore(dir spill.Dir, memory int64) *store {
	return &store{dir: dir, sorter: spill.NewSorter(dir, memory), cached: -1}
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
	if s.file != nil || s.err != nil {
		return
	}
	it, err := s.sorter.Sort()
	if err != nil {
		s.err = err
		return
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
	i, found := slices.BinarySearchFunc(s.ids, k, func(a, b id) int { return bytes.Compare(a[:], b[:]) })
	if !found {
		i--
	}
	if i < 0 || !s.load(i) {
		return
	}
	for b := s.buf; len(b) > 0; {
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

func (s *store) load(i int) bool {
	if s.cached == i {
		return true
	}
	n := int(s.offs[i+1] - s.offs[i])
	s.buf = slices.Grow(s.buf[:0], n)[:n]
	s.cached = i
	if _, err := s.file.ReadAt(s.buf, s.offs[i]); err != nil {
		s.err = fmt.Errorf("read temporary file: %w", err)
		s.cached = -1
		return false
	}
	return true
}

// all calls f with each id and payload in order.
func (s *store) all(f func(k id, payload []byte) error) error {
	if s.count == 0 {
		return s.err
	}
	s.build()
	var buf []byte
	for i := range s.ids {
		if s.err != nil {
			return s.err
		}
		if !s.load(i) {
			break
		}
		buf = append(buf[:0], s.buf...) // f looks things up
		for b := buf; len(b) > 0; {
			n, w := binary.Uvarint(b)
			rec := b[w : w+int(n)]
			b = b[w+int(n):]
			var k id
			copy(k[:], rec)
			if err := f(k, rec[len(k):]); err != nil {
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
