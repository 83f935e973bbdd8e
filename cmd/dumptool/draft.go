package main

import (
	"io"

	"github.com/dumptool/dumptool/cmd/internal/term"
)

// draft is an output that is read again, and perhaps written anew, before it gets its name.
type draft struct {
	file interface {
		io.ReaderAt
		io.WriterAt
		Truncate(size int64) error
	}
	streams *term.Streams
	size    int64
}

// draft returns the output as a draft; nil if that is not possible: it is encoded, or is no file that nobody sees yet.
// Nothing else must be written to the output then.
func (o *output) draft() *draft {
	if o.file == nil || o.raw == nil || !o.file.Hidden() {
		return nil
	}
	return &draft{file: o.raw, streams: o.app.streams}
}

func (d *draft) Write(p []byte) (int, error) {
	if err := d.streams.Stopped(); err != nil {
		return 0, err
	}
	n, err := d.file.WriteAt(p, d.size)
	d.size += int64(n)
	return n, err
}

func (d *draft) ReadAt(p []byte, off int64) (int, error) { return d.file.ReadAt(p, off) }

func (d *draft) Size() int64 { return d.size }

func (d *draft) Truncate() error {
	d.size = 0
	return d.file.Truncate(0)
}
