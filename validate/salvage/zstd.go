package salvage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/dumptool/dumptool/dump"
)

var frameMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}

// isSkippable tells if a skippable frame begins.
func isSkippable(b []byte) bool {
	return len(b) >= 4 && b[0]&0xf0 == 0x50 && b[1] == 0x2a && b[2] == 0x4d && b[3] == 0x18
}

func isFrame(b []byte) bool { return bytes.HasPrefix(b, frameMagic) || isSkippable(b) }

// looksZstd tells of an input whose beginning is lost that frames follow.
func (u *unpacker) looksZstd() bool {
	const near = 8 << 20
	inner := &unpacker{ctx: u.ctx, at: u.at, size: min(u.size, near)}
	off, err := inner.find(0, func(b []byte) bool { return bytes.HasPrefix(b, frameMagic) }, 4)
	if err != nil || off >= inner.size {
		return false
	}
	_, ok := u.frameEnd(off)
	return ok
}

// heldFrame is the size of text up to which a frame is either taken whole or
// not at all.
const heldFrame = 16 << 20

// zstd unpacks frame after frame. What is between frames that can be decoded is
// lost; the frames of an index are passed over.
func (u *unpacker) zstd() error {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(128<<20), zstd.WithDecoderMaxMemory(1<<62))
	if err != nil {
		return err
	}
	defer dec.Close()
	for off := int64(0); off < u.size; {
		end, ok := u.frameEnd(off)
		if ok && u.skippableAt(off) {
			off = end
			continue
		}
		if ok {
			if ok, err = u.frame(dec, off, end); err != nil {
				return err
			}
		}
		if ok {
			off = end
			continue
		}
		next, err := u.nextFrame(off + 1)
		if err != nil {
			return err
		}
		part := false
		if next == u.size && u.frameAt(off) {
			if part, err = u.cutFrame(dec, off); err != nil {
				return err
			}
		}
		u.lost(dump.Place{Start: off, End: next}, part, "a zstd frame is damaged or cut off")
		off = next
	}
	return nil
}

func (u *unpacker) bytesAt(off int64, n int) []byte {
	b := make([]byte, n)
	k, _ := u.at.ReadAt(b, off)
	return b[:k]
}

func (u *unpacker) skippableAt(off int64) bool { return isSkippable(u.bytesAt(off, 4)) }

func (u *unpacker) frameAt(off int64) bool { return bytes.HasPrefix(u.bytesAt(off, 4), frameMagic) }

// nextFrame returns where the next frame begins that is whole as far as its
// headers say.
func (u *unpacker) nextFrame(off int64) (int64, error) {
	for {
		next, err := u.find(off, isFrame, 4)
		if err != nil || next == u.size {
			return next, err
		}
		if _, ok := u.frameEnd(next); ok {
			return next, nil
		}
		off = next + 1
	}
}

// frameEnd returns where the frame at off ends, by its headers (RFC 8878). ok is
// false if there is none, or if neither another frame nor the end follows it.
func (u *unpacker) frameEnd(off int64) (end int64, ok bool) {
	h := u.bytesAt(off, 18)
	switch {
	case isSkippable(h) && len(h) >= 8:
		end = off + 8 + int64(binary.LittleEndian.Uint32(h[4:]))
	case bytes.HasPrefix(h, frameMagic):
		if end = u.blocksEnd(off, h); end < 0 {
			return 0, false
		}
	default:
		return 0, false
	}
	if end > u.size {
		return 0, false
	}
	return end, end == u.size || isFrame(u.bytesAt(end, 4))
}

// blocksEnd goes through the blocks of a frame.
func (u *unpacker) blocksEnd(off int64, head []byte) int64 {
	var h zstd.Header
	if err := h.Decode(head); err != nil {
		return -1
	}
	at := off + int64(h.HeaderSize)
	for {
		b := u.bytesAt(at, 3)
		if len(b) < 3 {
			return -1
		}
		v := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
		last, kind, size := v&1 != 0, v>>1&3, int64(v>>3)
		const rle, reserved = 1, 3
		switch kind {
		case rle:
			size = 1
		case reserved:
			return -1
		}
		at += 3 + size
		if last {
			break
		}
	}
	if h.HasCheckSum {
		at += 4
	}
	return at
}

// frame unpacks a frame whose end is known. ok is false if it can't be decoded
// and nothing of it was taken.
func (u *unpacker) frame(dec *zstd.Decoder, off, end int64) (ok bool, err error) {
	if err := dec.Reset(u.section(off, end)); err != nil {
		return false, u.ctx.Err()
	}
	var held bytes.Buffer
	_, err = io.CopyN(&held, dec, heldFrame)
	switch {
	case errors.Is(err, io.EOF):
		_, err = u.out.file.Write(held.Bytes())
		return err == nil, err
	case err != nil:
		return false, u.ctx.Err()
	}
	return true, u.longFrame(dec, &held, off, end)
}

// longFrame takes a frame that is too large to be held. What is decoded before
// an error may be wrong.
func (u *unpacker) longFrame(dec *zstd.Decoder, held *bytes.Buffer, off, end int64) error {
	start := u.out.file.Size()
	if _, err := u.out.file.Write(held.Bytes()); err != nil {
		return err
	}
	_, err := io.Copy(writerOnly{u.out.file}, dec)
	switch {
	case err == nil:
		return nil
	case u.ctx.Err() != nil:
		return u.ctx.Err()
	case errors.Is(err, errWrite):
		return err
	}
	from := start // a checksum tells nothing of the place
	if !errors.Is(err, zstd.ErrCRCMismatch) {
		from = max(start, u.out.file.Size()-weakText)
	}
	u.out.weak = append(u.out.weak, dump.Place{Start: from, End: u.out.file.Size()})
	u.lost(dump.Place{Start: off, End: end}, true, "a zstd frame is damaged")
	return nil
}

// weakText is the size of text before the block that can't be decoded that may
// be wrong: some blocks.
const weakText = 1 << 20

// cutFrame takes what there is of a frame at the end of the input.
func (u *unpacker) cutFrame(dec *zstd.Decoder, off int64) (some bool, err error) {
	if err := dec.Reset(u.section(off, u.size)); err != nil {
		return false, u.ctx.Err()
	}
	start := u.out.file.Size()
	_, err = io.Copy(writerOnly{u.out.file}, dec)
	switch {
	case u.ctx.Err() != nil:
		return false, u.ctx.Err()
	case errors.Is(err, errWrite):
		return false, err
	}
	from, to := start, u.out.file.Size()
	if err == nil || errors.Is(err, io.ErrUnexpectedEOF) {
		from = max(start, to-weakText) // cut off, unless the size of a block is wrong
	}
	if to > start {
		u.out.weak = append(u.out.weak, dump.Place{Start: from, End: to})
	}
	return to > start, nil
}

// errWrite marks errors of writing, as against those of decoding.
var errWrite = errors.New("write the unpacked text")

// writerOnly hides what else a writer can do, and marks its errors.
type writerOnly struct{ w io.Writer }

func (w writerOnly) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	if err != nil {
		err = errors.Join(errWrite, err)
	}
	return n, err
}
