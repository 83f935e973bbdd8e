package seekable

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// encodeBlock makes the skippable frame of a block.
func encodeBlock(dst []byte, kind byte, content []byte, enc *zstd.Encoder) []byte {
	le := binary.LittleEndian
	dst = append(dst[:0], make([]byte, blockHead)...)
	dst = enc.EncodeAll(content, dst)
	encoding := byte(packed)
	if len(dst)-blockHead >= len(content) {
		dst = append(dst[:blockHead], content...)
		encoding = stored
	}
	le.PutUint32(dst, blockMagic)
	le.PutUint32(dst[4:], uint32(len(dst)-frameHead+checksumSize))
	dst[8], dst[9], dst[10], dst[11] = tag0, tag1, kind, encoding
	le.PutUint32(dst[12:], uint32(len(content)))
	return le.AppendUint32(dst, checksum(dst))
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
	case le.Uint32(frame) != blockMagic, int(le.Uint32(frame[4:])) != len(frame)-frameHead,
		frame[8] != tag0, frame[9] != tag1, frame[11] > packed, le.Uint32(frame[12:]) > MaxBlock:
		return errBlock
	}
	return nil
}

// decodeBlock returns the content of a block that stands in frame.
func decodeBlock(frame []byte, dec *zstd.Decoder) (kind byte, content []byte, err error) {
	if err := checkBlock(frame); err != nil {
		return 0, nil, err
	}
	size := int(binary.LittleEndian.Uint32(frame[12:]))
	content = frame[blockHead : len(frame)-checksumSize]
	if frame[11] == packed {
		content, err = dec.DecodeAll(content, make([]byte, 0, size))
		if err != nil {
			return 0, nil, fmt.Errorf("%w: %w", errBlock, err)
		}
	}
	if len(content) != size {
		return 0, nil, errBlock
	}
	return frame[10], content, nil
}

// appendRecord adds a record to the content of a block, behind one with the key before.
func appendRecord(dst, before, key, value []byte) []byte {
	shared := 0
	for shared < min(len(before), len(key)) && before[shared] == key[shared] {
		shared++
	}
	dst = binary.AppendUvarint(dst, uint64(shared))
	dst = binary.AppendUvarint(dst, uint64(len(key)-shared))
	dst = binary.AppendUvarint(dst, uint64(len(value)))
	dst = append(dst, key[shared:]...)
	return append(dst, value...)
}

// Record is a key of a table with its value.
type Record struct{ Key, Value []byte }

// parseBlock returns the records of a block's content. The values are parts of it.
func parseBlock(content []byte) ([]Record, error) {
	count, n := binary.Uvarint(content)
	content = content[max(n, 0):]
	// Each record takes four bytes at least, but for one whose key is empty.
	if n <= 0 || count > uint64(len(content))/3 {
		return nil, errBlock
	}
	recs := make([]Record, 0, count)
	var keys, before []byte // keys holds all of them in full: what they share may be much more than what they take
	for range count {
		var head [3]uint64
		for i := range head {
			v, n := binary.Uvarint(content)
			if n <= 0 {
				return nil, errBlock
			}
			head[i], content = v, content[n:]
		}
		shared, suffix, value := head[0], head[1], head[2]
		if shared > uint64(len(before)) || suffix > MaxKey || shared+suffix > MaxKey || value > MaxValue ||
			suffix+value > uint64(len(content)) || uint64(len(keys))+shared+suffix > MaxBlock {
			return nil, errBlock
		}
		start := len(keys)
		keys = append(keys, before[:shared]...)
		keys = append(keys, content[:suffix]...)
		key := keys[start:len(keys):len(keys)]
		if len(recs) > 0 && string(key) <= string(before) {
			return nil, errBlock
		}
		before = key
		content = content[suffix:]
		recs = append(recs, Record{key, content[:value:value]})
		content = content[value:]
	}
	if len(content) > 0 {
		return nil, errBlock
	}
	return recs, nil
}
