package seekable

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// Record is a key of a table with its value.
type Record struct{ Key, Value []byte }

// Shape is what the values of a table have in common, by which a block takes less.
type Shape struct {
	Numbers int // each value begins with so many uvarints, of no more bytes than they need
	Tail    int // and ends with so many bytes that can't be packed: hashes
}

// The largest shape.
const (
	mostNumbers = 15
	mostTail    = 255
)

var (
	errChecksum = errors.New("wrong checksum")
	errBlock    = errors.New("malformed block")
)

// builder collects the records of a block, column by column.
type builder struct {
	shape         Shape
	count         uint64
	shared, more  []uint64 // bytes of a key that are those of the one before, and that aren't
	rest          []uint64 // bytes of a value between numbers and tail
	numbers       [mostNumbers][]uint64
	keys, values  []byte // what isn't shared; what is between numbers and tail
	tails         []byte
	before, after []byte // forms of the last key and of the next
	full          int    // bytes with the keys in full
	lists         numbers
}

// add appends a record.
func (b *builder) add(key, value []byte) error {
	front := value
	var numbers [mostNumbers]uint64
	for i := range b.shape.Numbers {
		v, n := binary.Uvarint(front)
		if n <= 0 || n > 1 && front[n-1] == 0 {
			return fmt.Errorf("a value does not begin with %d numbers", b.shape.Numbers)
		}
		numbers[i], front = v, front[n:]
	}
	rest := len(front) - b.shape.Tail
	if rest < 0 {
		return fmt.Errorf("a value does not end with %d bytes of a hash", b.shape.Tail)
	}
	b.after = appendForm(b.after[:0], key)
	shared := 0
	for shared < min(len(b.before), len(b.after)) && b.before[shared] == b.after[shared] {
		shared++
	}
	b.count++
	b.full += len(key) + len(value) + 4
	b.shared = append(b.shared, uint64(shared))
	b.more = append(b.more, uint64(len(b.after)-shared))
	b.rest = append(b.rest, uint64(rest))
	for i := range b.shape.Numbers {
		b.numbers[i] = append(b.numbers[i], numbers[i])
	}
	b.keys = append(b.keys, b.after[shared:]...)
	b.values = append(b.values, front[:rest]...)
	b.tails = append(b.tails, front[rest:]...)
	b.before, b.after = b.after, b.before
	return nil
}

func (b *builder) reset() {
	b.count, b.full = 0, 0
	b.shared, b.more, b.rest = b.shared[:0], b.more[:0], b.rest[:0]
	for i := range b.numbers {
		b.numbers[i] = b.numbers[i][:0]
	}
	b.keys, b.values, b.tails, b.before = b.keys[:0], b.values[:0], b.tails[:0], b.before[:0]
}

// encode makes the skippable frame of a block.
func (b *builder) encode(dst []byte, kind byte, enc *zstd.Encoder) []byte {
	le := binary.LittleEndian
	dst = append(dst[:0], make([]byte, frameHead)...)
	dst = append(dst, tag0, tag1, kind, byte(b.shape.Numbers), byte(b.shape.Tail))
	dst = binary.AppendUvarint(dst, b.count)
	dst = appendPacked(dst, append(b.keys, b.values...), enc)
	if b.count > 0 {
		b.lists.packed = b.lists.packed[:0]
		for _, list := range [][]uint64{b.shared, b.more, b.rest} {
			dst = b.lists.append(dst, list)
		}
		for _, list := range b.numbers[:b.shape.Numbers] {
			dst = b.lists.append(dst, list)
		}
		dst = appendPacked(dst, b.lists.packed, enc)
	}
	dst = append(dst, b.tails...)
	le.PutUint32(dst, blockMagic)
	le.PutUint32(dst[4:], uint32(len(dst)-frameHead+checksumSize))
	return le.AppendUint32(dst, checksum(dst))
}

// appendPacked appends how long b is, doubled, and b; or one more, how long it is when it is packed, and that, if it is shorter.
func appendPacked(dst, b []byte, enc *zstd.Encoder) []byte {
	if len(b) > leastPacked {
		packed := enc.EncodeAll(b, nil)
		if len(packed)+2 < len(b) {
			dst = binary.AppendUvarint(dst, uint64(len(b))<<1|1)
			dst = binary.AppendUvarint(dst, uint64(len(packed)))
			return append(dst, packed...)
		}
	}
	return append(binary.AppendUvarint(dst, uint64(len(b))<<1), b...)
}

// leastPacked is so short that packing is not tried.
const leastPacked = 24

// cutPacked reads what appendPacked wrote, and returns what follows it.
func cutPacked(b []byte, dec *zstd.Decoder) (text, rest []byte, err error) {
	var head uint64
	if b, err = uvarints(b, &head); err != nil {
		return nil, nil, err
	}
	size, here := head>>1, head>>1
	if head&1 != 0 {
		if b, err = uvarints(b, &here); err != nil {
			return nil, nil, err
		}
	}
	if size > MaxBlock || here > uint64(len(b)) {
		return nil, nil, errBlock
	}
	text, err = unpack(b[:here], uint32(size), head&1 != 0, dec)
	return text, b[here:], err
}

