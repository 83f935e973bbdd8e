package index

import (
	"bytes"
	"context"
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/seekable"
)

// What a Writer takes as parts before it makes up its mind.
const (
	mostParts = 4096
	mostPut   = 64 << 10 // bytes that are not of the source
)

// piece is a part of what is written: a place in the source, or a text of its own.
type piece struct {
	place dump.Place
	put   []byte
}

// parts is a text made of parts of the text of an indexed dump.
type parts struct {
	source *seekable.Reader
	all    []piece
	put    int // bytes of the texts of their own
}

// section adds a part of the source. It returns false if that can't be added.
func (p *parts) section(text io.ReaderAt, place dump.Place) bool {
	source, ok := text.(*seekable.Reader)
	if !ok || p.source != nil && source != p.source || source.Locator().Sidecar {
		return false
	}
	p.source = source
	if n := len(p.all); n > 0 && p.all[n-1].put == nil && p.all[n-1].place.End == place.Start {
		p.all[n-1].place.End = place.End
		return true
	}
	p.all = append(p.all, piece{place: place})
	return len(p.all) <= mostParts
}

// bytes adds bytes that are not of the source.
func (p *parts) bytes(b []byte) bool {
	if p.put += len(b); p.put > mostPut || len(p.all) >= mostParts {
		return false
	}
	if len(b) > 0 {
		p.all = append(p.all, piece{put: bytes.Clone(b)})
	}
	return true
}

// writeTo writes the text.
func (p *parts) writeTo(ctx context.Context, w io.Writer) error {
	buf := make([]byte, frameText)
	for _, x := range p.all {
		var r io.Reader = bytes.NewReader(x.put)
		if x.put == nil {
			r = io.NewSectionReader(p.source, x.place.Start, x.place.End-x.place.Start)
		}
		for {
			if err := ctx.Err(); err != nil {
				return err
			}
			n, err := r.Read(buf)
			if n > 0 {
				if _, err := w.Write(buf[:n]); err != nil {
					return err
				}
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// copyFrames makes data frames of the text: those of the source where they are in a part as a whole, and new ones.
func (p *parts) copyFrames(ctx context.Context, w *seekable.Writer) error {
	pending := w.Buffer()
	flush := func(least int) error {
		for len(pending) >= max(least, 1) {
			n := min(len(pending), mostPending)
			rest := append(w.Buffer(), pending[n:]...)
			if err := w.Frame(pending[:n]); err != nil {
				return err
			}
			pending = rest
		}
		return nil
	}
	read := func(from, to int64) error {
		n := len(pending)
		pending = append(pending, make([]byte, to-from)...)
		if _, err := io.ReadFull(io.NewSectionReader(p.source, from, to-from), pending[n:]); err != nil {
			return err
		}
		return flush(mostPending)
	}
	for _, x := range p.all {
		if x.put != nil {
			pending = append(pending, x.put...)
			if err := flush(mostPending); err != nil {
				return err
			}
			continue
		}
		at := x.place.Start
		for f, err := range p.source.Frames(at) {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return err
			}
			if f.Text > at {
				break
			}
			end := min(f.Text+int64(f.Size), x.place.End)
			if f.Text < at || end < f.Text+int64(f.Size) {
				err = read(at, end)
			} else if err = flush(1); err == nil {
				err = w.CopyFrame(p.source, f)
			}
			if err != nil {
				return err
			}
			if at = end; at >= x.place.End {
				break
			}
		}
		if at < x.place.End {
			return errRecord // the table of frames has a gap
		}
	}
	return flush(1)
}
