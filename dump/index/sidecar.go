package index

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/dumptool/dumptool/dump/seekable"
)

// Source is the plain file that a sidecar is about.
type Source struct {
	At      io.ReaderAt
	Size    int64
	ModTime time.Time
}

// sourceTable tells the file to which a sidecar belongs.
const sourceTable = "source"

// Samples of the file are compared, spread over it evenly.
const (
	samples     = 16
	sampleBytes = 16 << 10
)

// digest is the SHA-256 of the samples, of the whole file if it is small.
func (s Source) digest() ([]byte, error) {
	h := sha256.New()
	step := max((s.Size-sampleBytes)/(samples-1), 1)
	buf := make([]byte, sampleBytes)
	for i := range int64(samples) {
		off := i * step
		if s.Size <= samples*sampleBytes {
			off = i * sampleBytes
		}
		n, err := s.At.ReadAt(buf[:max(0, min(sampleBytes, s.Size-off))], min(off, s.Size))
		if err != nil && err != io.EOF {
			return nil, err
		}
		h.Write(buf[:n])
	}
	return h.Sum(nil), nil
}

// ErrStale is the error of a sidecar whose file has changed.
var ErrStale = errors.New("the index belongs to another state of the file")

// WriteSidecar reads a plain dump and writes its index alone to w.
func WriteSidecar(ctx context.Context, w io.Writer, src Source, o Options) error {
	sw, err := seekable.NewWriter(w, seekable.Options{Tool: o.Tool, Workers: o.workers(), Sidecar: true})
	if err != nil {
		return err
	}
	defer sw.Abort()
	text := &cancelled{ctx, io.NewSectionReader(src.At, 0, src.Size)}
	if err := build(o, text, func(int64, bool) error { return nil }, sw); err != nil {
		return err
	}
	digest, err := src.digest()
	if err != nil {
		return err
	}
	t := sw.Table(sourceTable)
	for _, rec := range []seekable.Record{
		{Key: []byte("modified"), Value: binary.AppendVarint(nil, src.ModTime.UnixNano())},
		{Key: []byte("samples"), Value: digest},
		{Key: []byte("size"), Value: binary.AppendUvarint(nil, uint64(src.Size))},
	} {
		if err := t.Add(rec.Key, rec.Value); err != nil {
			return err
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	sw.TextElsewhere(src.Size)
	return sw.Close()
}

// OpenSidecar opens a sidecar of size bytes and makes sure that it belongs to src as it is now: by size, time of change
// and samples. The error is ErrStale if it doesn't.
func OpenSidecar(at io.ReaderAt, size int64, src Source) (*seekable.Reader, error) {
	c, err := seekable.Open(at, size)
	if err != nil {
		return nil, err
	}
	if err := matches(c, src); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func matches(c *seekable.Reader, src Source) error {
	t, err := c.Table(sourceTable)
	if err != nil {
		return err
	}
	if !c.Locator().Sidecar || t == nil {
		return fmt.Errorf("%w: it is no index of a file", ErrStale)
	}
	value := func(key string) []byte {
		v, _, getErr := t.Get([]byte(key))
		err = errors.Join(err, getErr)
		return v
	}
	n, _ := binary.Uvarint(value("size"))
	changed, _ := binary.Varint(value("modified"))
	want := value("samples")
	switch {
	case err != nil:
		return err
	case n != uint64(src.Size):
		return fmt.Errorf("%w: the size differs", ErrStale)
	case changed != src.ModTime.UnixNano():
		return fmt.Errorf("%w: the file was changed since", ErrStale)
	}
	digest, err := src.digest()
	if err != nil {
		return err
	}
	if !bytes.Equal(digest, want) {
		return fmt.Errorf("%w: the content differs", ErrStale)
	}
	return nil
}

// cancelled stops reading when the context ends.
type cancelled struct {
	ctx context.Context
	r   io.Reader
}

func (c *cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
