package seekable

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// content is what a block holds: the keys of its records with all lengths, and their values. They are packed apart,
// because keys are text and values are numbers. The hashes at the end of values, their tails, are not packed at all: they
// can't be made shorter, and would spoil the statistics of the rest.
type content struct {
	keys, values []byte
	tails        []byte
	tail         int // bytes of the tail of each value, a multiple of tailUnit
}

// encodeBlock makes the skippable frame of a block.
func encodeBlock(dst []byte, kind byte, c content, enc *zstd.Encoder) []byte {
	le := binary.LittleEndian
	dst = append(dst[:0], make([]byte, blockHead)...)
	var encoding byte
	dst, keysPacked := appendPacked(dst, c.keys, enc)
	if keysPacked {
		encoding |= packedKeys
	}
	keys := len(dst) - blockHead
	dst, valuesPacked := appendPacked(dst, c.values, enc)
	if valuesPacked {
		encoding |= packedValues
	}
	dst = append(dst, c.tails...)
	encoding |= byte(c.tail / tailUnit << tailShift)
	le.PutUint32(dst, blockMagic)
	le.PutUint32(dst[4:], uint32(len(dst)-frameHead+checksumSize))
	dst[8], dst[9], dst[10], dst[11] = tag0, tag1, kind, encoding
	le.PutUint32(dst[12:], uint32(len(c.keys)))
	le.PutUint32(dst[16:], uint32(keys))
	le.PutUint32(dst[20:], uint32(len(c.values)))
	return le.AppendUint32(dst, checksum(dst))
}

// appendPacked appends b packed, or as it is if that is shorter.
func appendPacked(dst, b []byte, enc *zstd.Encoder) (out []byte, isPacked bool) {
	start := len(dst)
	dst = enc.EncodeAll(b, dst)
	if len(dst)-start < len(b) {
		return dst, true
	}
	return append(dst[:start], b...), false
}

var (
	errChecksum = errors.New("wrong checksum")
	errBlock    = errors.New("malformed block")
)

// checkBlock looks at everything of a block's frame but its content.
func checkBlock(frame []byte) error {
	le := binary.LittleEndian
	n := len(frame) - checksumSize
	switch {
	case n < blockHead:
		return errBlock
	case le.Uint32(frame[n:]) != checksum(frame[:n]):
		return errChecksum
	case le.Uint32(frame) != blockMagic, int64(le.Uint32(frame[4:])) != int64(len(frame)-frameHead),
		frame[8] != tag0, frame[9] != tag1,
		le.Uint32(frame[12:]) > MaxBlock, int64(le.Uint32(frame[16:])) > int64(n-blockHead), le.Uint32(frame[20:]) > MaxBlock:
		return errBlock
	}
	return nil
}

// decodeBlock returns the content of a block that stands in frame.
func decodeBlock(frame []byte, dec *zstd.Decoder) (kind byte, c content, err error) {
	if err := checkBlock(frame); err != nil {
		return 0, c, err
	}
	le := binary.LittleEndian
	keysEnd := blockHead + int(le.Uint32(frame[16:]))
	if c.keys, err = unpack(frame[blockHead:keysEnd], le.Uint32(frame[12:]), frame[11]&packedKeys != 0, dec); err != nil {
		return 0, c, err
	}
	valuesEnd := len(frame) - checksumSize
	if c.tail = int(frame[11]>>tailShift) * tailUnit; c.tail > 0 {
		count, n := binary.Uvarint(c.keys)
		if n <= 0 || count > uint64(valuesEnd-keysEnd)/uint64(c.tail) {
			return 0, c, errBlock
		}
		c.tails = frame[valuesEnd-int(count)*c.tail : valuesEnd]
		valuesEnd -= len(c.tails)
	}
	c.values, err = unpack(frame[keysEnd:valuesEnd], le.Uint32(frame[20:]), frame[11]&packedValues != 0, dec)
	return frame[10], c, err
}

