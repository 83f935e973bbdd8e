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
	"slices"
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
	// Absent is the number of volumes that are missing or changed.
	Absent int
	// Files describes the files that the manifest names, changed ones too: no
	// output may replace them.
	Files []fs.FileInfo
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
	for i, f := range found {
		if f != nil {
			s.files = append(s.files, f)
		}
		s.note(o, m.Volumes[i].File, f)
	}
	for i, e := range m.Volumes {
		err := faults[i]
		if err == nil {
			s.text[i], err = s.unpack(ctx, o, e, found[i])
		}
		if stop := ctx.Err(); stop != nil {
			return stop
		}
		if errors.Is(err, errChanged) {
			err = s.copyOf(ctx, o, i, err)
		}
		var own *spoolError
		switch {
		case err == nil:
			continue
		case errors.As(err, &own):
			return err
		case !o.Partial:
			return damaged(o.Name, err)
		}
		s.text[i] = nil
		o.Note(err.Error() + "; going on without it")
		s.Absent++
	}
	absent := s.Absent
	if absent == len(m.Volumes) {
		return damaged(o.Name, errors.New("none of the volumes is there"))
	}
	orderErr := errors.New("there is no order part")
	if m.Order != nil && absent == 0 {
		orderErr = s.openOrder(ctx, o)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if orderErr == nil {
		s.Exact = true
		return s.checkWhole(o)
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

// note remembers the file of a volume, or what is in its place.
func (s *Set) note(o OpenOptions, name string, f *os.File) {
	info, err := o.Folder.Stat(name)
	if err == nil {
		s.Files = append(s.Files, info)
	}
	if f == nil {
		return
	}
	if info, err := f.Stat(); err == nil {
		s.Files = append(s.Files, info)
	}
}

// copyOf says which volume stands in the place of volume i, if it is one.
func (s *Set) copyOf(ctx context.Context, o OpenOptions, i int, changed error) error {
	e := s.Manifest.Volumes[i]
	info, err := o.Folder.Stat(e.File)
	if err != nil || !info.Mode().IsRegular() {
		return changed
	}
	like := func(other Entry) bool { return other.StoredBytes == info.Size() && other.SHA256 != e.SHA256 }
	if !slices.ContainsFunc(s.Manifest.Volumes, like) {
		return changed
	}
	f, err := o.Folder.Open(e.File)
	if err != nil {
		return changed
	}
	defer f.Close()
	sum, err := digest(ctx, f, info.Size())
	if err != nil {
		return changed
	}
	for _, other := range s.Manifest.Volumes {
		if like(other) && other.SHA256 == sum {
			return fmt.Errorf("%s has the content of %s", e.File, other.File)
		}
	}
	return changed
}

// digest returns the SHA-256 of the first size bytes of a file.
func digest(ctx context.Context, f *os.File, size int64) (string, error) {
	h := sha256.New()
	_, err := io.CopyBuffer(h, &stoppable{ctx, io.NewSectionReader(f, 0, size)}, make([]byte, 256<<10))
	return hex.EncodeToString(h.Sum(nil)), err
}

// checkWhole refuses a whole that is anything but the plain text of a dump: it
// was the text that was split.
func (s *Set) checkWhole(o OpenOptions) error {
	d, err := dump.Open(s.Input(), dump.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	if d.Encoding() != dump.Plain || isManifest(s) {
		return damaged(o.Name, errors.New("what the volumes make up is not the text of a dump"))
	}
	return nil
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
	got, err := digest(ctx, f, size)
	if err == nil && got != sum {
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
	nested := fmt.Errorf("%s is a manifest, not a volume", e.File)
	if d.Encoding() != dump.Encoding(e.Encoding) {
		d.Close()
		return nil, fmt.Errorf("%s is %s, and the manifest says %s", e.File, d.Encoding(), e.Encoding)
	}
	if at, err := d.At(); err == nil {
		s.files = append(s.files, d)
		if d.Bytes() != e.Bytes {
			return nil, lies
		}
		if isManifest(at) {
			return nil, nested
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
	n, err := io.CopyBuffer(&spooling{spool}, io.LimitReader(t, e.Bytes+1), make([]byte, 256<<10))
	switch {
	case err != nil:
		return nil, err
	case n != e.Bytes:
		return nil, lies
	case isManifest(spool):
		return nil, nested
	}
	return spool, nil
}

func isManifest(at io.ReaderAt) bool {
	head := make([]byte, SniffLen)
	n, _ := at.ReadAt(head, 0)
	return IsManifest(head[:n])
}

// spooling marks what goes wrong in a temporary file, which is no fault of a
// volume.
type spooling struct{ w io.Writer }

func (s *spooling) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	if err != nil {
		err = &spoolError{err}
	}
	return n, err
}

type spoolError struct{ error }

func (e *spoolError) Unwrap() error { return e.error }

func (s *Set) openOrder(ctx context.Context, o OpenOptions) error {
	w := s.Manifest.Order
	if w.File == "" {
		s.order = bytes.NewReader(w.Data)
	} else {
		f, err := look(ctx, o, w.File, w.Bytes, w.SHA256)
		s.note(o, w.File, f)
		if err != nil {
			return err
		}
		s.files = append(s.files, f)
		s.order = f
	}
	var err error
	s.runs, err = readOrder(&stoppable{ctx, io.NewSectionReader(s.order, 0, w.Bytes)}, s.Manifest, o.Temp)
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