// checkFrame looks at everything of the frame of a block, of any version, but its content.
func checkFrame(frame []byte) error {
	le := binary.LittleEndian
	n := len(frame) - checksumSize
	switch {
	case n < blockHead:
		return errBlock
	case le.Uint32(frame[n:]) != checksum(frame[:n]):
		return errChecksum
	case le.Uint32(frame) != blockMagic, int64(le.Uint32(frame[4:])) != int64(len(frame)-frameHead),
		frame[8] != tag0, frame[9] != tag1:
		return errBlock
	}
	return nil
}

// decodeBlock returns the records of a block of any version. interior tells that it is no leaf.
func decodeBlock(frame []byte, dec *zstd.Decoder) (interior bool, recs []Record, err error) {
	if err := checkFrame(frame); err != nil {
		return false, nil, err
	}
	kind := frame[10]
	switch kind {
	case kindOldLeaf, kindOldInterior:
		c, err := decodeOldBlock(frame, dec)
		if err != nil {
			return false, nil, err
		}
		recs, err = parseOldBlock(c)
		return kind == kindOldInterior, recs, err
	case kindLeaf, kindInterior:
		recs, err = decodeRecords(frame, dec)
		return kind == kindInterior, recs, err
	}
	return false, nil, errBlock
}

// decodeRecords is the reverse of encode.
func decodeRecords(frame []byte, dec *zstd.Decoder) ([]Record, error) {
	shape := Shape{int(frame[11]), int(frame[12])}
	if shape.Numbers > mostNumbers {
		return nil, errBlock
	}
	var count uint64
	b, err := uvarints(frame[blockHead:len(frame)-checksumSize], &count)
	if err != nil {
		return nil, err
	}
	texts, b, err := cutPacked(b, dec)
	if err != nil {
		return nil, err
	}
	// Keys ascend, so all but the first take a byte at least.
	if count > uint64(len(texts))+1 || count > mostRecords {
		return nil, errBlock
	}
	if count == 0 {
		if len(texts)+len(b) > 0 {
			return nil, errBlock
		}
		return nil, nil
	}
	var lists [3 + mostNumbers]list
	used := lists[:3+shape.Numbers]
	n := int(count)
	values := make([]uint64, n*len(used))
	for i := range used {
		if used[i], b, err = cutList(b, values[i*n:(i+1)*n]); err != nil {
			return nil, err
		}
	}
	packed, b, err := cutPacked(b, dec)
	if err != nil {
		return nil, err
	}
	for i := range used {
		if packed, err = used[i].finish(packed); err != nil {
			return nil, err
		}
	}
	if len(packed) > 0 || uint64(len(b)) != count*uint64(shape.Tail) || len(b) > MaxBlock {
		return nil, errBlock
	}
	return joinRecords(texts, b, shape, used)
}

// joinRecords puts the records together: lists are bytes that keys share, further bytes, bytes between numbers and tail, and
// the numbers.
func joinRecords(texts, tails []byte, shape Shape, lists []list) ([]Record, error) {
	shared, more, rest, columns := lists[0].values, lists[1].values, lists[2].values, lists[3:]
	var keysSize, valuesSize, forms uint64
	for i := range shared {
		if shared[i] > mostForm || more[i] > mostForm || rest[i] > MaxValue {
			return nil, errBlock
		}
		keysSize += more[i]
		forms += shared[i] + more[i]
		valuesSize += rest[i]
	}
	if keysSize+valuesSize != uint64(len(texts)) {
		return nil, errBlock
	}
	keys, values := texts[:keysSize], texts[keysSize:]
	recs := make([]Record, len(shared))
	keyBytes := make([]byte, 0, min(forms+uint64(len(recs)*(uuidText-uuidBytes)), MaxBlock))
	valueBytes := make([]byte, 0, uint64(len(tails)+len(values))+uint64(4*len(recs)*shape.Numbers))
	var form []byte
	for i := range recs {
		if shared[i] > uint64(len(form)) || more[i] > uint64(len(keys)) || rest[i] > uint64(len(values)) {
			return nil, errBlock
		}
		form = append(form[:shared[i]], keys[:more[i]]...)
		keys = keys[more[i]:]
		start := len(keyBytes)
		var ok bool
		if keyBytes, ok = appendKey(keyBytes, form); !ok || len(keyBytes)-start > MaxKey || len(keyBytes) > MaxBlock {
			return nil, errBlock
		}
		key := keyBytes[start:len(keyBytes):len(keyBytes)]
		if i > 0 && string(key) <= string(recs[i-1].Key) {
			return nil, errBlock
		}
		start = len(valueBytes)
		for j := range columns {
			valueBytes = binary.AppendUvarint(valueBytes, columns[j].values[i])
		}
		valueBytes = append(valueBytes, values[:rest[i]]...)
		values = values[rest[i]:]
		valueBytes = append(valueBytes, tails[i*shape.Tail:(i+1)*shape.Tail]...)
		value := valueBytes[start:len(valueBytes):len(valueBytes)]
		if len(value) > MaxValue || len(valueBytes) > MaxBlock {
			return nil, errBlock
		}
		recs[i] = Record{key, value}
	}
	return recs, nil
}

const (
	mostForm    = 2 * MaxKey // bytes of the form of a key
	mostRecords = 1 << 16    // of a block
)