// unpack returns the size bytes that b stands for. size was compared with the limit.
func unpack(b []byte, size uint32, isPacked bool, dec *zstd.Decoder) ([]byte, error) {
	if isPacked {
		var err error
		if b, err = dec.DecodeAll(b, make([]byte, 0, size)); err != nil {
			return nil, fmt.Errorf("%w: %w", errBlock, err)
		}
	}
	if len(b) != int(size) {
		return nil, errBlock
	}
	return b, nil
}

// builder collects the records of a block.
type builder struct {
	count           uint64
	heads, suffixes []byte
	values, tails   []byte
	tail            int // see content
	full            int // bytes with the keys in full
}

// add appends a record behind one with the key before.
func (b *builder) add(before, key, value []byte) {
	shared := 0
	for shared < min(len(before), len(key)) && before[shared] == key[shared] {
		shared++
	}
	b.count++
	b.full += len(key) + len(value) + 4
	b.heads = binary.AppendUvarint(b.heads, uint64(shared))
	b.heads = binary.AppendUvarint(b.heads, uint64(len(key)-shared))
	front := len(value) - b.tail
	b.heads = binary.AppendUvarint(b.heads, uint64(front))
	b.suffixes = append(b.suffixes, key[shared:]...)
	b.values = append(b.values, value[:front]...)
	b.tails = append(b.tails, value[front:]...)
}

func (b *builder) content() content {
	keys := binary.AppendUvarint(make([]byte, 0, len(b.heads)+len(b.suffixes)+4), b.count)
	keys = append(keys, b.heads...)
	return content{append(keys, b.suffixes...), b.values, b.tails, b.tail}
}

func (b *builder) reset() {
	b.count, b.full = 0, 0
	b.heads, b.suffixes, b.values, b.tails = b.heads[:0], b.suffixes[:0], b.values[:0], b.tails[:0]
}

// Record is a key of a table with its value.
type Record struct{ Key, Value []byte }

// parseBlock returns the records of a block. Values without tails are parts of its content.
func parseBlock(c content) ([]Record, error) {
	count, n := binary.Uvarint(c.keys)
	if n <= 0 || count > uint64(len(c.keys))/3 {
		return nil, errBlock
	}
	heads := c.keys[n:]
	suffixes := heads
	var full uint64
	type head struct{ shared, suffix, value uint64 }
	lengths := make([]head, count)
	for i := range lengths {
		h := &lengths[i]
		var err error
		if suffixes, err = uvarints(suffixes, &h.shared, &h.suffix, &h.value); err != nil {
			return nil, err
		}
		if h.shared > MaxKey || h.suffix > MaxKey || h.shared+h.suffix > MaxKey || h.value > MaxValue {
			return nil, errBlock
		}
		full += h.shared + h.suffix
	}
	// The keys in full may be much more than what they take.
	if full > MaxBlock || count*uint64(c.tail) != uint64(len(c.tails)) || len(c.tails) > MaxBlock {
		return nil, errBlock
	}
	var joined []byte
	if c.tail > 0 {
		joined = make([]byte, 0, len(c.values)+len(c.tails))
	}
	recs := make([]Record, count)
	keys := make([]byte, 0, full)
	values := c.values
	var before []byte
	for i, h := range lengths {
		if h.shared > uint64(len(before)) || h.suffix > uint64(len(suffixes)) || h.value > uint64(len(values)) {
			return nil, errBlock
		}
		start := len(keys)
		keys = append(keys, before[:h.shared]...)
		keys = append(keys, suffixes[:h.suffix]...)
		key := keys[start:len(keys):len(keys)]
		if i > 0 && string(key) <= string(before) {
			return nil, errBlock
		}
		before = key
		suffixes = suffixes[h.suffix:]
		value := values[:h.value:h.value]
		values = values[h.value:]
		if c.tail > 0 {
			start := len(joined)
			joined = append(append(joined, value...), c.tails[i*c.tail:(i+1)*c.tail]...)
			value = joined[start:len(joined):len(joined)]
		}
		recs[i] = Record{key, value}
	}
	if len(suffixes) > 0 || len(values) > 0 {
		return nil, errBlock
	}
	return recs, nil
}
