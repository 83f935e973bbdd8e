package seekable

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
)

// Version is the version of the format that is written, and the newest that is read.
const Version = 3

// The limits of the format, in bytes. A reader refuses what is larger before it asks for memory.
const (
	MaxFrame = 4 << 20  // of text in a data frame
	MaxBlock = 1 << 20  // of the keys of a block, and of its values, unpacked
	MaxKey   = 8 << 10  // of a record's key
	MaxValue = 64 << 10 // of a record's value
)

const (
	blockMagic     = 0x184D2A51 // of our skippable frames
	seekTableMagic = 0x184D2A5E // of the seek table's
	footerMagic    = 0x8F92EAB1 // at the very end
	frameHead      = 8          // magic and length of a skippable frame
	footerSize     = 9
	entrySize      = 8
	blockHead      = 13 // of a block: frameHead, tag, kind, shape
	oldBlockHead   = 24 // of a block of versions 1 and 2: frameHead, tag, kind, encoding, three lengths
	checksumSize   = 4
	locatorSize    = 256
	largestBlock   = oldBlockHead + 3*MaxBlock + checksumSize

	tag0, tag1 = 'D', 'T'
)

// The kinds of our skippable frames.
const (
	kindOldLeaf     = 1 // of versions 1 and 2
	kindOldInterior = 2
	kindLocator     = 3
	kindLeaf        = 4
	kindInterior    = 5
)

// What is packed in a block of versions 1 and 2, and above these bits how long the tails of its values are, in units of tailUnit bytes.
const (
	packedKeys   = 1 << 0
	packedValues = 1 << 1
	tailShift    = 2
	tailUnit     = 8
)

// Flags of the locator.
const (
	flagSHA256  = 1 << 0 // the SHA-256 of the text is known
	flagSidecar = 1 << 1 // the text is in another file
)

// ErrForeign is the error of a file that is not of this format; it may be another Zstandard file.
var ErrForeign = errors.New("not an indexed dump")

// ErrVersion is the error of a file of a newer version.
var ErrVersion = errors.New("newer format version")

// Fault is damage: something in the file contradicts its checksum or the format.
type Fault struct {
	Part    string // what is damaged: "data frame 3", "block 2", "locator", "seek table"
	Offset  int64  // where that begins in the file, in bytes
	Length  int64  // of that; 0 if unknown
	Message string
}

// Hint says what can be done about a damaged index. Damaged data can't be read by other ways.
func (f *Fault) Hint() string {
	if strings.HasPrefix(f.Part, "data frame") {
		return ""
	}
	return "--ignore-index reads the text without its index; verify lists what is damaged"
}

// Error gives part, place and message.
func (f *Fault) Error() string {
	if f.Length > 0 {
		return fmt.Sprintf("%s (bytes %d to %d of the file): %s", f.Part, f.Offset, f.Offset+f.Length, f.Message)
	}
	return fmt.Sprintf("%s (byte %d of the file): %s", f.Part, f.Offset, f.Message)
}

// Digest is a SHA-256.
type Digest [32]byte

// Locator is the start of everything that isn't data.
type Locator struct {
	Version   uint16
	Tool      string // name and version of the program that wrote the file; at most 32 bytes
	Sidecar   bool   // the text is in another file
	TextSize  int64  // in bytes
	DataSize  int64  // of all data frames, in the file
	Frames    uint32 // data frames
	AllFrames uint32 // entries of the seek table
	Root      Digest // over the digests of the data frames
	SHA256    Digest // of the text
	HasSHA256 bool

	directory    pointer
	seekChecksum uint32
}

// pointer says where a block stands in the file.
type pointer struct {
	off int64
	len uint32
}

func checksum(b []byte) uint32 { return crc32.ChecksumIEEE(b) }

