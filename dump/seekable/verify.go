package seekable

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
)

// Checks are what Verify does beyond the checksums.
type Checks struct {
	Text     bool        // unpack every data frame
	SHA256   bool        // and compute the SHA-256 of the text
	Progress func(int64) // is told how many bytes of the file are checked
}

// Verified is what Verify has found out.
type Verified struct {
	Frames, Blocks int64
	SHA256         *Digest // with Checks.SHA256, of an undamaged text
	Stored         bool    // the file has the SHA-256 of its text, or is a sidecar, which has no text
}

// Verify checks every byte of a file: all is under a checksum. Each Fault goes to report, which ends the checking by
// returning an error. ErrForeign is returned for a file that isn't of the format; see Remains for those.
func Verify(ctx context.Context, at io.ReaderAt, size int64, checks Checks, report func(*Fault) error) (*Verified, error) {
	loc, err := findLocator(at, size)
	var fault *Fault
	switch {
	case errors.As(err, &fault):
		return new(Verified), report(fault)
	case err != nil:
		return nil, err
	}
	dec, err := newDecoder()
	if err != nil {
		return nil, err
	}
	defer dec.Close()
	r := &Reader{at: at, size: size, loc: *loc, dec: dec}
	v := &verifier{ctx: ctx, r: r, checks: checks, report: report, blocks: map[int64]uint32{}}
	v.found.Stored = loc.HasSHA256 || loc.Sidecar
	if checks.SHA256 {
		v.sum = sha256.New()
	}
	if err := v.run(); err != nil {
		return nil, err
	}
	return &v.found, nil
}

type verifier struct {
	ctx     context.Context
	r       *Reader
	checks  Checks
	report  func(*Fault) error
	found   Verified
	faults  int
	sum     hash.Hash
	digests []byte
	blocks  map[int64]uint32
	text    []byte
}

func (v *verifier) fault(part string, off, length int64, format string, args ...any) error {
	v.faults++
	return v.report(&Fault{part, off, length, fmt.Sprintf(format, args...)})
}

