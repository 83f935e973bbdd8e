package dump

import (
	"bytes"
	"io"

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
	tail []byte // decoded bytes that did not fit
	done bool
}

// segment says that the bytes from out on stand in the text from in on, one to
// one up to the next segment.
type segment struct{ out, in int64 }

// newUnescaper reads the string whose first part the scanner has come to, with
// StreamNext before.
func newUnescaper(sc *jsonscan.Scanner) *unescaper {
	u := &unescaper{sc: sc, in: sc.Offset() + 1}
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

// decode takes one run of ordinary bytes, or one escape, from raw.
func (u *unescaper) decode(p []byte) int {
	if u.raw[0] != '\\' {
		run := u.raw[:min(len(u.raw), len(p))]
		if k := bytes.IndexByte(run, '\\'); k >= 0 {
			run = run[:k]
		}
		u.mark()
		k := copy(p, run)
		u.step(k, k)
		return k
	}
	u.mark()
	n := 2
	if len(u.raw) >= 2 && (u.raw[1] == '"' || u.raw[1] == '\\') {
		p[0] = u.raw[1]
		u.step(n, 1)
		return 1
	}
	if len(u.raw) > 1 && u.raw[1] == 'u' {
		n = 6
		if len(u.raw) >= 12 && u.raw[6] == '\\' && u.raw[7] == 'u' {
			// Both halves of a pair are one character.
			if both := jsonscan.AppendDecoded(nil, u.raw[:12]); len(both) == 4 {
				n = 12
			}
		}
	}
	n = min(n, len(u.raw))
	u.tail = jsonscan.AppendDecoded(nil, u.raw[:n])
	u.step(n, 0)
	return 0
}

func (u *unescaper) step(in, out int) {
	u.raw = u.raw[in:]
	u.in += int64(in)
	u.out += int64(out)
}

// mark begins a segment unless the last one goes on.
func (u *unescaper) mark() {
	if k := len(u.segs) - 1; k >= 0 && u.segs[k].in-u.segs[k].out == u.in-u.out {
		return
	}
	u.segs = append(u.segs, segment{u.out, u.in})
}

// offset returns where in the text the decoded byte at out comes from. Later
// calls must not ask for earlier bytes.
func (u *unescaper) offset(out int64) int64 {
	if out >= u.out {
		return u.in
	}
	k := 0
	for k+1 < len(u.segs) && u.segs[k+1].out <= out {
		k++
	}
	if k > 0 {
		u.segs = u.segs[k:]
	}
	if len(u.segs) == 0 || out < u.segs[0].out {
		return u.in
	}
	return u.segs[0].in + out - u.segs[0].out
}