func (l *Locator) encode() []byte {
	le := binary.LittleEndian
	b := make([]byte, locatorSize)
	le.PutUint32(b, blockMagic)
	le.PutUint32(b[4:], locatorSize-frameHead)
	b[8], b[9], b[10] = tag0, tag1, kindLocator
	le.PutUint16(b[12:], l.Version)
	var flags uint16
	if l.HasSHA256 {
		flags |= flagSHA256
		copy(b[88:], l.SHA256[:])
	}
	if l.Sidecar {
		flags |= flagSidecar
	}
	le.PutUint16(b[14:], flags)
	le.PutUint64(b[16:], uint64(l.TextSize))
	le.PutUint64(b[24:], uint64(l.DataSize))
	le.PutUint32(b[32:], l.Frames)
	le.PutUint32(b[36:], l.AllFrames)
	le.PutUint64(b[40:], uint64(l.directory.off))
	le.PutUint32(b[48:], l.directory.len)
	le.PutUint32(b[52:], l.seekChecksum)
	copy(b[56:], l.Root[:])
	copy(b[120:152], l.Tool)
	le.PutUint32(b[locatorSize-checksumSize:], checksum(b[:locatorSize-checksumSize]))
	return b
}

// isLocator tells if b, locatorSize bytes, is a locator, damaged or not.
func isLocator(b []byte) bool {
	le := binary.LittleEndian
	return le.Uint32(b) == blockMagic && le.Uint32(b[4:]) == locatorSize-frameHead &&
		b[8] == tag0 && b[9] == tag1 && b[10] == kindLocator
}

// decodeLocator reads the locator b, which stands at off and after which rest bytes follow.
func decodeLocator(b []byte, off, rest int64) (*Locator, error) {
	le := binary.LittleEndian
	fault := func(message string) error { return &Fault{"locator", off, locatorSize, message} }
	if checksum(b[:locatorSize-checksumSize]) != le.Uint32(b[locatorSize-checksumSize:]) {
		return nil, fault("wrong checksum")
	}
	l := &Locator{Version: le.Uint16(b[12:])}
	if l.Version > Version {
		return nil, fmt.Errorf("%w: the file has version %d, this program reads up to %d", ErrVersion, l.Version, Version)
	}
	flags := le.Uint16(b[14:])
	l.HasSHA256, l.Sidecar = flags&flagSHA256 != 0, flags&flagSidecar != 0
	l.TextSize, l.DataSize = int64(le.Uint64(b[16:])), int64(le.Uint64(b[24:]))
	l.Frames, l.AllFrames = le.Uint32(b[32:]), le.Uint32(b[36:])
	l.directory = pointer{int64(le.Uint64(b[40:])), le.Uint32(b[48:])}
	l.seekChecksum = le.Uint32(b[52:])
	copy(l.Root[:], b[56:])
	copy(l.SHA256[:], b[88:])
	l.Tool = strings.TrimRight(string(b[120:152]), "\x00")
	switch {
	case l.TextSize < 0, l.DataSize < 0, l.DataSize > off, l.Frames >= l.AllFrames,
		l.directory.off < l.DataSize, l.directory.off+int64(l.directory.len) > off:
		return nil, fault("impossible sizes")
	case rest != seekTableSize(l.AllFrames):
		return nil, fault("the seek table has another size")
	}
	return l, nil
}

func seekTableSize(frames uint32) int64 { return frameHead + entrySize*int64(frames) + footerSize }

// entry is a frame in the seek table.
type entry struct{ packed, text uint32 }

func encodeSeekTable(entries []entry) []byte {
	le := binary.LittleEndian
	size := seekTableSize(uint32(len(entries)))
	b := make([]byte, 0, size)
	b = le.AppendUint32(b, seekTableMagic)
	b = le.AppendUint32(b, uint32(size-frameHead))
	for _, e := range entries {
		b = le.AppendUint32(b, e.packed)
		b = le.AppendUint32(b, e.text)
	}
	b = le.AppendUint32(b, uint32(len(entries)))
	b = append(b, 0) // no checksums in the entries: ours are over the compressed bytes
	return le.AppendUint32(b, footerMagic)
}

// maxFrames is the largest number of frames that the seekable format allows.
const maxFrames = 0x8000000

// findSeekTable returns where the seek table of a file begins. ok is false if the footer isn't one.
func findSeekTable(footer []byte, size int64) (off int64, ok bool) {
	le := binary.LittleEndian
	n := le.Uint32(footer)
	if le.Uint32(footer[5:]) != footerMagic || footer[4] != 0 || n > maxFrames {
		return 0, false
	}
	off = size - seekTableSize(n)
	return off, off >= locatorSize
}
