package seekable

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Options are the ways of writing.
type Options struct {
	Tool    string // name and version of the program, kept in the file; at most 32 bytes
	Workers int    // frames compressed at a time; 0 is one for each processor. The output is the same for any number
	SHA256  bool   // compute the SHA-256 of the text and keep it
	Sidecar bool   // the text is in another file: there are no data frames
}

// Writer writes the container in one go. First come all data frames, then the tables, then Close.
type Writer struct {
	out  io.Writer
	opts Options
	enc  *zstd.Encoder
	// of blocks, which have a checksum of their own
	packer *zstd.Encoder
	off    int64
	text   int64
	// of a sidecar, the size of the text it is about
	elsewhere int64
	entries   []entry
	frames    []frame
	digests   []byte
	tables    map[string]tableEntry
	sha       hash.Hash

	queue   chan *job
	jobs    chan *job
	done    chan struct{}
	workers sync.WaitGroup
	free    chan []byte
	mu      sync.Mutex
	err     error
	ended   bool
}

// frame is a data frame that was written.
type frame struct {
	text, off int64
	size      uint32 // of the text
	packed    uint32
	checksum  uint32
	digest    Digest
}

// job is a frame on its way.
type job struct {
	text, packed []byte
	size         uint32 // of the text
	digest       Digest
	ready        chan struct{}
}

// NewWriter returns a writer to w, which isn't closed.
func NewWriter(w io.Writer, o Options) (*Writer, error) {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(frameLevel), zstd.WithEncoderConcurrency(o.Workers+1),
		zstd.WithWindowSize(MaxFrame), zstd.WithEncoderCRC(true))
	if err != nil {
		return nil, err
	}
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(blockLevel), zstd.WithEncoderConcurrency(o.Workers+1),
		zstd.WithWindowSize(MaxBlock), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, err
	}
	s := &Writer{
		out: w, opts: o, enc: enc, packer: packer,
		tables: map[string]tableEntry{},
		queue:  make(chan *job, o.Workers+1),
		jobs:   make(chan *job, o.Workers+1),
		done:   make(chan struct{}),
		free:   make(chan []byte, 2*o.Workers+4),
	}
	if o.SHA256 {
		s.sha = sha256.New()
	}
	for range o.Workers {
		s.workers.Add(1)
		go s.compress()
	}
	go s.collect()
	return s, nil
}

// frameLevel is how hard frames are compressed. What it is shapes the bytes of a file, but no reader depends on it.
const (
	frameLevel = zstd.SpeedFastest
	blockLevel = zstd.SpeedFastest
)

// bufferSize is enough for ordinary frames.
const bufferSize = 512 << 10

// Buffer returns an empty buffer for the text of a frame.
func (w *Writer) Buffer() []byte {
	select {
	case b := <-w.free:
		return b[:0]
	default:
		return make([]byte, 0, bufferSize)
	}
}

func (w *Writer) giveBack(b []byte) {
	select {
	case w.free <- b:
	default:
	}
}

// Frame adds the text of one frame, at most MaxFrame bytes, which now belongs to the writer.
func (w *Writer) Frame(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	if len(text) > MaxFrame || w.opts.Sidecar {
		return fmt.Errorf("a frame of %d bytes is not allowed", len(text))
	}
	j := &job{text: text, size: uint32(len(text)), ready: make(chan struct{})}
	w.queue <- j
	w.jobs <- j
	return w.failed()
}

func (w *Writer) failed() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

func (w *Writer) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
}

func (w *Writer) compress() {
	defer w.workers.Done()
	for j := range w.jobs {
		j.packed = w.enc.EncodeAll(j.text, w.Buffer())
		j.digest = sha256.Sum256(j.packed)
		close(j.ready)
	}
}

// collect writes the frames in their order.
func (w *Writer) collect() {
	defer close(w.done)
	for j := range w.queue {
		if w.sha != nil {
			w.sha.Write(j.text)
		}
		<-j.ready
		if w.failed() == nil {
			f := frame{text: w.text, off: w.off, size: j.size, packed: uint32(len(j.packed)),
				checksum: checksum(j.packed), digest: j.digest}
			if err := w.write(j.packed, f.size); err != nil {
				w.fail(err)
			}
			w.frames = append(w.frames, f)
			w.digests = append(w.digests, j.digest[:]...)
		}
		w.giveBack(j.packed)
		if j.text != nil {
			w.giveBack(j.text)
		}
	}
}

