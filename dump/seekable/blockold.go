package seekable

import (
	"encoding/binary"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// Blocks of versions 1 and 2 are read here; nothing writes them any more.

// content is what such a block holds: the keys of its records with all lengths, and their values, packed apart, and the
// hashes at the end of the values, their tails, which are not packed.
type content struct {
	keys, values []byte
	tails        []byte
	tail         int // bytes of the tail of each value, a multiple of tailUnit
}

// checkOldBlock looks at the lengths in the head of a block, of which checkFrame has looked at the rest.
func checkOldBlock(frame []byte) error {
	le := binary.LittleEndian
	n := len(frame) - checksumSize
	if n < oldBlockHead ||
		le.Uint32(frame[12:]) > MaxBlock || int64(le.Uint32(frame[16:])) > int64(n-oldBlockHead) || le.Uint32(frame[20:]) > MaxBlock {
		return errBlock
	}
	return nil
}

// decodeOldBlock returns the content of a block that stands in frame.
func decodeOldBlock(frame []byte, dec *zstd.Decoder) (c content, err error) {
	if err := checkOldBlock(frame); err != nil {
		return c, err
	}
	le := binary.LittleEndian
	keysEnd := oldBlockHead + int(le.Uint32(frame[16:]))
	if c.keys, err = unpack(frame[oldBlockHead:keysEnd], le.Uint32(frame[12:]), frame[11]&packedKeys != 0, dec); err != nil {
		return c, err
	}
	valuesEnd := len(frame) - checksumSize
	if c.tail = int(frame[11]>>tailShift) * tailUnit; c.tail > 0 {
		count, n := binary.Uvarint(c.keys)
		if n <= 0 || count > uint64(valuesEnd-keysEnd)/uint64(c.tail) {
			return c, errBlock
		}
		c.tails = frame[valuesEnd-int(count)*c.tail : valuesEnd]
		valuesEnd -= len(c.tails)
	}
	c.values, err = unpack(frame[keysEnd:valuesEnd], le.Uint32(frame[20:]), frame[11]&packedValues != 0, dec)
	return c, err
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

// parseOldBlock returns the records of a block. Values without tails are parts of its content.
func parseOldBlock(c content) ([]Record, error) {
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
