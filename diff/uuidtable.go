package diff

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"io"
	"sort"

	"github.com/dumptool/dumptool/internal/spill"
)

// uuidTable leads from uuids to others: in memory, or beyond a bound in a file,
// of which every 128th entry is held.
type uuidTable struct {
	dir     spill.Dir
	most    int64 // bytes in memory
	entries []byte
	file    *spill.File
	w       *bufio.Writer
	index   []uuid // the first entry of each page
	count   int64
}

const (
	uuidEntry   = 32
	uuidsOfPage = 128
)

// add appends an entry; they come in order.
func (t *uuidTable) add(from, to uuid) error {
	if t.count%uuidsOfPage == 0 {
		t.index = append(t.index, from)
	}
	t.count++
	if t.file == nil && int64(len(t.entries)) < t.most {
		t.entries = append(append(t.entries, from[:]...), to[:]...)
		return nil
	}
	if t.file == nil {
		f, err := t.dir.Create()
		if err != nil {
			return err
		}
		t.file, t.w = f, bufio.NewWriter(f)
		if _, err := t.w.Write(t.entries); err != nil {
			return err
		}
		t.entries = nil
	}
	t.w.Write(from[:])
	_, err := t.w.Write(to[:])
	return err
}

func (t *uuidTable) done() error {
	if t.w == nil {
		return nil
	}
	return t.w.Flush()
}

func (t *uuidTable) close() error { return t.file.Close() }

// find looks an entry up.
func (t *uuidTable) find(u uuid) (to uuid, ok bool, err error) {
	page := sort.Search(len(t.index), func(i int) bool { return bytes.Compare(t.index[i][:], u[:]) > 0 }) - 1
	if page < 0 {
		return to, false, nil
	}
	from := int64(page) * uuidsOfPage
	n := min(t.count-from, uuidsOfPage)
	var entries []byte
	if t.file == nil {
		entries = t.entries[from*uuidEntry : (from+n)*uuidEntry]
	} else {
		var buf [uuidsOfPage * uuidEntry]byte
		entries = buf[:n*uuidEntry]
		if _, err := t.file.ReadAt(entries, from*uuidEntry); err != nil && err != io.EOF {
			return to, false, err
		}
	}
	i := sort.Search(int(n), func(i int) bool { return bytes.Compare(entries[i*uuidEntry:i*uuidEntry+16], u[:]) >= 0 })
	if i == int(n) || !bytes.Equal(entries[i*uuidEntry:i*uuidEntry+16], u[:]) {
		return to, false, nil
	}
	return uuid(entries[i*uuidEntry+16 : (i+1)*uuidEntry]), true, nil
}

// replace puts other uuids in the place of those that the table has, in the
// ordinary form and in that of 32 digits that Keystone writes.
func (t *uuidTable) replace(b []byte) error {
	if t.count == 0 {
		return nil
	}
	digits := 0 // that end before i
	for i := 0; i <= len(b); i++ {
		if i < len(b) && isHexDigit[b[i]] {
			digits++
			continue
		}
		switch {
		case digits == 32:
			if err := t.replaceAt(b[i-32 : i]); err != nil {
				return err
			}
		case digits >= 8 && i+28 <= len(b) && b[i] == '-' && b[i+5] == '-' && b[i+10] == '-' && b[i+15] == '-':
			if err := t.replaceAt(b[i-8 : i+28]); err != nil {
				return err
			}
		}
		digits = 0
	}
	return nil
}

var isHexDigit = func() (set [256]bool) {
	for _, c := range []byte("0123456789abcdef") {
		set[c] = true
	}
	return set
}()

// replaceAt replaces what may be a uuid.
func (t *uuidTable) replaceAt(text []byte) error {
	var digits [32]byte
	var u uuid
	copyDigits(&digits, text)
	if n, _ := hex.Decode(u[:], digits[:]); n < len(u) {
		return nil // no uuid
	}
	to, ok, err := t.find(u)
	if !ok || err != nil {
		return err
	}
	hex.Encode(digits[:], to[:])
	n := 0
	for i := range text {
		if text[i] != '-' {
			text[i] = digits[n]
			n++
		}
	}
	return nil
}

// text is replace for a string.
func (t *uuidTable) text(s string) (string, error) {
	if len(s) < 32 {
		return s, nil
	}
	b := []byte(s)
	err := t.replace(b)
	return string(b), err
}

// replacedText is the text of a dump with other uuids in it.
type replacedText struct {
	text  io.ReaderAt
	size  int64
	table *uuidTable
}

// beyond is how far a read looks to both sides for a uuid that begins or ends
// outside of it, and for what stands beside 32 digits.
const beyond = 64

func (r *replacedText) ReadAt(p []byte, off int64) (int, error) {
	if off >= r.size {
		return 0, io.EOF
	}
	want := min(int64(len(p)), r.size-off)
	from, to := max(off-beyond, 0), min(off+want+beyond, r.size)
	b := make([]byte, to-from)
	if n, err := r.text.ReadAt(b, from); n < len(b) {
		return 0, err
	}
	if err := r.table.replace(b); err != nil {
		return 0, err
	}
	n := copy(p, b[off-from:off-from+want])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
