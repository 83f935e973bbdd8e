package salvage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// recovered is the text that is left of an input.
type recovered struct {
	at   io.ReaderAt
	size int64
	gaps []gap        // in the order of the text
	weak []dump.Place // text that may be wrong without looking so, in order
	file *spill.File  // holds the text unless it is the input itself
	kept *spill.File  // holds an input that can't seek
}

// gap is a place of the text at which something is missing.
type gap struct {
	at             int64 // offset in what is left
	stored         dump.Place
	why            string
	partOfUnitLost bool // what is before the gap is the beginning of a frame or member
}

func (t *recovered) Close() {
	if t.file != nil {
		t.file.Close()
	}
	if t.kept != nil {
		t.kept.Close()
	}
}

// weakIn returns which part of the text that may be wrong p touches; -1 for none.
func (t *recovered) weakIn(p dump.Place) int {
	for i, w := range t.weak {
		if w.Start < p.End && p.Start < w.End {
			return i
		}
	}
	return -1
}

// gapAfter returns the first gap at or behind off; the size of the text if there
// is none.
func (t *recovered) gapAfter(off int64) int64 {
	lo, hi := 0, len(t.gaps)
	for lo < hi {
		if m := (lo + hi) / 2; t.gaps[m].at < off {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo == len(t.gaps) {
		return t.size
	}
	return t.gaps[lo].at
}

// recoverText unpacks what can be unpacked of an input.
func recoverText(ctx context.Context, in dump.Input, temp spill.Dir) (*recovered, error) {
	t := &recovered{}
	at, size := in.At, in.Size
	if at == nil {
		var err error
		if t.kept, err = temp.Create(); err != nil {
			return nil, err
		}
		if _, err = io.Copy(t.kept, stopping{ctx, in.Stream}); err != nil {
			t.Close()
			return nil, fmt.Errorf("read %s: %w", in.Name, err)
		}
		at, size = t.kept, t.kept.Size()
	}
	head := make([]byte, 4)
	n, err := at.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		t.Close()
		return nil, fmt.Errorf("read %s: %w", in.Name, err)
	}
	head = head[:n]
	u := &unpacker{ctx: ctx, at: at, size: size, out: t}
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		err = u.run(temp, u.gzip)
	case bytes.HasPrefix(head, frameMagic), isSkippable(head), u.looksZstd():
		err = u.run(temp, u.zstd)
	default:
		t.at, t.size = at, size
	}
	if err != nil {
		t.Close()
		return nil, fmt.Errorf("read %s: %w", in.Name, err)
	}
	return t, nil
}

// unpacker writes the text of a compressed input to a temporary file.
type unpacker struct {
	ctx  context.Context
	at   io.ReaderAt
	size int64
	out  *recovered
}

func (u *unpacker) run(temp spill.Dir, unpack func() error) error {
	file, err := temp.Create()
	if err != nil {
		return err
	}
	u.out.file = file
	if err := unpack(); err != nil {
		return err
	}
	u.out.at, u.out.size = file, file.Size()
	return nil
}

// lost notes that the stored bytes of p gave no text.
func (u *unpacker) lost(p dump.Place, part bool, why string) {
	u.out.gaps = append(u.out.gaps, gap{at: u.out.file.Size(), stored: p, why: why, partOfUnitLost: part})
}

// section reads the input from off to its end.
func (u *unpacker) section(off, end int64) io.Reader {
	return stopping{u.ctx, io.NewSectionReader(u.at, off, end-off)}
}

// find returns where the next of the magic bytes stand, at off or behind it; the
// size of the input if they don't.
func (u *unpacker) find(off int64, is func(b []byte) bool, width int) (int64, error) {
	buf := make([]byte, 256<<10)
	for off < u.size {
		if err := u.ctx.Err(); err != nil {
			return 0, err
		}
		n, err := u.at.ReadAt(buf[:min(int64(len(buf)), u.size-off)], off)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		for i := 0; i+width <= n; i++ {
			if is(buf[i:n]) {
				return off + int64(i), nil
			}
		}
		if n < width {
			break
		}
		off += int64(n - width + 1)
	}
	return u.size, nil
}

// stopping ends with its context.
type stopping struct {
	ctx context.Context
	r   io.Reader
}

func (s stopping) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
