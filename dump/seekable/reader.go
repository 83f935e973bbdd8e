package seekable

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Reader reads a container at any place. It is safe for use by several goroutines.
type Reader struct {
	at   io.ReaderAt
	size int64
	loc  Locator
	dec  *zstd.Decoder

	mu     sync.Mutex
	dir    map[string]tableEntry
	names  []string
	frames *Table
	blocks cache[pointer, *block]
	texts  cache[int64, *text]
	read   int64
	held   int    // bytes of texts
	spare  []byte // memory for the next text
}

// How much a Reader keeps: about 8 MiB of text, and 4 MiB of blocks.
const (
	cachedTexts  = 24
	cachedBlocks = 64
	cachedBytes  = 8 << 20 // of text, where frames are larger than usual
)

// text is a decoded data frame.
type text struct {
	off   int64
	data  []byte
	users int // who copies from it, under the lock of the Reader
	gone  bool
}

// Open looks at the end of a file of size bytes. It reads about 1 KiB. The error is ErrForeign if the file doesn't end
// as this format does, ErrVersion for one of a newer version, and a Fault for a damaged one.
func Open(at io.ReaderAt, size int64) (*Reader, error) {
	loc, err := findLocator(at, size)
	if err != nil {
		return nil, err
	}
	// Every frame has a checksum in the index, which is compared before it is decoded.
	dec, err := newDecoder(zstd.IgnoreChecksum(true))
	if err != nil {
		return nil, err
	}
	r := &Reader{at: at, size: size, loc: *loc, dec: dec}
	r.texts.most, r.blocks.most = cachedTexts, cachedBlocks
	b, err := r.block(loc.directory)
	if err != nil {
		return nil, err
	}
	r.dir = map[string]tableEntry{}
	for _, rec := range b.recs {
		e, err := parseTableEntry(rec.Value)
		if err != nil {
			return nil, r.fault("directory", loc.directory, err)
		}
		r.dir[string(rec.Key)] = e
		r.names = append(r.names, string(rec.Key))
	}
	if r.frames, err = r.Table(FramesTable); err != nil {
		return nil, err
	}
	if r.frames == nil || r.frames.entry.count != uint64(loc.Frames) {
		return nil, r.fault("directory", loc.directory, errors.New("no table of frames"))
	}
	return r, nil
}

func newDecoder(o ...zstd.DOption) (*zstd.Decoder, error) {
	return zstd.NewReader(nil, append(o, zstd.WithDecoderConcurrency(0), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(MaxFrame), zstd.WithDecoderMaxWindow(MaxFrame))...)
}

// findLocator reads the footer of the seek table and the locator before it.
func findLocator(at io.ReaderAt, size int64) (*Locator, error) {
	if size < locatorSize+seekTableSize(0) {
		return nil, ErrForeign
	}
	var footer [footerSize]byte
	if _, err := at.ReadAt(footer[:], size-footerSize); err != nil && err != io.EOF {
		return nil, err
	}
	off, ok := findSeekTable(footer[:], size)
	if !ok {
		return nil, ErrForeign
	}
	off -= locatorSize
	b := make([]byte, locatorSize)
	if _, err := at.ReadAt(b, off); err != nil {
		return nil, err
	}
	if !isLocator(b) {
		return nil, ErrForeign
	}
	return decodeLocator(b, off, size-off-locatorSize)
}

// Locator returns what the file says of itself.
func (r *Reader) Locator() Locator { return r.loc }

// Size returns the length of the text in bytes.
func (r *Reader) Size() int64 { return r.loc.TextSize }

// BytesRead returns how many bytes of the file were read so far.
func (r *Reader) BytesRead() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.read
}

// Tables returns the names of the tables.
func (r *Reader) Tables() []string { return r.names }

func (r *Reader) fault(part string, p pointer, err error) error {
	return &Fault{part, p.off, int64(p.len), err.Error()}
}

// readAt reads n bytes of the file. The caller has compared n with a limit of the format.
func (r *Reader) readAt(off int64, n int) ([]byte, error) { return r.readInto(nil, off, n) }

// readInto is readAt into b, if that is large enough.
func (r *Reader) readInto(b []byte, off int64, n int) ([]byte, error) {
	if off < 0 || off+int64(n) > r.size {
		return nil, errors.New("beyond the end of the file")
	}
	if cap(b) < n {
		b = make([]byte, n)
	}
	b = b[:n]
	if _, err := r.at.ReadAt(b, off); err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.read += int64(n)
	r.mu.Unlock()
	return b, nil
}

// block is a decoded block of a table.
type block struct {
	interior bool
	recs     []Record
}

func (r *Reader) block(p pointer) (*block, error) {
	r.mu.Lock()
	b, ok := r.blocks.get(p)
	r.mu.Unlock()
	if ok {
		return b, nil
	}
	b, err := r.blockOnce(p)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.blocks.put(p, b)
	r.mu.Unlock()
	return b, nil
}

// blockOnce reads a block that is not kept.
func (r *Reader) blockOnce(p pointer) (*block, error) {
	frame, err := r.readAt(p.off, int(p.len))
	if err != nil {
		return nil, r.fault("block", p, err)
	}
	interior, recs, err := decodeBlock(frame, r.dec)
	if err != nil {
		return nil, r.fault("block", p, err)
	}
	return &block{interior, recs}, nil
}

