package dump

import (
	"bytes"
	"io"

	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/spill"
)

// LongValue is the number of bytes from which on a value is kept in a
// temporary file instead of memory.
const LongValue = jsonscan.MaxToken

// Value is what is stored in a cell or a znode, as it stood in the file.
type Value struct {
	// IsText tells that the value is a JSON string; its text stands between the
	// quotes. Otherwise it is other JSON (shape A7, or null data of a znode).
	IsText    bool
	canonical bool
	raw       []byte
	file      *spill.File
	size      int64
}

// TextValue returns the value that is the JSON string t.
func TextValue(t Text) Value {
	return Value{IsText: true, canonical: t.Canonical, raw: t.Raw, size: int64(len(t.Raw))}
}

// JSONValue returns the value that is the JSON text raw.
func JSONValue(raw []byte) Value { return Value{raw: raw, size: int64(len(raw))} }

// set makes v the plain text raw. It is what happens to nearly all values, and
// assigning the fields one by one is a good deal cheaper than the whole.
func (v *Value) set(raw []byte) {
	v.raw, v.size = raw, int64(len(raw))
	v.IsText, v.canonical = true, true
	if v.file != nil {
		v.file = nil
	}
}

// Long tells if the value is not in memory: Open reads it.
func (v *Value) Long() bool { return v.file != nil }

// Size returns the length of the raw text in bytes, without quotes.
func (v *Value) Size() int64 { return v.size }

// Raw returns the raw text of a value that is not Long: for a string what
// stands between the quotes, else the JSON text.
func (v *Value) Raw() []byte { return v.raw }

// Text returns the text of a value that IsText and is not Long.
func (v *Value) Text() Text { return Text{Raw: v.raw, Canonical: v.canonical} }

// Open returns a reader of the raw text, however long it is.
func (v *Value) Open() io.Reader {
	if v.file != nil {
		return v.file.Section(0, v.size)
	}
	return bytes.NewReader(v.raw)
}

// valueBuffer collects the raw text of one value, in memory up to LongValue.
type valueBuffer struct {
	dir  spill.Dir
	mem  []byte
	file *spill.File
	size int64
}

func (b *valueBuffer) reset() error {
	b.mem = b.mem[:0]
	b.size = 0
	if b.file != nil && b.file.Size() > 0 {
		return b.file.Truncate()
	}
	return nil
}

func (b *valueBuffer) Write(p []byte) (int, error) {
	if b.size+int64(len(p)) <= LongValue && b.size == int64(len(b.mem)) {
		b.mem = append(b.mem, p...)
		b.size += int64(len(p))
		return len(p), nil
	}
	if b.file == nil {
		f, err := b.dir.Create()
		if err != nil {
			return 0, err
		}
		b.file = f
	}
	if len(b.mem) > 0 {
		if _, err := b.file.Write(b.mem); err != nil {
			return 0, err
		}
		b.mem = b.mem[:0]
	}
	n, err := b.file.Write(p)
	b.size += int64(n)
	return n, err
}

// value returns what was collected.
func (b *valueBuffer) value(isText, canonical bool) Value {
	v := Value{IsText: isText, canonical: canonical, size: b.size}
	if b.size == int64(len(b.mem)) {
		v.raw = b.mem
	} else {
		v.file = b.file
	}
	return v
}

func (b *valueBuffer) close() error {
	f := b.file
	b.file = nil
	return f.Close()
}
