package seekable

import (
	"encoding/binary"
	"io"
)

// Extent is how much of a file is data.
type Extent struct {
	Text   int64 // bytes of text
	Stored int64 // bytes of the data frames, which stand at the beginning
}

// FindExtent returns where the data of a file ends, by the locator or, if that is damaged, by the seek table. ok is false
// if neither can tell.
func FindExtent(at io.ReaderAt, size int64) (e Extent, ok bool) {
	if loc, err := findLocator(at, size); err == nil {
		return Extent{loc.TextSize, loc.DataSize}, true
	}
	if size < locatorSize+seekTableSize(0) {
		return e, false
	}
	var footer [footerSize]byte
	if n, _ := at.ReadAt(footer[:], size-footerSize); n < footerSize {
		return e, false
	}
	off, ok := findSeekTable(footer[:], size)
	if !ok {
		return e, false
	}
	le := binary.LittleEndian
	in := io.NewSectionReader(at, off, size-off-footerSize)
	var head [frameHead]byte
	if _, err := io.ReadFull(in, head[:]); err != nil || le.Uint32(head[:]) != seekTableMagic {
		return e, false
	}
	all := int64(0)
	buf := make([]byte, 4096*entrySize)
	for {
		n, err := io.ReadFull(in, buf)
		for b := buf[:n]; len(b) >= entrySize; b = b[entrySize:] {
			packed, text := int64(le.Uint32(b)), int64(le.Uint32(b[4:]))
			all += packed
			if text > 0 {
				e.Text += text
				e.Stored += packed
			}
		}
		if err != nil {
			break
		}
	}
	// Without its checksum the table is believed if its sizes fill the file.
	return e, all == off && e.Stored > 0
}

// CheckFrames goes through the table of frames: whether all of the text can be read with it.
func (r *Reader) CheckFrames() error {
	c := r.frames.From(nil)
	text, off := int64(0), int64(0)
	for c.Next() {
		f, err := parseFrame(c.Record())
		if err == nil && (f.text != text || f.off != off) {
			err = errBlock
		}
		if err != nil {
			return r.fault("table of frames", r.frames.entry.root, err)
		}
		text, off = text+int64(f.size), off+int64(f.packed)
	}
	if c.Err() == nil && text != r.loc.TextSize {
		return r.fault("table of frames", r.frames.entry.root, errBlock)
	}
	return c.Err()
}