// parseFrame reads a record of the table of frames.
func parseFrame(rec Record) (f frame, err error) {
	var off, packed, size uint64
	rest, err := uvarints(rec.Value, &off, &packed, &size)
	if err != nil || len(rec.Key) != 8 || len(rest) < checksumSize+len(f.digest) ||
		off > 1<<62 || size == 0 || size > MaxFrame || packed > MaxFrame+MaxFrame/8 {
		return f, errBlock
	}
	f.text = int64(binary.BigEndian.Uint64(rec.Key) & (1<<63 - 1))
	f.off, f.packed, f.size = int64(off), uint32(packed), uint32(size)
	f.checksum = binary.LittleEndian.Uint32(rest)
	copy(f.digest[:], rest[checksumSize:])
	return f, nil
}

// decodeFrame returns the text of a data frame.
func (r *Reader) decodeFrame(f frame, dst []byte) ([]byte, error) {
	packed, err := r.packed(f, nil)
	if err != nil {
		return nil, err
	}
	dst, err = r.dec.DecodeAll(packed, dst[:0])
	if err == nil && len(dst) != int(f.size) {
		err = errors.New("wrong length of the text")
	}
	if err != nil {
		return nil, r.frameFault(f, err)
	}
	return dst, nil
}

// packed reads a data frame into buf, if that is large enough, and compares its checksum.
func (r *Reader) packed(f frame, buf []byte) ([]byte, error) {
	buf, err := r.readInto(buf, f.off, int(f.packed))
	if err == nil && checksum(buf) != f.checksum {
		err = errChecksum
	}
	if err != nil {
		return nil, r.frameFault(f, err)
	}
	return buf, nil
}

func (r *Reader) frameFault(f frame, err error) error {
	return r.fault(fmt.Sprintf("data frame at byte %d of the text", f.text), pointer{f.off, f.packed}, err)
}

// textAt returns the data frame that holds the byte at off of the text, until it is given back.
func (r *Reader) textAt(off int64) (*text, error) {
	r.mu.Lock()
	t, ok := r.texts.find(func(start int64, t *text) bool { return start <= off && off < start+int64(len(t.data)) })
	if ok {
		t.users++
	}
	r.mu.Unlock()
	if ok {
		return t, nil
	}
	c := r.frames.Floor(binary.BigEndian.AppendUint64(nil, uint64(off)))
	if !c.Next() {
		return nil, errors.Join(c.Err(), r.fault("table of frames", r.frames.entry.root, errBlock))
	}
	f, err := parseFrame(c.Record())
	if err == nil && (off < f.text || off >= f.text+int64(f.size)) {
		err = errBlock
	}
	if err != nil {
		return nil, r.fault("table of frames", r.frames.entry.root, err)
	}
	r.mu.Lock()
	buf := r.spare
	r.spare = nil
	r.mu.Unlock()
	if cap(buf) < int(f.size) {
		buf = make([]byte, 0, f.size)
	}
	data, err := r.decodeFrame(f, buf)
	if err != nil {
		return nil, err
	}
	t = &text{off: f.text, data: data, users: 1}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held += cap(data)
	for len(r.texts.vals) > 0 && (len(r.texts.vals) == r.texts.most || r.held > cachedBytes) {
		old := r.texts.drop()
		r.held -= cap(old.data)
		old.gone = true
		r.recycle(old)
	}
	r.texts.put(f.text, t)
	return t, nil
}

// giveBack ends the use of a text.
func (r *Reader) giveBack(t *text) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t.users--
	r.recycle(t)
}

// recycle keeps the memory of a text that nobody will see again for the next one.
func (r *Reader) recycle(t *text) {
	if t.gone && t.users == 0 {
		r.spare = t.data[:0]
	}
}

// ReadAt reads the text.
func (r *Reader) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("negative offset")
	}
	n := 0
	for n < len(p) {
		if off+int64(n) >= r.loc.TextSize {
			return n, io.EOF
		}
		t, err := r.textAt(off + int64(n))
		if err != nil {
			return n, err
		}
		n += copy(p[n:], t.data[off+int64(n)-t.off:])
		r.giveBack(t)
	}
	return n, nil
}

// Close gives memory back. It doesn't close the file.
func (r *Reader) Close() { r.dec.Close() }

// cache keeps what was used last.
type cache[K comparable, V any] struct {
	most int
	keys []K // the last one was used last
	vals []V
}

func (c *cache[K, V]) get(key K) (V, bool) {
	return c.find(func(k K, _ V) bool { return k == key })
}

func (c *cache[K, V]) find(is func(K, V) bool) (v V, ok bool) {
	for i := len(c.keys) - 1; i >= 0; i-- {
		if is(c.keys[i], c.vals[i]) {
			key, val := c.keys[i], c.vals[i]
			copy(c.keys[i:], c.keys[i+1:])
			copy(c.vals[i:], c.vals[i+1:])
			c.keys[len(c.keys)-1], c.vals[len(c.vals)-1] = key, val
			return val, true
		}
	}
	return v, false
}

// drop forgets what wasn't used for the longest time.
func (c *cache[K, V]) drop() V {
	var none V
	v := c.vals[0]
	copy(c.keys, c.keys[1:])
	copy(c.vals, c.vals[1:])
	c.vals[len(c.vals)-1] = none
	c.keys, c.vals = c.keys[:len(c.keys)-1], c.vals[:len(c.vals)-1]
	return v
}

func (c *cache[K, V]) put(key K, v V) {
	if len(c.keys) >= c.most {
		c.drop()
	}
	c.keys = append(c.keys, key)
	c.vals = append(c.vals, v)
}
