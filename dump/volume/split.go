package volume

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
)

// Item is what goes into a volume as a whole: a cell, a znode, an unknown
// member, or something empty.
type Item struct {
	Keyspace, Table string // empty outside of cassandra
	Row             int64  // which row of the dump it belongs to, from 0; -1 for none
	Cell            int64  // which of its cells
}

// Chooser names the part that an item belongs to. Items come in the order of
// the dump.
type Chooser func(*Item) (part string, err error)

// Options are the ways of splitting.
type Options struct {
	Tool string
	By   string // for the manifest
	// Choose makes a volume for each part. Without it volumes have up to Size
	// bytes of text, unless one cell or znode alone has more.
	Choose Chooser
	Size   int64
	// Suffix is added to the names of volumes that Encode writes; both empty for
	// plain ones. Encode's abort frees what an unfinished encoder holds.
	Suffix   string
	Encoding dump.Encoding
	Encode   func(w io.Writer) (enc io.WriteCloser, abort func(), err error)
}

// ManifestName is the name of the manifest in the folder of the volumes, and
// OrderName that of an order part that is too large for it.
const (
	ManifestName = "manifest.json"
	OrderName    = "order.bin"
)

// maxParts is how many volumes are written at a time.
const maxParts = 1000

// Split writes the volumes of a dump and their manifest into an empty folder,
// with mode 0600. After an error the folder holds what is of no use. The dump is
// read once, or twice where it has no random access and was not read yet.
func Split(ctx context.Context, d *dump.Dump, dir string, o Options) (*Manifest, error) {
	src, err := random(ctx, d)
	if err != nil {
		return nil, err
	}
	order, err := create(dir, OrderName)
	if err != nil {
		return nil, err
	}
	defer order.Close()
	s := &splitter{
		ctx: ctx, o: o, dir: dir, src: src, names: splice.NewCursor(src), parts: map[string]*volume{},
		whole: sha256.New(), order: newOrderWriter(order), buf: make([]byte, 256<<10),
	}
	defer s.abort()
	if err := s.read(d); err != nil {
		return nil, err
	}
	return s.finish(d.Bytes(), order)
}

// random returns random access to the text of a dump.
func random(ctx context.Context, d *dump.Dump) (io.ReaderAt, error) {
	if at, err := d.At(); err == nil {
		return at, nil
	}
	d.Keep()
	t, err := d.Text(ctx)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, t)
	if err := errors.Join(err, t.Close()); err != nil {
		return nil, err
	}
	return d.At()
}

func create(dir, name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
}

// level is an object or list of the source that is open.
type level struct {
	name        string // with its quotes
	off         int64  // where the name stands; -1 if that is not known
	open, close string
}

// splitter copies every byte of the source once, in order: into a volume or
// into the order part.
type splitter struct {
	ctx   context.Context
	o     Options
	dir   string
	src   io.ReaderAt
	names *splice.Cursor
	whole hash.Hash
	order *orderWriter
	buf   []byte

	vols  []*volume
	parts map[string]*volume
	path  []level
	moved int64 // counts changes of path

	at  int64   // what is before it was copied
	run *volume // what is from at to to goes into it
	to  int64
	off int64 // where in run the piece began
}

// volume is a volume that is being written.
type volume struct {
	Entry
	number int
	file   *os.File
	buf    []byte
	sum    hash.Hash
	open   []level
	moved  int64
	items  bool
	sawC   bool
	sawZ   bool
}

func (v *volume) write(b []byte) error {
	v.Bytes += int64(len(b))
	v.sum.Write(b)
	if len(v.buf)+len(b) <= 64<<10 {
		v.buf = append(v.buf, b...)
		return nil
	}
	if err := v.flush(); err != nil {
		return err
	}
	_, err := v.file.Write(b)
	return err
}

func (v *volume) flush() error {
	_, err := v.file.Write(v.buf)
	v.buf = v.buf[:0]
	return err
}

// item puts what stands from start to end into v. apart tells that what is
// before it must not go there too.
func (s *splitter) item(v *volume, start, end int64, apart bool) error {
	if s.run != v || apart {
		if err := s.begin(v, start); err != nil {
			return err
		}
	}
	s.to = end
	if v.moved != s.moved {
		v.open = append(v.open[:0], s.path...)
		v.moved = s.moved
	}
	if len(s.path) > 0 {
		v.sawC = v.sawC || s.path[0].close == "}"
		v.sawZ = v.sawZ || s.path[0].close != "}"
	}
	v.items = true
	if s.to-s.at > 1<<20 {
		return s.copyRun()
	}
	return nil
}

