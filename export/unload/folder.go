package unload

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/zeebo/xxh3"
)

// Folder keeps what an export has read, so that another can go on where it was
// interrupted: the plan, and a file for each unit, which is there once the unit
// has been read to its end. The folder and its files are for their owner only.
type Folder struct{ root *os.Root }

// NewFolder returns a Folder in an opened folder of the file system.
func NewFolder(root *os.Root) *Folder { return &Folder{root} }

const planFile = "plan.json"

// plan returns the plan of an earlier run; nil if there is none.
func (f *Folder) plan() (*Plan, error) {
	b, err := f.root.ReadFile(planFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var p Plan
	if err := json.Unmarshal(b, &p); err != nil || p.Schema != planSchema {
		return nil, fmt.Errorf("%s is not the plan of an export that can go on", planFile)
	}
	return &p, nil
}

func (f *Folder) savePlan(p *Plan) error {
	b, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		return err
	}
	return f.write(planFile, true, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}

// write writes a file whole or not at all; with sync also if the machine goes down.
func (f *Folder) write(name string, sync bool, write func(io.Writer) error) error {
	temp := name + ".tmp"
	file, err := f.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(file, 256<<10)
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil && sync {
		err = file.Sync()
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = f.root.Rename(temp, name)
	}
	if err != nil {
		err = errors.Join(err, f.root.Remove(temp))
	}
	return err
}

// partHead stands at the beginning of the file of a unit, behind its length.
type partHead struct {
	Text   int64  `json:"text"`
	Extras int64  `json:"extras"`
	Times  int64  `json:"times"`
	Counts Counts `json:"counts"`
}

func partName(number int) string { return fmt.Sprintf("unit-%06d", number) }

// The end of a part is a hash of all before it.
const hashLen = 16

// save keeps a unit.
func (f *Folder) save(number int, p *Part) error {
	head, err := json.Marshal(partHead{p.Text.Size(), p.Extras.Size(), p.Times.Size(), p.Counts})
	if err != nil {
		return err
	}
	// What a crash of the machine leaves of it is known by the hash, and read anew; waiting for the disk hundreds of times
	// would cost more.
	return f.write(partName(number), false, func(w io.Writer) error {
		h := xxh3.New()
		w2 := io.MultiWriter(w, h)
		if _, err := w2.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(head))), head...)); err != nil {
			return err
		}
		for _, s := range []*Stream{&p.Text, &p.Extras, &p.Times} {
			if _, err := s.WriteTo(w2); err != nil {
				return err
			}
		}
		sum := h.Sum128().Bytes()
		_, err := w.Write(sum[:])
		return err
	})
}

// part opens a unit that was kept; nil if there is none, or none that is whole.
func (f *Folder) part(number int) (*Part, error) {
	file, err := f.root.Open(partName(number))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p, err := openPart(file)
	if err != nil || p == nil {
		file.Close()
	}
	return p, err
}

func openPart(file *os.File) (*Part, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	size := info.Size() - hashLen
	const headLen, longestHead = 4, 4096
	if size < headLen {
		return nil, nil
	}
	h := xxh3.New()
	if _, err := io.Copy(h, io.NewSectionReader(file, 0, size)); err != nil {
		return nil, err
	}
	var want [hashLen]byte
	if _, err := file.ReadAt(want[:], size); err != nil {
		return nil, err
	}
	if h.Sum128().Bytes() != want {
		return nil, nil // read anew
	}
	var n [headLen]byte
	if _, err := file.ReadAt(n[:], 0); err != nil {
		return nil, err
	}
	length := int64(binary.BigEndian.Uint32(n[:]))
	if length > longestHead || headLen+length > size {
		return nil, nil
	}
	text := make([]byte, length)
	if _, err := file.ReadAt(text, headLen); err != nil {
		return nil, err
	}
	var head partHead
	if err := json.Unmarshal(text, &head); err != nil || headLen+length+head.Text+head.Extras+head.Times != size {
		return nil, nil //nolint:nilerr // read anew
	}
	p := &Part{Counts: head.Counts}
	at := headLen + length
	for _, s := range []struct {
		stream *Stream
		n      int64
	}{{&p.Text, head.Text}, {&p.Extras, head.Extras}, {&p.Times, head.Times}} {
		s.stream.kept, s.stream.at, s.stream.n = file, at, s.n
		at += s.n
	}
	return p, nil
}
