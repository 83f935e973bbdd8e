package spill

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"slices"
	"sort"
	"sync/atomic"
)

// Sorter sorts records by their bytes. Up to its memory it works there; beyond
// it writes sorted runs to a temporary file and merges them.
type Sorter struct {
	dir    Dir
	memory int
	pool   *Pool
	lent   int // by the pool
	chunks [][]byte
	chunk  int // that is being filled
	bytes  int // of the records in memory
	recs   []record
	data   *area // what chunks are parts of; nil: they are parts of the heap
	index  *area // where recs stands; nil: in the heap
	file   *File
	runs   []run
	sorted bool
}

// record is where a record stands in memory: its chunk and the place there.
// Eight bytes of it are kept beside it, the first ones until the sorting gets to
// others: 16 bytes a record.
type record struct {
	prefix   uint64
	off, len uint32
}

type run struct{ off, size int64 }

const (
	recordBytes = 16
	// Records stand in chunks, so that they never move. A longer record has a
	// chunk of its own, which counts as several.
	chunkBits = 18
	chunkSize = 1 << chunkBits
)

// NewSorter returns a sorter that holds at most about memory bytes, at least
// 64 KiB and at most 1 GiB.
func NewSorter(dir Dir, memory int64) *Sorter {
	return &Sorter{dir: dir, memory: int(min(max(memory, 64<<10), 1<<30))}
}

// Pool is memory that several sorters share, beyond what each has for itself.
// Who asks first gets it, until it is closed. It may be used by several
// goroutines.
type Pool struct {
	size int64
	left atomic.Int64
}

// NewPool returns a pool of so many bytes.
func NewPool(memory int64) *Pool {
	p := &Pool{size: memory}
	p.left.Store(memory)
	return p
}

// lending is how much a pool lends at once.
const lending = 1 << 20

func (p *Pool) take() bool {
	if p.left.Add(-lending) >= 0 {
		return true
	}
	p.left.Add(lending)
	return false
}

// NewSorter returns a sorter that has memory bytes, as with NewSorter, and
// borrows more from the pool as it needs them. Its memory is none of Go's heap
// where the system allows that, so records must not be used after Close.
func (p *Pool) NewSorter(dir Dir, memory int64) *Sorter {
	s := NewSorter(dir, memory)
	s.pool = p
	return s
}

// Add copies a record in.
func (s *Sorter) Add(rec []byte) error {
	s.sorted = false
	for s.bytes+len(rec)+(len(s.recs)+1)*recordBytes > s.memory+s.lent && len(s.recs) > 0 {
		if s.pool != nil && s.pool.take() {
			s.lent += lending
			continue
		}
		if err := s.flush(); err != nil {
			return err
		}
	}
	off := s.reserve(len(rec))
	if len(s.recs) == cap(s.recs) && s.index != nil && s.index.extend((len(s.recs)+1)*recordBytes) {
		s.recs = s.index.records()[:len(s.recs)]
	}
	s.recs = append(s.recs, record{off: off, len: uint32(len(rec))})
	s.chunks[s.chunk] = append(s.chunks[s.chunk], rec...)
	s.bytes += len(rec)
	return nil
}

// reserve makes room for n bytes in the chunk that is being filled, and returns
// their place. The first chunk grows as it is used: most sorters stay small.
func (s *Sorter) reserve(n int) uint32 {
	if len(s.chunks) == 0 {
		s.begin()
	}
	if c := s.chunks[s.chunk]; len(c) > 0 && len(c)+max(n, 1) > chunkSize {
		s.chunk += max(1, (len(c)+chunkSize-1)>>chunkBits)
		for len(s.chunks) <= s.chunk {
			s.chunks = append(s.chunks, nil)
		}
		if s.chunks[s.chunk] == nil {
			s.chunks[s.chunk] = s.newChunk(n)
		}
	}
	return uint32(s.chunk<<chunkBits + len(s.chunks[s.chunk]))
}

// begin takes memory for the first record.
func (s *Sorter) begin() {
	if s.pool != nil {
		most := s.memory + int(s.pool.size) + chunkSize
		s.data, s.index = newArea(most), newArea(most)
	}
	s.chunks = append(s.chunks, nil)
	if s.data != nil {
		s.chunks[0] = s.newChunk(0)
	}
}

// newChunk returns memory for the chunk that is to be filled next, which begins with a record of n bytes.
func (s *Sorter) newChunk(n int) []byte {
	if at := s.chunk << chunkBits; s.data != nil && n <= chunkSize && s.data.extend(at+chunkSize) {
		return s.data.bytes[at : at : at+chunkSize]
	}
	return make([]byte, 0, max(n, chunkSize))
}