// begin begins a piece of v with the item at start, or with the names of what it
// stands in where nobody else has them.
func (s *splitter) begin(v *volume, start int64) error {
	if err := s.endRun(); err != nil {
		return err
	}
	same := 0
	for same < len(v.open) && same < len(s.path) && v.open[same].name == s.path[same].name {
		same++
	}
	own := same
	for own < len(s.path) && s.path[own].off < s.at {
		own++
	}
	if own < len(s.path) {
		start = s.path[own].off
	}
	if err := s.glue(start); err != nil {
		return err
	}
	text := v.closing(same)
	switch {
	case !v.items:
		text = "{"
	default:
		text += ", "
	}
	for _, l := range s.path[same:own] {
		text += l.name + ": " + l.open
	}
	if err := v.write([]byte(text)); err != nil {
		return err
	}
	s.run, s.off, s.to = v, v.Bytes, start
	return nil
}

// closing returns what ends the levels from n on.
func (v *volume) closing(n int) string {
	text := ""
	for i := len(v.open) - 1; i >= n; i-- {
		text += v.open[i].close
	}
	return text
}

// glue copies what is before off into the order part.
func (s *splitter) glue(off int64) error {
	for s.at < off {
		b := s.buf[:min(maxGlue, off-s.at)]
		if err := s.get(b); err != nil {
			return err
		}
		s.order.glue(b)
	}
	return s.order.err
}

// get reads the bytes that come next.
func (s *splitter) get(b []byte) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	n, err := s.src.ReadAt(b, s.at)
	if n < len(b) {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("read at byte %d: %w", s.at, err)
	}
	s.whole.Write(b)
	s.at += int64(n)
	return nil
}

func (s *splitter) copyRun() error {
	for s.at < s.to {
		b := s.buf[:min(int64(len(s.buf)), s.to-s.at)]
		if err := s.get(b); err != nil {
			return err
		}
		if err := s.run.write(b); err != nil {
			return err
		}
	}
	return nil
}

func (s *splitter) endRun() error {
	if s.run == nil {
		return nil
	}
	if err := s.copyRun(); err != nil {
		return err
	}
	s.order.copied(s.run.number, s.off, s.run.Bytes-s.off)
	s.run = nil
	return s.order.err
}

// volumeFor returns the volume of an item that ends at end.
func (s *splitter) volumeFor(it *Item, end int64) (*volume, error) {
	if s.o.Choose == nil {
		v := s.run
		if v != nil && v.Bytes+end-s.at+int64(len(v.closing(0)))+closingRoom <= s.o.Size {
			return v, nil
		}
		if err := s.endRun(); err != nil {
			return nil, err
		}
		if v != nil {
			if err := s.close(v); err != nil {
				return nil, err
			}
		}
		return s.create("")
	}
	part, err := s.o.Choose(it)
	if err != nil {
		return nil, err
	}
	if v := s.parts[part]; v != nil {
		return v, nil
	}
	if len(s.vols) >= maxParts {
		return nil, fmt.Errorf("there are more than %d parts to make volumes of; split by size", maxParts)
	}
	v, err := s.create(part)
	s.parts[part] = v
	return v, err
}

// closingRoom is the most that close adds, beside the levels that are open.
const closingRoom = 64

func (s *splitter) create(part string) (*volume, error) {
	if len(s.vols) >= MaxVolumes {
		return nil, fmt.Errorf("the dump would have more than %d volumes; make them larger", MaxVolumes)
	}
	v := &volume{number: len(s.vols), sum: sha256.New(), moved: -1}
	v.Part, v.Encoding = part, string(dump.Plain)
	v.File = fmt.Sprintf("volume-%04d", v.number+1)
	if part != "" {
		v.File += "-" + fileName(part)
	}
	v.File += ".json"
	var err error
	if v.file, err = create(s.dir, v.File); err != nil {
		return nil, err
	}
	s.vols = append(s.vols, v)
	return v, nil
}

