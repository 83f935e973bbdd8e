package volume

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"sort"
	"sync"

	"github.com/dumptool/dumptool/internal/spill"
)

// maxGlue is the most bytes of one piece that stands in the order part itself.
const maxGlue = 32 << 10

// orderWriter writes the order part: for each piece a number, 0 for bytes that
// follow with their length, else a volume, how far behind its last piece the
// piece begins, and its length.
type orderWriter struct {
	w      *bufio.Writer
	sum    hash.Hash
	n      int64
	pieces int64
	ends   map[int]int64
	buf    []byte
	err    error
}

func newOrderWriter(w io.Writer) *orderWriter {
	o := &orderWriter{sum: sha256.New(), ends: map[int]int64{}}
	o.w = bufio.NewWriterSize(io.MultiWriter(w, o.sum), 64<<10)
	return o
}

func (o *orderWriter) put(b []byte) {
	o.n += int64(len(b))
	if _, err := o.w.Write(b); err != nil && o.err == nil {
		o.err = err
	}
}

func (o *orderWriter) glue(b []byte) {
	o.pieces++
	o.buf = binary.AppendUvarint(append(o.buf[:0], 0), uint64(len(b)))
	o.put(o.buf)
	o.put(b)
}

func (o *orderWriter) copied(vol int, off, n int64) {
	o.pieces++
	o.buf = binary.AppendUvarint(o.buf[:0], uint64(vol)+1)
	o.buf = binary.AppendUvarint(o.buf, uint64(off-o.ends[vol]))
	o.buf = binary.AppendUvarint(o.buf, uint64(n))
	o.put(o.buf)
	o.ends[vol] = off + n
}

// pieces is a decoded order part, for access by place.
type pieces struct {
	table *spill.File // records, in order
	count int64
	size  int64   // of the whole
	first []int64 // where each block of records begins in the whole
	mu    sync.Mutex
	block int64 // which is in cache
	cache []byte
}

const (
	recordLen    = 24 // place in the whole, volume + 1 or 0, place in there or in the order part
	blockRecords = 1024
)

type piece struct {
	at, end int64 // in the whole
	vol     int   // -1: the order part
	off     int64
}

var errOrder = errors.New("the order part is damaged")

// readOrder decodes an order part and checks it against the sizes in m. No
// number in it is trusted.
func readOrder(r io.Reader, m *Manifest, dir spill.Dir) (*pieces, error) {
	sum := sha256.New()
	in := &counted{r: bufio.NewReaderSize(io.TeeReader(io.LimitReader(r, m.Order.Bytes+1), sum), 64<<10)}
	table, err := dir.Create()
	if err != nil {
		return nil, err
	}
	p := &pieces{table: table, block: -1}
	if err := p.decode(in, m); err != nil {
		table.Close()
		return nil, err
	}
	if in.n != m.Order.Bytes || hex.EncodeToString(sum.Sum(nil)) != m.Order.SHA256 {
		table.Close()
		return nil, fmt.Errorf("%w: it is not what the manifest says", errOrder)
	}
	return p, nil
}

func (p *pieces) decode(in *counted, m *Manifest) error {
	out := bufio.NewWriterSize(p.table, 64<<10)
	ends := make([]int64, len(m.Volumes))
	var rec [recordLen]byte
	for {
		which, err := binary.ReadUvarint(in)
		if err == io.EOF && p.count == m.Order.Pieces && p.size == m.Bytes {
			return out.Flush()
		}
		if err != nil || which > uint64(len(ends)) || p.count >= m.Order.Pieces {
			return fmt.Errorf("%w at byte %d", errOrder, in.n)
		}
		var gap uint64
		if which > 0 {
			gap, err = binary.ReadUvarint(in)
		}
		n, lenErr := binary.ReadUvarint(in)
		if err != nil || lenErr != nil || n == 0 || gap > maxText || n > uint64(m.Bytes-p.size) {
			return fmt.Errorf("%w at byte %d", errOrder, in.n)
		}
		off := in.n
		if which > 0 {
			v := which - 1
			off = ends[v] + int64(gap)
			ends[v] = off + int64(n)
			if ends[v] > m.Volumes[v].Bytes {
				return fmt.Errorf("%w at byte %d: a piece lies behind the end of %s", errOrder, in.n, m.Volumes[v].File)
			}
		} else if n > maxGlue {
			return fmt.Errorf("%w at byte %d: a piece is too long", errOrder, in.n)
		} else if err := in.skip(int(n)); err != nil {
			return fmt.Errorf("%w at byte %d", errOrder, in.n)
		}
		if p.count%blockRecords == 0 {
			p.first = append(p.first, p.size)
		}
		binary.LittleEndian.PutUint64(rec[0:], uint64(p.size))
		binary.LittleEndian.PutUint64(rec[8:], which)
		binary.LittleEndian.PutUint64(rec[16:], uint64(off))
		if _, err := out.Write(rec[:]); err != nil {
			return err
		}
		p.count++
		p.size += int64(n)
	}
}

// find returns the piece in which a place of the whole lies.
func (p *pieces) find(off int64) (piece, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	block := int64(sort.Search(len(p.first), func(i int) bool { return p.first[i] > off })) - 1
	if block != p.block {
		n := min(blockRecords, p.count-block*blockRecords) * recordLen
		p.cache = append(p.cache[:0], make([]byte, n)...)
		if _, err := p.table.ReadAt(p.cache, block*blockRecords*recordLen); err != nil && err != io.EOF {
			p.block = -1
			return piece{}, err
		}
		p.block = block
	}
	at := func(i int) int64 { return int64(binary.LittleEndian.Uint64(p.cache[i*recordLen:])) }
	n := len(p.cache) / recordLen
	i := sort.Search(n, func(i int) bool { return at(i) > off }) - 1
	rec := p.cache[i*recordLen:]
	x := piece{at: at(i), vol: int(binary.LittleEndian.Uint64(rec[8:])) - 1, off: int64(binary.LittleEndian.Uint64(rec[16:])), end: p.size}
	if i+1 < n {
		x.end = at(i + 1)
	} else if int(block)+1 < len(p.first) {
		x.end = p.first[block+1]
	}
	return x, nil
}

// counted counts what is read.
type counted struct {
	r *bufio.Reader
	n int64
}

func (c *counted) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

func (c *counted) skip(n int) error {
	k, err := c.r.Discard(n)
	c.n += int64(k)
	return err
}
