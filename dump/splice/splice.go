package splice

import (
	"io"

	"github.com/dumptool/dumptool/dump"
)

// SectionWriter is a writer that takes a part of a text without being handed its
// bytes: it may copy them by better means, or later.
type SectionWriter interface {
	WriteSection(text io.ReaderAt, p dump.Place) error
}

// Splicer copies a text and lets parts of it be left out, and others be put in.
// The first error stays, and stops everything.
type Splicer struct {
	w     io.Writer
	whole SectionWriter // w, if it is one
	src   io.ReaderAt
	at    int64 // up to here the source was copied or passed over
	muted int   // nothing is written while it is not zero
	buf   []byte
	err   error
}

// New returns a splicer that copies src to w.
func New(w io.Writer, src io.ReaderAt) *Splicer {
	whole, _ := w.(SectionWriter)
	return &Splicer{w: w, src: src, whole: whole}
}

// Err returns the first error.
func (s *Splicer) Err() error { return s.err }

// At returns the place up to which the source was copied or passed over.
func (s *Splicer) At() int64 { return s.at }

// Mute makes nothing be written, until Unmute was called as often.
func (s *Splicer) Mute() { s.muted++ }

// Unmute ends one Mute.
func (s *Splicer) Unmute() { s.muted-- }

// CopyTo copies what is before off.
func (s *Splicer) CopyTo(off int64) {
	if off <= s.at {
		return
	}
	s.Section(s.src, dump.Place{Start: s.at, End: off})
	s.at = off
}

// SkipTo leaves out what is before off.
func (s *Splicer) SkipTo(off int64) { s.at = max(s.at, off) }

// Section writes a part of some text.
func (s *Splicer) Section(text io.ReaderAt, p dump.Place) {
	if s.muted > 0 || s.err != nil || p.Start >= p.End {
		return
	}
	if s.whole != nil {
		s.err = s.whole.WriteSection(text, p)
		return
	}
	if s.buf == nil {
		s.buf = make([]byte, 256<<10)
	}
	s.err = Copy(s.w, text, p, s.buf)
}

// Copy writes a part of a text to w by means of buf. A text that ends before the
// part does is an error.
func Copy(w io.Writer, text io.ReaderAt, p dump.Place, buf []byte) error {
	for p.Start < p.End {
		n, err := text.ReadAt(buf[:min(int64(len(buf)), p.End-p.Start)], p.Start)
		if n == 0 {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		if _, err := w.Write(buf[:n]); err != nil {
			return err
		}
		p.Start += int64(n)
	}
	return nil
}

// Write puts something in.
func (s *Splicer) Write(b []byte) (int, error) {
	s.write(b)
	return len(b), s.err
}

func (s *Splicer) write(b []byte) {
	if s.muted == 0 && s.err == nil {
		_, s.err = s.w.Write(b)
	}
}

// Put puts a text in.
func (s *Splicer) Put(text string) { s.write([]byte(text)) }

// List is an object or array of the source, while it is gone through. Items are
// kept unless something is said about them.
type List struct {
	Open  int64 // behind the opening bracket
	Last  int64 // behind the item that came last
	Items int   // of the source
	Kept  int   // in the result
	comma dump.Place
	owed  bool // a comma, before the item that comes next
	left  bool // the item that is being gone through is left out
}

// NewList returns the list whose opening bracket ends at open.
func NewList(open int64) List { return List{Open: open, Last: open} }

// longGap is the length from which on the space between items is not repeated.
const longGap = 256

// Comes notes that an item begins.
func (l *List) Comes(start int64) {
	if l.Items > 0 && start-l.Last <= longGap {
		l.comma = dump.Place{Start: l.Last, End: start}
	}
	l.Items++
}

// separate writes what stands between two items.
func (s *Splicer) separate(l *List) {
	if l.comma.End > 0 {
		s.Section(s.src, l.comma)
		return
	}
	s.Put(", ")
}

// Keep keeps the item that begins at start.
func (s *Splicer) Keep(l *List, start int64) {
	switch {
	case l.owed:
		s.CopyTo(start)
		s.separate(l)
		l.owed = false
	case l.Kept == 0 && l.Items > 1:
		s.SkipTo(start) // all before it are gone
	}
	l.Kept++
}

// Leave leaves the item out that begins at start. What is written until end is
// lost.
func (s *Splicer) Leave(l *List, start int64) {
	switch {
	case l.Kept > 0:
		s.CopyTo(l.Last)
	case l.Items == 1:
		s.CopyTo(start)
	}
	l.owed = false
	l.left = true
	s.muted++
}

// Left ends what Leave has begun.
func (s *Splicer) Left(l *List, end int64) {
	s.muted--
	s.at = max(s.at, end)
	l.Last = end
	l.left = false
}

// Ended ends the item that was kept or left out, behind which is end.
func (s *Splicer) Ended(l *List, end int64) {
	if l.left {
		s.Left(l, end)
		return
	}
	l.Last = end
}

// Before makes place for something in front of the item that begins at start
// and was neither kept nor left out yet. owed is a comma that was not asked for.
func (s *Splicer) Before(l *List, start int64) {
	switch {
	case l.Kept > 0 && !l.owed:
		s.CopyTo(l.Last)
		s.separate(l)
	case l.Kept > 0:
		s.separate(l)
	case l.Items == 1:
		s.CopyTo(start)
		l.owed = true
	default:
		s.SkipTo(start)
		l.owed = true
	}
	l.Kept++
}

// Behind makes place for something behind all items.
func (s *Splicer) Behind(l *List) {
	s.CopyTo(l.Last)
	if l.Kept > 0 {
		s.separate(l)
	}
	l.owed = false
	l.Kept++
}