// empty forgets the records in memory, and keeps the memory.
func (s *Sorter) empty() {
	for i := range s.chunks {
		s.chunks[i] = s.chunks[i][:0]
		if cap(s.chunks[i]) > chunkSize {
			s.chunks[i] = nil
		}
	}
	s.chunk, s.bytes, s.recs = 0, 0, s.recs[:0]
}

// release gives the memory back.
func (s *Sorter) release() {
	s.chunks, s.recs, s.chunk, s.bytes = nil, nil, 0, 0
	s.data.close()
	s.index.close()
	s.data, s.index = nil, nil
	if s.pool != nil {
		s.pool.left.Add(int64(s.lent))
		s.lent = 0
	}
}

// Spilled tells if a part of the records is on disk.
func (s *Sorter) Spilled() bool { return len(s.runs) > 0 }

// prefix returns the eight bytes of a record from depth on, with zeros for
// those behind its end.
func prefix(rec []byte, depth int) uint64 {
	if len(rec) >= depth+8 {
		return binary.BigEndian.Uint64(rec[depth:])
	}
	var b [8]byte
	copy(b[:], rec[min(depth, len(rec)):])
	return binary.BigEndian.Uint64(b[:])
}

func (s *Sorter) at(r record) []byte {
	from := r.off & (chunkSize - 1)
	return s.chunks[r.off>>chunkBits][from : from+r.len : from+r.len]
}

func (s *Sorter) sort() { s.sortFrom(s.recs, 0) }

// sortFrom sorts records that have all bytes before depth in common. It
// compares eight bytes at a time as one number; what has them in common is
// sorted by the next eight.
func (s *Sorter) sortFrom(recs []record, depth int) {
	for len(recs) > 1 {
		if len(recs) < 16 {
			slices.SortFunc(recs, func(a, b record) int { return bytes.Compare(s.at(a), s.at(b)) })
			return
		}
		same, ascending := true, true
		var longest uint32
		for i := range recs {
			r := &recs[i]
			r.prefix = prefix(s.at(*r), depth)
			longest = max(longest, r.len)
			if i > 0 {
				same = same && r.prefix == recs[i-1].prefix
				ascending = ascending && r.prefix >= recs[i-1].prefix
			}
		}
		if int(longest) <= depth {
			// Equal but for zeros at the end, which count as much as any byte.
			slices.SortFunc(recs, func(a, b record) int { return int(a.len) - int(b.len) })
			return
		}
		if same {
			depth += 8
			continue
		}
		if !ascending {
			sortPrefixes(recs, 56)
		}
		for start := 0; start < len(recs); {
			end := start + 1
			for end < len(recs) && recs[end].prefix == recs[start].prefix {
				end++
			}
			s.sortFrom(recs[start:end], depth+8)
			start = end
		}
		return
	}
}

// sortPrefixes sorts records by their prefixes, of which all bits from shift+8 on
// are the same: each goes to the part that the next eight bits say, in place.
// What is sorted are hashes mostly, so the parts are of about the same size.
func sortPrefixes(recs []record, shift int) {
	if len(recs) < 64 || shift < 0 {
		slices.SortFunc(recs, func(a, b record) int { return cmp.Compare(a.prefix, b.prefix) })
		return
	}
	var counts [256]int
	for i := range recs {
		counts[byte(recs[i].prefix>>shift)]++
	}
	var next, ends [256]int
	at := 0
	for b, n := range counts {
		if n == len(recs) { // all the same
			sortPrefixes(recs, shift-8)
			return
		}
		next[b] = at
		at += n
		ends[b] = at
	}
	for b := range next {
		for next[b] < ends[b] {
			r := recs[next[b]]
			for k := byte(r.prefix >> shift); int(k) != b; k = byte(r.prefix >> shift) {
				recs[next[k]], r = r, recs[next[k]]
				next[k]++
			}
			recs[next[b]] = r
			next[b]++
		}
	}
	start := 0
	for _, end := range ends {
		if end-start > 1 {
			sortPrefixes(recs[start:end], shift-8)
		}
		start = end
	}
}

