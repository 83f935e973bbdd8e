package seekable

import (
	"encoding/binary"
	"io"
)

// Remains looks for parts of this format in a file whose end isn't as it should be. It returns a Fault if there are any:
// the file was one of ours and its end is damaged or cut off. nil means that it never was one.
func Remains(at io.ReaderAt, size int64) *Fault {
	// The seek table is next to the end and blocks stand before it; damage of one of them leaves the other.
	const most = largestBlock
	start := max(0, size-most)
	b := make([]byte, size-start)
	if n, err := at.ReadAt(b, start); n < len(b) && err != nil {
		return nil //nolint:nilerr // whoever reads on will meet it
	}
	le := binary.LittleEndian
	for i := len(b) - blockHead; i >= 0; i-- {
		if b[i] != 0x51 || le.Uint32(b[i:]) != blockMagic || b[i+8] != tag0 || b[i+9] != tag1 {
			continue
		}
		n := int(le.Uint32(b[i+4:])) + frameHead
		if n > len(b)-i || n < blockHead+checksumSize {
			continue
		}
		if frame := b[i : i+n]; le.Uint32(frame[n-checksumSize:]) == checksum(frame[:n-checksumSize]) {
			end := start + int64(i+n)
			if b[i+10] == kindLocator {
				return &Fault{"seek table", end, size - end, "damaged or cut off"}
			}
			return &Fault{"locator or seek table", end, size - end, "damaged or cut off"}
		}
	}
	return nil
}
