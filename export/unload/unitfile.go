package unload

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/klauspost/compress/s2"
	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/internal/spill"
)

// The file of a unit has its text, what is extra, and the write times, each compressed, then a head as JSON, the length of
// that in four bytes, and a hash of all before it. Text goes into it as it is read: of a large export it is most of what is
// written, and a disk that is slower than Cassandra would keep everybody waiting.
type unitFile struct {
	folder *Folder
	name   string
	file   *os.File
	hash   *xxh3.Hasher
	n      int64 // bytes written
	text   *s2.Writer
}

// unitHead says what a file has.
type unitHead struct {
	Text   size   `json:"text"`
	Extras size   `json:"extras"`
	Times  size   `json:"times"`
	Counts Counts `json:"counts"`
}

// size is that of a text, and of what is stored of it, in bytes.
type size struct {
	Text   int64 `json:"text"`
	Stored int64 `json:"stored"`
}

const (
	unitHashLen = 16
	unitTailLen = 4 + unitHashLen // with the length of the head
	longestHead = 4096
	// unitBlock is what is compressed at once.
	unitBlock = 256 << 10
)

// newPart returns a part whose text goes into the file of a unit. Closing the part removes the file, unless keep came before.
func (f *Folder) newPart(number int, temp spill.Dir) (*Part, error) {
	name := partName(number)
	file, err := f.root.OpenFile(name+tempSuffix, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	u := &unitFile{folder: f, name: name, file: file, hash: xxh3.New()}
	u.text = u.compressor()
	p := newPart(temp)
	p.unit, p.Text.sink = u, u.text
	return p, nil
}

func (u *unitFile) compressor() *s2.Writer {
	return s2.NewWriter(u, s2.WriterBlockSize(unitBlock), s2.WriterConcurrency(1))
}

// Write takes what is stored.
func (u *unitFile) Write(b []byte) (int, error) {
	n, err := u.file.Write(b)
	u.hash.Write(b[:n])
	u.n += int64(n)
	return n, err
}

// abort removes the file.
func (u *unitFile) abort() {
	u.text.Close()
	u.file.Close()
	_ = u.folder.root.Remove(u.name + tempSuffix)
}

// keep gives the file of a part its name, and makes the part read from it.
func (p *Part) keep() error {
	u := p.unit
	if err := u.text.Close(); err != nil {
		return err
	}
	head := unitHead{Text: size{p.Text.n, u.n}, Counts: p.Counts}
	for _, s := range []struct {
		stream *Stream
		size   *size
	}{{&p.Extras, &head.Extras}, {&p.Times, &head.Times}} {
		from := u.n
		w := u.compressor()
		if _, err := s.stream.WriteTo(w); err != nil {
			return errors.Join(err, w.Close())
		}
		if err := w.Close(); err != nil {
			return err
		}
		*s.size = size{s.stream.n, u.n - from}
	}
	text, err := json.Marshal(head)
	if err != nil {
		return err
	}
	if _, err := u.Write(binary.BigEndian.AppendUint32(text, uint32(len(text)))); err != nil {
		return err
	}
	sum := u.hash.Sum128().Bytes()
	if _, err := u.file.Write(sum[:]); err != nil {
		return err
	}
	// What a crash of the machine leaves of it is known by the hash, and read anew; waiting for the disk hundreds of times
	// would cost more.
	if err := u.folder.root.Rename(u.name+tempSuffix, u.name); err != nil {
		return err
	}
	p.Extras.Close()
	p.Times.Close()
	p.unit = nil
	p.stand(u.file, &head)
	return nil
}

// stand makes a part read what a file has.
func (p *Part) stand(file *os.File, head *unitHead) {
	p.Counts = head.Counts
	at := int64(0)
	for _, s := range []struct {
		stream *Stream
		size   size
	}{{&p.Text, head.Text}, {&p.Extras, head.Extras}, {&p.Times, head.Times}} {
		*s.stream = Stream{kept: file, at: at, stored: s.size.Stored, n: s.size.Text}
		at += s.size.Stored
	}
}

// openPart reads the head of a file; nil if the file is not whole.
func openPart(file *os.File) (*Part, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	end := info.Size() - unitTailLen
	if end < 0 {
		return nil, nil
	}
	h := xxh3.New()
	if _, err := io.Copy(h, io.NewSectionReader(file, 0, info.Size()-unitHashLen)); err != nil {
		return nil, err
	}
	var tail [unitTailLen]byte
	if _, err := file.ReadAt(tail[:], end); err != nil {
		return nil, err
	}
	length := int64(binary.BigEndian.Uint32(tail[:]))
	if h.Sum128().Bytes() != [unitHashLen]byte(tail[4:]) || length > min(longestHead, end) {
		return nil, nil // read anew
	}
	text := make([]byte, length)
	if _, err := file.ReadAt(text, end-length); err != nil {
		return nil, err
	}
	var head unitHead
	if err := json.Unmarshal(text, &head); err != nil || head.Text.Stored+head.Extras.Stored+head.Times.Stored != end-length {
		return nil, nil //nolint:nilerr // read anew
	}
	p := new(Part)
	p.stand(file, &head)
	return p, nil
}

// keptReader reads a stream that was kept.
func (s *Stream) keptReader() io.Reader {
	return s2.NewReader(io.NewSectionReader(s.kept, s.at, s.stored), s2.ReaderMaxBlockSize(unitBlock))
}