// flush writes what is in memory as a sorted run.
func (s *Sorter) flush() error {
	if s.file == nil {
		f, err := s.dir.Create()
		if err != nil {
			return err
		}
		s.file = f
	}
	s.sort()
	start := s.file.Size()
	w := bufio.NewWriterSize(s.file, 256<<10)
	var head [binary.MaxVarintLen64]byte
	for _, r := range s.recs {
		w.Write(head[:binary.PutUvarint(head[:], uint64(r.len))])
		w.Write(s.at(r))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	s.runs = append(s.runs, run{start, s.file.Size() - start})
	s.empty()
	return nil
}

// Sort ends the adding and returns the records in order. It can be called
// again to go through them once more. The sorter must stay open meanwhile.
func (s *Sorter) Sort() (*Iterator, error) {
	if len(s.runs) == 0 {
		if !s.sorted {
			s.sort()
			s.sorted = true
		}
		return &Iterator{sorter: s}, nil
	}
	if len(s.recs) > 0 {
		if err := s.flush(); err != nil {
			return nil, err
		}
	}
	s.release()
	it := &Iterator{}
	// A run has a buffer of its own; many runs share the memory.
	size := max(4<<10, min(256<<10, s.memory/len(s.runs)))
	for i, r := range s.runs {
		c := &cursor{r: bufio.NewReaderSize(s.file.Section(r.off, r.size), size), order: i}
		ok, err := c.next()
		if err != nil {
			return nil, err
		}
		if ok {
			it.heap = append(it.heap, c)
		}
	}
	heap.Init(&it.heap)
	return it, nil
}

// Close gives memory and disk back.
func (s *Sorter) Close() error {
	s.release()
	s.runs = nil
	f := s.file
	s.file = nil
	return f.Close()
}

// Iterator gives sorted records.
type Iterator struct {
	sorter *Sorter // all in memory
	pos    int
	heap   cursors // or merged from runs
	begun  bool
	rec    []byte
	err    error
}

// InMemory tells if all records are in memory: then Len, At and Find can be used.
func (it *Iterator) InMemory() bool { return it.sorter != nil }

// Len returns the number of records.
func (it *Iterator) Len() int { return len(it.sorter.recs) }

// At returns a record by its place in the order. It is valid as long as nothing
// is added to the sorter.
func (it *Iterator) At(i int) []byte { return it.sorter.at(it.sorter.recs[i]) }

// Find returns the place of the first record that is not less than key. It is
// fastest where keys begin with bytes that are as good as random: it looks
// where the key would stand then, and goes on from there.
func (it *Iterator) Find(key []byte) int {
	n := it.Len()
	if n == 0 {
		return 0
	}
	guess, _ := bits.Mul64(prefix(key, 0), uint64(n))
	low, high := 0, n // the place is in low..high
	at := int(guess)
	step := 16
	if bytes.Compare(it.At(at), key) >= 0 {
		for high = at; high > 0; step *= 2 {
			low = max(high-step, 0)
			if bytes.Compare(it.At(low), key) < 0 {
				low++
				break
			}
			high = low
		}
	} else {
		for low = at + 1; low < n; step *= 2 {
			high = min(low+step, n)
			if high == n || bytes.Compare(it.At(high), key) >= 0 {
				break
			}
			low = high + 1
		}
	}
	return low + sort.Search(high-low, func(i int) bool { return bytes.Compare(it.At(low+i), key) >= 0 })
}

// Next goes to the next record.
func (it *Iterator) Next() bool {
	if it.sorter != nil {
		if it.pos >= len(it.sorter.recs) {
			return false
		}
		it.rec = it.sorter.at(it.sorter.recs[it.pos])
		it.pos++
		return true
	}
	if it.begun && len(it.heap) > 0 {
		ok, err := it.heap[0].next()
		switch {
		case err != nil:
			it.err = err
			return false
		case ok:
			heap.Fix(&it.heap, 0)
		default:
			heap.Pop(&it.heap)
		}
	}
	it.begun = true
	if len(it.heap) == 0 {
		return false
	}
	it.rec = it.heap[0].rec
	return true
}

// Record returns the record, valid until the next call of Next.
func (it *Iterator) Record() []byte { return it.rec }

// Err returns what stopped Next but the end.
func (it *Iterator) Err() error { return it.err }

// cursor reads one run.
type cursor struct {
	r     *bufio.Reader
	rec   []byte
	order int
}

func (c *cursor) next() (bool, error) {
	n, err := binary.ReadUvarint(c.r)
	if err == io.EOF {
		return false, nil
	}
	if err == nil {
		c.rec = slices.Grow(c.rec[:0], int(n))[:n]
		_, err = io.ReadFull(c.r, c.rec)
	}
	if err != nil {
		return false, fmt.Errorf("read temporary file: %w", err)
	}
	return true, nil
}

type cursors []*cursor

func (h cursors) Len() int { return len(h) }
func (h cursors) Less(i, j int) bool {
	if c := bytes.Compare(h[i].rec, h[j].rec); c != 0 {
		return c < 0
	}
	return h[i].order < h[j].order
}
func (h cursors) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *cursors) Push(x any)   { *h = append(*h, x.(*cursor)) }
func (h *cursors) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