// fileName makes a part of a file name of anything.
func fileName(part string) string {
	const most = 48
	b := []byte(part)
	b = b[:min(len(b), most)]
	for i, c := range b {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			if (c < '0' || c > '9') && c != '_' && c != '-' {
				b[i] = '-'
			}
		}
	}
	return string(b)
}

// close ends a volume: it gets the members that every dump has.
func (s *splitter) close(v *volume) error {
	text := v.closing(0)
	if !v.items {
		text = "{"
	}
	sep := ", "
	if !v.items {
		sep = ""
	}
	if !v.sawC {
		text += sep + `"cassandra": {}`
		sep = ", "
	}
	if !v.sawZ {
		text += sep + `"zookeeper": "[]"`
	}
	v.open = nil
	if err := v.write([]byte(text + "}\n")); err != nil {
		return err
	}
	if err := v.flush(); err != nil {
		return err
	}
	v.SHA256, v.StoredBytes = hex.EncodeToString(v.sum.Sum(nil)), v.Bytes
	f := v.file
	v.file, v.buf = nil, nil
	if s.o.Encode == nil {
		return errors.Join(f.Sync(), f.Close())
	}
	defer f.Close()
	return s.encode(v, f)
}

// encode replaces the plain volume by one of another encoding.
func (s *splitter) encode(v *volume, plain *os.File) error {
	name := v.File
	v.File += s.o.Suffix
	v.Encoding = string(s.o.Encoding)
	out, err := create(s.dir, v.File)
	if err != nil {
		return err
	}
	defer out.Close()
	sum := sha256.New()
	count := &counter{w: io.MultiWriter(out, sum)}
	enc, abort, err := s.o.Encode(count)
	if err != nil {
		return err
	}
	defer abort()
	if _, err := plain.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := io.CopyBuffer(struct{ io.Writer }{enc}, &stoppable{s.ctx, plain}, s.buf); err != nil {
		return err
	}
	if err := enc.Close(); err != nil {
		return err
	}
	v.SHA256, v.StoredBytes = hex.EncodeToString(sum.Sum(nil)), count.n
	if err := out.Sync(); err != nil {
		return err
	}
	return os.Remove(filepath.Join(s.dir, name))
}

func (s *splitter) abort() {
	for _, v := range s.vols {
		if v.file != nil {
			v.file.Close()
		}
	}
}

// finish ends what is open and writes the manifest.
func (s *splitter) finish(size int64, orderFile *os.File) (*Manifest, error) {
	if err := s.endRun(); err != nil {
		return nil, err
	}
	if err := s.glue(size); err != nil {
		return nil, err
	}
	if len(s.vols) == 0 {
		if _, err := s.create(""); err != nil {
			return nil, err
		}
	}
	m := &Manifest{Schema: Schema, Tool: s.o.Tool, By: s.o.By, Bytes: size, SHA256: hex.EncodeToString(s.whole.Sum(nil))}
	for _, v := range s.vols {
		if v.file != nil {
			if err := s.close(v); err != nil {
				return nil, err
			}
		}
		m.Volumes = append(m.Volumes, v.Entry)
	}
	if err := s.order.w.Flush(); err != nil {
		return nil, err
	}
	m.Order = &Order{Pieces: s.order.pieces, Bytes: s.order.n, SHA256: hex.EncodeToString(s.order.sum.Sum(nil)), File: OrderName}
	if m.Order.Bytes <= maxInline {
		m.Order.File = ""
		m.Order.Data = make([]byte, m.Order.Bytes)
		if _, err := orderFile.ReadAt(m.Order.Data, 0); err != nil && err != io.EOF {
			return nil, err
		}
		if err := os.Remove(orderFile.Name()); err != nil {
			return nil, err
		}
	} else if err := orderFile.Sync(); err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	if len(text) >= maxManifest {
		return nil, fmt.Errorf("the manifest would have more than %d bytes: there are too many volumes, or their names are too long", maxManifest)
	}
	f, err := create(s.dir, ManifestName)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(append(text, '\n'))
	return m, errors.Join(err, f.Sync(), f.Close())
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

type stoppableWriter struct {
	ctx context.Context
	w   io.Writer
}

func (s *stoppableWriter) Write(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.w.Write(p)
}
