package dump

import (
	"bytes"
	"io"
	"unicode/utf8"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// unescaper gives what a long string stands for, as it comes, and remembers
// where in the text each of its bytes comes from.
type unescaper struct {
	sc   *jsonscan.Scanner
	raw  []byte // the rest of the part that is being decoded
	out  int64  // bytes given
	in   int64  // offset in the text of raw[0]
	segs []segment
	seg  int    // the first of segs that is needed
	tail []byte // decoded bytes that did not fit
	buf  [utf8.UTFMax]byte
	done bool
}

// segment says that the bytes from out on stand in the text from in on, one to
// one up to the next segment.
type segment struct{ out, in int64 }

// maxSegments bounds what is remembered of a text of which no offset is asked
// for: beyond it offsets become those of the byte that was decoded last.
const maxSegments = 1 << 18

// newUnescaper reads the string whose first part the scanner has come to, with
// StreamNext before.
func newUnescaper(sc *jsonscan.Scanner) *unescaper {
	u := &unescaper{sc: sc, in: sc.Offset() + 1}
	u.mark(0, u.in)
	if !sc.More() {
		u.raw = sc.Raw()
		u.done = true
	}
	return u
}

// Read decodes into p.
func (u *unescaper) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if len(u.tail) > 0 {
			k := copy(p[n:], u.tail)
			u.tail = u.tail[k:]
			n += k
			u.out += int64(k)
			continue
		}
		if len(u.raw) == 0 {
			if n > 0 {
				return n, nil
			}
			if u.done {
				return 0, io.EOF
			}
			part, err := u.sc.NextPart()
			if err != nil {
				return 0, err
			}
			u.raw = part
			u.done = !u.sc.More()
			continue
		}
		n += u.decode(p[n:])
	}
	return n, nil
}

// decode takes ordinary bytes and short escapes from raw, up to an escape that
// takes more than that.
func (u *unescaper) decode(p []byte) (n int) {
	raw := u.raw
	for n < len(p) && len(raw) > 0 {
		if raw[0] != '\\' {
			run := raw[:min(len(raw), len(p)-n)]
			if k := bytes.IndexByte(run, '\\'); k >= 0 {
				run = run[:k]
			}
			n += copy(p[n:], run)
			raw = raw[len(run):]
			continue
		}
		if len(raw) < 2 || raw[1] != '"' && raw[1] != '\\' {
			break
		}
		// The byte itself stands where its backslash does; what follows is one
		// further away.
		p[n] = raw[1]
		n++
		raw = raw[2:]
		u.mark(u.out+int64(n), u.in+int64(len(u.raw)-len(raw)))
	}
	u.in += int64(len(u.raw) - len(raw))
	u.out += int64(n)
	u.raw = raw
	if n == 0 && len(p) > 0 {
		u.escape()
	}
	return n
}

// escape decodes the escape that raw begins with into tail.
func (u *unescaper) escape() {
	n := 2
	if len(u.raw) > 1 && u.raw[1] == 'u' {
		n = 6
		if len(u.raw) >= 12 && u.raw[6] == '\\' && u.raw[7] == 'u' {
			// Both halves of a pair are one character.
			if both := jsonscan.AppendDecoded(u.buf[:0], u.raw[:12]); len(both) == 4 && both[0] >= 0xf0 {
				n = 12
			}
		}
	}
	n = min(n, len(u.raw))
	u.tail = jsonscan.AppendDecoded(u.buf[:0], u.raw[:n])
	u.raw = u.raw[n:]
	u.in += int64(n)
	u.mark(u.out+int64(len(u.tail)), u.in)
}

// mark begins a segment at the byte out, which stands at in.
func (u *unescaper) mark(out, in int64) {
	if len(u.segs) == cap(u.segs) {
		if len(u.segs)-u.seg >= maxSegments {
			u.seg = len(u.segs) - maxSegments/2
		}
		if u.seg >= len(u.segs)/2 {
			u.segs = u.segs[:copy(u.segs, u.segs[u.seg:])]
			u.seg = 0
		}
	}
	u.segs = append(u.segs, segment{out, in})
}

// offset returns where in the text the decoded byte at out comes from. Later
// calls must not ask for earlier bytes.
func (u *unescaper) offset(out int64) int64 {
	for u.seg+1 < len(u.segs) && u.segs[u.seg+1].out <= out {
		u.seg++
	}
	if s := u.segs[u.seg]; out >= s.out {
		return s.in + out - s.out
	}
	return u.in
}