func (v *verifier) run() error {
	loc := &v.r.loc
	tableOff := v.r.size - seekTableSize(loc.AllFrames)
	table := make([]byte, 0, 64<<10)
	sum := crc32.NewIEEE()
	// The seek table is read in pieces: it may be large, and its length is only what the file says.
	var entries []entry
	in := io.NewSectionReader(v.r.at, tableOff, v.r.size-tableOff)
	piece := make([]byte, 64<<10)
	for {
		n, err := in.Read(piece)
		sum.Write(piece[:n])
		table = append(table, piece[:n]...)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	le := binary.LittleEndian
	if sum.Sum32() != loc.seekChecksum || le.Uint32(table) != seekTableMagic || int64(le.Uint32(table[4:])) != int64(len(table)-frameHead) {
		if err := v.fault("seek table", tableOff, int64(len(table)), "wrong checksum"); err != nil {
			return err
		}
		// What it says can't be trusted; the tables say the same of the data.
		return v.byTables()
	}
	for i := range int(loc.AllFrames) {
		b := table[frameHead+entrySize*i:]
		entries = append(entries, entry{le.Uint32(b), le.Uint32(b[4:])})
	}
	return v.byEntries(entries, tableOff)
}

// byEntries goes from frame to frame as the seek table gives them.
func (v *verifier) byEntries(entries []entry, end int64) error {
	v.openTables()
	c := v.cursor()
	off, text := int64(0), int64(0)
	for i, e := range entries {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		last := i == len(entries)-1
		switch {
		case off+int64(e.packed) > end:
			return v.fault("seek table", end, 0, "its frames are longer than the file")
		case i < int(v.r.loc.Frames):
			if err := v.data(c, i, e, off, text); err != nil {
				return err
			}
		case last:
			if off+int64(e.packed) != end || e.packed != locatorSize || e.text != 0 {
				return v.fault("seek table", end, 0, "it doesn't end with the locator")
			}
		default:
			if err := v.block(i-int(v.r.loc.Frames), e, off); err != nil {
				return err
			}
		}
		off, text = off+int64(e.packed), text+int64(e.text)
		v.progress(off)
	}
	if text != v.r.loc.TextSize && v.faults == 0 && !v.r.loc.Sidecar {
		return v.fault("seek table", end, 0, "its frames hold %d bytes of text, the locator says %d", text, v.r.loc.TextSize)
	}
	return v.finish()
}

func (v *verifier) progress(off int64) {
	if v.checks.Progress != nil {
		v.checks.Progress(off)
	}
}

// openTables opens the directory if it is undamaged; if it isn't, its block will be reported in its turn.
func (v *verifier) openTables() {
	if r, err := Open(v.r.at, v.r.size); err == nil {
		v.r.dec.Close()
		v.r = r
	}
}

func (v *verifier) cursor() *Cursor {
	if v.r.frames == nil {
		return nil
	}
	return v.r.frames.From(nil)
}

// data checks a data frame against the table of frames.
func (v *verifier) data(c *Cursor, i int, e entry, off, text int64) error {
	part := fmt.Sprintf("data frame %d", i)
	v.found.Frames++
	var f frame
	known := false
	if c != nil && c.Next() {
		var err error
		f, err = parseFrame(c.Record())
		known = err == nil
	}
	if !known {
		// Without its record all that can be done is to unpack it, which has a checksum of its own.
		f = frame{text: text, off: off, packed: e.packed, size: e.text}
	}
	if f.off != off || f.packed != e.packed || f.size != e.text || f.text != text || e.text > MaxFrame || e.packed > MaxFrame+MaxFrame/8 {
		return v.fault(part, off, int64(e.packed), "seek table and table of frames contradict each other")
	}
	packed, err := v.r.readAt(off, int(e.packed))
	if err != nil {
		return err
	}
	if known && checksum(packed) != f.checksum {
		return v.fault(part, off, int64(e.packed), "wrong checksum; it holds the bytes %d to %d of the text", text, text+int64(e.text))
	}
	digest := Digest(sha256.Sum256(packed))
	v.digests = append(v.digests, digest[:]...)
	if known && digest != f.digest {
		return v.fault(part, off, int64(e.packed), "wrong SHA-256; it holds the bytes %d to %d of the text", text, text+int64(e.text))
	}
	if known && !v.checks.Text && !v.checks.SHA256 {
		return nil
	}
	v.text, err = v.r.dec.DecodeAll(packed, v.text[:0])
	if err == nil && len(v.text) != int(e.text) {
		err = errors.New("wrong length")
	}
	if err != nil {
		return v.fault(part, off, int64(e.packed), "can't be unpacked: %v; it holds the bytes %d to %d of the text", err, text, text+int64(e.text))
	}
	if v.sum != nil {
		v.sum.Write(v.text)
	}
	return nil
}

// block checks a block.
func (v *verifier) block(i int, e entry, off int64) error {
	part := fmt.Sprintf("block %d", i)
	v.found.Blocks++
	if e.packed > largestBlock || e.text != 0 {
		return v.fault(part, off, int64(e.packed), "impossible size")
	}
	b, err := v.r.readAt(off, int(e.packed))
	if err != nil {
		return err
	}
	v.blocks[off] = e.packed
	if _, _, err := decodeBlock(b, v.r.dec); err != nil {
		return v.fault(part, off, int64(e.packed), "%v", err)
	}
	return nil
}

// finish compares what is known once everything was read.
func (v *verifier) finish() error {
	if v.faults > 0 {
		return nil
	}
	loc := &v.r.loc
	at := v.r.size - seekTableSize(loc.AllFrames) - locatorSize
	if Digest(sha256.Sum256(v.digests)) != loc.Root {
		return v.fault("locator", at, locatorSize, "the digests of the data frames have another root")
	}
	if v.sum == nil || loc.Sidecar {
		return nil
	}
	sum := Digest(v.sum.Sum(nil))
	v.found.SHA256 = &sum
	if loc.HasSHA256 && sum != loc.SHA256 {
		return v.fault("locator", at, locatorSize, "the text has another SHA-256")
	}
	return nil
}

// byTables goes on where the seek table is damaged: it reads the data as the table of frames gives it, and the blocks
// that lie behind.
func (v *verifier) byTables() error {
	v.openTables()
	c := v.cursor()
	if c == nil {
		return nil
	}
	var entries []entry
	for c.Next() {
		f, err := parseFrame(c.Record())
		if err != nil {
			break
		}
		entries = append(entries, entry{f.packed, f.size})
	}
	c = v.cursor()
	off, text := int64(0), int64(0)
	for i, e := range entries {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		if err := v.data(c, i, e, off, text); err != nil {
			return err
		}
		off, text = off+int64(e.packed), text+int64(e.text)
	}
	return nil
}
