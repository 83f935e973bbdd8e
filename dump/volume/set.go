package volume

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"sync"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// OpenOptions are the ways of opening a manifest.
type OpenOptions struct {
	// Folder is that of the manifest. Others are where files are looked for that
	// are not there, under any name. No file outside of them is opened.
	Folder *os.Root
	Others []*os.Root
	Temp   spill.Dir
	Name   string // of the manifest, in errors
	// Partial lets volumes or the order part be absent or changed; Note is told.
	Partial bool
	Note    func(message string)
}

// Set is an opened manifest.
type Set struct {
	Manifest *Manifest
	// Exact tells that the text is the original, byte for byte. Otherwise it has
	// the content of the volumes that are there.
	Exact bool
	text  []io.ReaderAt // of each volume
	files []io.Closer
	order io.ReaderAt
	runs  *pieces
	whole *spill.File // the text, if it is not Exact
	name  string
}

// Open opens the volumes of a manifest and checks each against its SHA-256.
// What is wrong with a volume is named in the error.
func Open(ctx context.Context, manifest io.Reader, o OpenOptions) (*Set, error) {
	m, err := ReadManifest(manifest)
	if err != nil {
		return nil, damaged(o.Name, err)
	}
	s := &Set{Manifest: m, name: o.Name, text: make([]io.ReaderAt, len(m.Volumes))}
	if err := s.open(ctx, o); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func damaged(name string, err error) error {
	return &dump.Problem{ID: "B-STR-2", Damage: true, Fatal: true, File: name, Offset: -1, Message: err.Error(), Err: err}
}

func (s *Set) open(ctx context.Context, o OpenOptions) error {
	m := s.Manifest
	found := make([]*os.File, len(m.Volumes))
	faults := make([]error, len(m.Volumes))
	limit := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	for i, e := range m.Volumes {
		wait.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			found[i], faults[i] = look(ctx, o, e.File, e.StoredBytes, e.SHA256)
		})
	}
	wait.Wait()
	for _, f := range found {
		if f != nil {
			s.files = append(s.files, f)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	absent := 0
	for i, e := range m.Volumes {
		err := faults[i]
		if err == nil {
			s.text[i], err = s.unpack(ctx, o, e, found[i])
		}
		if err != nil {
			if !o.Partial {
				return damaged(o.Name, err)
			}
			o.Note(err.Error() + "; going on without it")
			absent++
		}
	}
	if absent == len(m.Volumes) {
		return damaged(o.Name, errors.New("none of the volumes is there"))
	}
	orderErr := errors.New("there is no order part")
	if m.Order != nil && absent == 0 {
		orderErr = s.openOrder(ctx, o)
	}
	if orderErr == nil {
		s.Exact = true
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	switch {
	case absent > 0:
		o.Note(fmt.Sprintf("%d of %d volumes are used", len(m.Volumes)-absent, len(m.Volumes)))
	case m.Order == nil, errors.Is(orderErr, fs.ErrNotExist):
		o.Note("without the order part the content is that of the original, but not every byte")
	case o.Partial:
		o.Note(orderErr.Error() + "; the content is that of the original, but not every byte")
	default:
		return damaged(o.Name, orderErr)
	}
	return s.merge(ctx, o)
}

// look finds a file by name in the folder of the manifest and the others, or by
// its content in the others.
func look(ctx context.Context, o OpenOptions, name string, size int64, sum string) (*os.File, error) {
	var first error
	for _, root := range append([]*os.Root{o.Folder}, o.Others...) {
		f, err := try(ctx, root, name, size, sum)
		if err == nil {
			return f, nil
		}
		if first == nil || errors.Is(first, fs.ErrNotExist) {
			first = err
		}
	}
	for _, root := range o.Others {
		entries, err := fs.ReadDir(root.FS(), ".")
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if info, err := e.Info(); err != nil || e.Name() == name || !info.Mode().IsRegular() || info.Size() != size {
				continue
			}
			if f, err := try(ctx, root, e.Name(), size, sum); err == nil {
				return f, nil
			}
		}
	}
	if errors.Is(first, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is missing: %w", name, fs.ErrNotExist)
	}
	return nil, fmt.Errorf("%s: %w", name, first)
}

var errChanged = errors.New("was changed, or belongs to another manifest")

func try(ctx context.Context, root *os.Root, name string, size int64, sum string) (*os.File, error) {
	if info, err := root.Stat(name); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() { // before it is opened: opening a pipe would wait
		return nil, errors.New("is no regular file")
	} else if info.Size() != size {
		return nil, fmt.Errorf("%w: it has %d bytes instead of %d", errChanged, info.Size(), size)
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	_, err = io.CopyBuffer(h, &stoppable{ctx, io.NewSectionReader(f, 0, size)}, make([]byte, 256<<10))
	if err == nil && hex.EncodeToString(h.Sum(nil)) != sum {
		err = fmt.Errorf("%w: its SHA-256 is another", errChanged)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// unpack gives access to the text of a volume. Its size was stated, and no more
// than that is unpacked.
func (s *Set) unpack(ctx context.Context, o OpenOptions, e Entry, f *os.File) (io.ReaderAt, error) {
	d, err := dump.Open(dump.Input{Name: e.File, At: f, Size: e.StoredBytes}, dump.Options{Temp: o.Temp})
	if err != nil {
		return nil, err
	}
	lies := fmt.Errorf("%s does not have the %d bytes of text that the manifest says", e.File, e.Bytes)
	if at, err := d.At(); err == nil {
		s.files = append(s.files, d)
		head := make([]byte, SniffLen)
		n, _ := at.ReadAt(head, 0)
		if IsManifest(head[:n]) {
			return nil, fmt.Errorf("%s is a manifest, not a volume", e.File)
		}
		if d.Bytes() != e.Bytes {
			return nil, lies
		}
		return at, nil
	}
	defer d.Close()
	t, err := d.Text(ctx)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	spool, err := o.Temp.Create()
	if err != nil {
		return nil, err
	}
	s.files = append(s.files, spool)
	n, err := io.CopyBuffer(struct{ io.Writer }{spool}, io.LimitReader(t, e.Bytes+1), make([]byte, 256<<10))
	if err == nil && n != e.Bytes {
		err = lies
	}
	return spool, err
}

func (s *Set) openOrder(ctx context.Context, o OpenOptions) error {
	w := s.Manifest.Order
	if w.File == "" {
		s.order = bytes.NewReader(w.Data)
	} else {
		f, err := look(ctx, o, w.File, w.Bytes, w.SHA256)
		if err != nil {
			return err
		}
		s.files = append(s.files, f)
		s.order = f
	}
	var err error
	s.runs, err = readOrder(io.NewSectionReader(s.order, 0, w.Bytes), s.Manifest, o.Temp)
	return err
}

// Input returns what dump.Open takes: the text of all volumes.
func (s *Set) Input() dump.Input {
	if s.Exact {
		return dump.Input{Name: s.name, At: s, Size: s.Manifest.Bytes}
	}
	return dump.Input{Name: s.name, At: s.whole, Size: s.whole.Size()}
}

// ReadAt reads the text of the original. The Set must be Exact.
func (s *Set) ReadAt(p []byte, off int64) (int, error) {
	done := 0
	for done < len(p) {
		if off >= s.runs.size {
			return done, io.EOF
		}
		x, err := s.runs.find(off)
		if err != nil {
			return done, err
		}
		from := s.order
		if x.vol >= 0 {
			from = s.text[x.vol]
		}
		n := int(min(int64(len(p)-done), x.end-off))
		k, err := from.ReadAt(p[done:done+n], x.off+off-x.at)
		done += k
		off += int64(k)
		if k < n {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return done, err
		}
	}
	return done, nil
}

// Close closes the volumes.
func (s *Set) Close() error {
	var errs []error
	for i := len(s.files) - 1; i >= 0; i-- {
		errs = append(errs, s.files[i].Close())
	}
	if s.runs != nil {
		errs = append(errs, s.runs.table.Close())
	}
	return errors.Join(append(errs, s.whole.Close())...)
}
