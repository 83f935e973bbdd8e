package patch

import (
	"io"

	"github.com/dumptool/dumptool/dump"
)

// splicer copies a text and lets parts of it be left out, and others be put in.
// The first error stays, and stops everything.
type splicer struct {
	w     io.Writer
	src   io.ReaderAt
	at    int64 // up to here the source was copied or passed over
	muted int   // nothing is written while it is not zero
	buf   []byte
	err   error
}

// copyTo copies what is before off.
func (s *splicer) copyTo(off int64) {
	if off <= s.at {
		return
	}
	s.section(s.src, dump.Place{Start: s.at, End: off})
	s.at = off
}

// skipTo leaves out what is before off.
func (s *splicer) skipTo(off int64) { s.at = max(s.at, off) }

// section writes a part of some text.
func (s *splicer) section(text io.ReaderAt, p dump.Place) {
	if s.muted > 0 {
		return
	}
	if s.buf == nil {
		s.buf = make([]byte, 256<<10)
	}
	for p.Start < p.End && s.err == nil {
		n, err := text.ReadAt(s.buf[:min(int64(len(s.buf)), p.End-p.Start)], p.Start)
		if n == 0 {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			s.err = err
			return
		}
		s.write(s.buf[:n])
		p.Start += int64(n)
	}
}

// Write puts something in.
func (s *splicer) Write(b []byte) (int, error) {
	s.write(b)
	return len(b), s.err
}

func (s *splicer) write(b []byte) {
	if s.muted == 0 && s.err == nil {
		_, s.err = s.w.Write(b)
	}
}

func (s *splicer) put(text string) { s.write([]byte(text)) }

// list is an object or array of the source, while it is gone through. Items are
// kept unless something is said about them.
type list struct {
	open  int64 // behind the opening bracket
	last  int64 // behind the item that came last
	items int   // of the source
	kept  int   // in the result
	comma dump.Place
	owed  bool // a comma, before the item that comes next
}

func newList(open int64) list { return list{open: open, last: open} }

// longGap is the length from which on the space between items is not repeated.
const longGap = 256

// comes notes that an item begins.
func (l *list) comes(start int64) {
	if l.items > 0 && start-l.last <= longGap {
		l.comma = dump.Place{Start: l.last, End: start}
	}
	l.items++
}

// separate writes what stands between two items.
func (s *splicer) separate(l *list) {
	if l.comma.End > 0 {
		s.section(s.src, l.comma)
		return
	}
	s.put(", ")
}

// keep keeps the item that begins at start.
func (s *splicer) keep(l *list, start int64) {
	switch {
	case l.owed:
		s.copyTo(start)
		s.separate(l)
		l.owed = false
	case l.kept == 0 && l.items > 1:
		s.skipTo(start) // all before it are gone
	}
	l.kept++
}

// leave leaves the item out that begins at start. What is written until end is
// lost.
func (s *splicer) leave(l *list, start int64) {
	switch {
	case l.kept > 0:
		s.copyTo(l.last)
	case l.items == 1:
		s.copyTo(start)
	}
	l.owed = false
	s.muted++
}

// left ends what leave has begun.
func (s *splicer) left(l *list, end int64) {
	s.muted--
	s.at = max(s.at, end)
	l.last = end
}

// before makes place for something in front of the item that begins at start
// and was neither kept nor left out yet. owed is a comma that was not asked for.
func (s *splicer) before(l *list, start int64) {
	switch {
	case l.kept > 0 && !l.owed:
		s.copyTo(l.last)
		s.separate(l)
	case l.kept > 0:
		s.separate(l)
	case l.items == 1:
		s.copyTo(start)
		l.owed = true
	default:
		s.skipTo(start)
		l.owed = true
	}
	l.kept++
}

// behind makes place for something behind all items.
func (s *splicer) behind(l *list) {
	s.copyTo(l.last)
	if l.kept > 0 {
		s.separate(l)
	}
	l.owed = false
	l.kept++
}