// write writes a frame that holds size bytes of text.
func (w *Writer) write(b []byte, size uint32) error {
	if len(w.entries) >= maxFrames {
		return errors.New("more frames than the seekable format allows")
	}
	if _, err := w.out.Write(b); err != nil {
		return err
	}
	w.off += int64(len(b))
	w.text += int64(size)
	w.entries = append(w.entries, entry{uint32(len(b)), size})
	return nil
}

// Flush waits until all frames are written; after it come the tables.
func (w *Writer) Flush() error {
	if !w.ended {
		w.ended = true
		close(w.queue)
		close(w.jobs)
		w.workers.Wait()
		<-w.done
	}
	return w.failed()
}

// Abort ends a writer that is given up. It may be called at any time, also after Close.
func (w *Writer) Abort() {
	w.fail(errors.New("given up"))
	_ = w.Flush() // its error is the one above
	w.enc.Close()
	w.packer.Close()
}

// TextElsewhere sets the size of the text that a sidecar is about.
func (w *Writer) TextElsewhere(size int64) { w.elsewhere = size }

func (w *Writer) writeBlock(b []byte) (pointer, error) {
	if err := w.Flush(); err != nil {
		return pointer{}, err
	}
	p := pointer{w.off, uint32(len(b))}
	return p, w.write(b, 0)
}

func (w *Writer) enter(name string, e tableEntry) error {
	if _, twice := w.tables[name]; twice {
		return fmt.Errorf("table %s twice", name)
	}
	w.tables[name] = e
	return nil
}

// FramesTable is the name of the table that a Writer makes itself.
const FramesTable = "frames"

// Close writes the table of frames, the directory, the locator and the seek table.
func (w *Writer) Close() error {
	if err := w.Flush(); err != nil {
		return err
	}
	l := Locator{
		Version: Version, Tool: w.opts.Tool, Sidecar: w.opts.Sidecar, TextSize: w.text + w.elsewhere, Frames: uint32(len(w.frames)),
		Root: sha256.Sum256(w.digests),
	}
	for _, f := range w.frames {
		l.DataSize += int64(f.packed)
	}
	if w.sha != nil {
		l.SHA256, l.HasSHA256 = Digest(w.sha.Sum(nil)), true
	}
	if err := w.writeFrames(); err != nil {
		return err
	}
	dir := builder{shape: Shape{Numbers: 4, Tail: SumsSize}}
	for _, name := range slices.Sorted(maps.Keys(w.tables)) {
		if err := dir.add([]byte(name), w.tables[name].append(nil)); err != nil {
			return err
		}
	}
	var err error
	if l.directory, err = w.writeBlock(dir.encode(nil, kindLeaf, w.packer)); err != nil {
		return err
	}
	table := encodeSeekTable(append(w.entries, entry{locatorSize, 0}))
	l.AllFrames = uint32(len(w.entries) + 1)
	l.seekChecksum = checksum(table)
	if _, err := w.out.Write(l.encode()); err != nil {
		return err
	}
	if _, err := w.out.Write(table); err != nil {
		return err
	}
	return errors.Join(w.enc.Close(), w.packer.Close())
}

func (w *Writer) writeFrames() error {
	t := w.Table(FramesTable)
	t.Shape(Shape{Numbers: 3, Tail: checksumSize + len(Digest{})})
	var key, value []byte
	for _, f := range w.frames {
		key = binary.BigEndian.AppendUint64(key[:0], uint64(f.text))
		value = binary.AppendUvarint(value[:0], uint64(f.off))
		value = binary.AppendUvarint(value, uint64(f.packed))
		value = binary.AppendUvarint(value, uint64(f.size))
		value = binary.LittleEndian.AppendUint32(value, f.checksum)
		value = append(value, f.digest[:]...)
		if err := t.Add(key, value); err != nil {
			return err
		}
	}
	return t.Close()
}
