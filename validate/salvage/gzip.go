package salvage

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"

	"github.com/dumptool/dumptool/dump"
)

var gzipMagic = []byte{0x1f, 0x8b}

// weakStored is the number of compressed bytes before the place where decoding
// failed whose text may be wrong: a hole of some sectors gives wrong text for a
// while before it can't be decoded at all.
const weakStored = 64 << 10

// gzip unpacks member after member. A member that can't be decoded to its end
// gives the text up to there; decoding goes on at the next header.
func (u *unpacker) gzip() error {
	for off := int64(0); off < u.size; {
		start := u.out.file.Size()
		end, failed, err := u.member(off, u.size)
		if err != nil {
			return err
		}
		if end < 0 && failed > 0 {
			if err := u.beforeHole(off, failed, start); err != nil {
				return err
			}
		}
		if end < 0 {
			next, err := u.find(off+2, gzipHeader, 10)
			if err != nil {
				return err
			}
			u.lost(dump.Place{Start: off, End: next}, true, "the gzip stream is damaged or cut off")
			off = next
			continue
		}
		off = end
	}
	return nil
}

// gzipHeader tells if a member seems to begin.
func gzipHeader(b []byte) bool {
	const deflate, reserved = 8, 0xe0
	return bytes.HasPrefix(b, gzipMagic) && b[2] == deflate && b[3]&reserved == 0
}

// holeRun is the number of equal bytes that tell of a hole: a file system or a
// disk fills what it has lost with one byte.
const holeRun = 32

// beforeHole unpacks a member again, up to the hole that made it fail, if there
// are bytes that look like one: what was unpacked out of the hole is worth
// nothing.
func (u *unpacker) beforeHole(off, failed, start int64) error {
	from := max(off, failed-weakStored)
	b := u.bytesAt(from, int(min(failed+4*holeRun, u.size)-from))
	run := 1
	for i := 1; i < len(b); i++ {
		if run++; b[i] != b[i-1] {
			run = 1
		}
		if run < holeRun {
			continue
		}
		if err := u.out.file.CutTo(start); err != nil {
			return err
		}
		u.out.weak = u.out.weak[:len(u.out.weak)-1]
		_, _, err := u.member(off, from+int64(i+1-run))
		return err
	}
	return nil
}

// member unpacks the member at off, of which there is something up to limit,
// and returns where it ends. If it can't be read to its end that is -1; failed
// says where it could not be decoded, 0 if it only ends too early.
func (u *unpacker) member(off, limit int64) (end, failed int64, err error) {
	counted := &counter{r: u.section(off, limit)}
	in := bufio.NewReaderSize(counted, 64<<10)
	used := func() int64 { return off + counted.n - int64(in.Buffered()) }
	z, err := gzip.NewReader(in)
	if err != nil {
		return -1, 0, u.ctx.Err()
	}
	defer z.Close()
	z.Multistream(false)
	start := u.out.file.Size()
	var marks []mark
	buf := make([]byte, 64<<10)
	for {
		n, err := z.Read(buf)
		if n > 0 {
			if len(marks) == 0 || used()-marks[len(marks)-1].stored > weakStored/8 {
				marks = append(marks, mark{used(), u.out.file.Size()})
			}
			if _, err := u.out.file.Write(buf[:n]); err != nil {
				return 0, 0, err
			}
		}
		switch {
		case err == nil:
			continue
		case errors.Is(err, io.EOF):
			return used(), 0, nil
		case u.ctx.Err() != nil:
			return 0, 0, u.ctx.Err()
		case errors.Is(err, io.ErrUnexpectedEOF):
			return -1, 0, nil // cut off: what came is as it was
		case errors.Is(err, gzip.ErrChecksum):
			u.out.weak = append(u.out.weak, dump.Place{Start: start, End: u.out.file.Size()})
			return -1, 0, nil
		}
		u.out.weak = append(u.out.weak, dump.Place{Start: weakFrom(marks, used()-weakStored, start), End: u.out.file.Size()})
		return -1, used(), nil
	}
}

// mark is a place of a stream, stored and unpacked.
type mark struct{ stored, text int64 }

// weakFrom returns where the text begins that came from behind stored.
func weakFrom(marks []mark, stored, start int64) int64 {
	from := start
	for _, m := range marks {
		if m.stored > stored {
			break
		}
		from = m.text
	}
	return from
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
