package index

import (
	"errors"
	"io"
	"sort"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
)

// ErrNoSkeleton is the error of a dump whose keyspaces and tables can't be told apart from what is in them: its nodes stand in a
// nested object (A12), or what is not in a table is large.
var ErrNoSkeleton = errors.New("the index doesn't give the outline of the dump")

// Skeleton is the text of a dump with empty tables and without ZooKeeper nodes. It is a dump too, and a small one.
type Skeleton struct {
	Text    []byte
	Tables  []Table // in their order
	missing []missing
}

// missing is a piece of the text that isn't in a skeleton: the rows of a table, or all nodes.
type missing struct {
	at    int64 // where it would stand in the skeleton
	place dump.Place
	table int // of Tables; nodesMissing for the nodes
}

const nodesMissing = -1

// mostSkeleton is the largest skeleton, in bytes.
const mostSkeleton = 1 << 20

// Skeleton returns the skeleton of the text that the index is about. It reads no row and no node; but the records of all nodes,
// where the list of nodes doesn't stand behind the tables.
func (x *Index) Skeleton(text io.ReaderAt) (*Skeleton, error) {
	layout, err := x.Layout()
	if err != nil {
		return nil, err
	}
	if layout&dump.NestedZooKeeper != 0 {
		return nil, ErrNoSkeleton
	}
	s := &Skeleton{}
	if s.Tables, err = x.Tables(); err != nil {
		return nil, err
	}
	for i, t := range s.Tables {
		if t.Bytes < 2 {
			return nil, errRecord
		}
		s.missing = append(s.missing, missing{place: dump.Place{Start: t.Start + 1, End: t.Start + t.Bytes - 1}, table: i})
	}
	nodes, err := x.placeOfNodes(text, s.Tables)
	if err != nil {
		return nil, err
	}
	if nodes.End > 0 {
		i := sort.Search(len(s.missing), func(i int) bool { return s.missing[i].place.Start > nodes.Start })
		s.missing = append(s.missing[:i], append([]missing{{place: nodes, table: nodesMissing}}, s.missing[i:]...)...)
	}
	return s, s.fill(text, x.c.Size())
}

// NodeList returns where the entries of the list of nodes stand in the text, with what is between them: for ResetZNode of a
// dump.Reader. ok is false where there are none, or they stand in a nested object (A12).
func (x *Index) NodeList(text io.ReaderAt) (list dump.Place, ok bool, err error) {
	layout, err := x.Layout()
	if err != nil || layout&dump.NestedZooKeeper != 0 {
		return list, false, err
	}
	tables, err := x.Tables()
	if err != nil {
		return list, false, err
	}
	list, err = x.placeOfNodes(text, tables)
	return list, list.End > list.Start, err
}

// placeOfNodes returns a place that all nodes stand in, and nothing else of the dump.
func (x *Index) placeOfNodes(text io.ReaderAt, tables []Table) (all dump.Place, err error) {
	if n, err := x.Nodes(); n == 0 || err != nil {
		return all, err
	}
	if list, ok, err := x.listOfNodes(text, tables); ok || err != nil {
		return list, err
	}
	for n, err := range x.ZNodes(nil) {
		if err != nil {
			return all, err
		}
		if all.End == 0 || n.Place.Start < all.Start {
			all.Start = n.Place.Start
		}
		all.End = max(all.End, n.Place.End)
	}
	return all, nil
}

// fill reads what is not missing.
func (s *Skeleton) fill(text io.ReaderAt, size int64) error {
	total, at := size, int64(0)
	for i := range s.missing {
		p := s.missing[i].place
		if p.Start < at || p.End < p.Start || p.End > size {
			return errRecord
		}
		at = p.End
		total -= p.End - p.Start
	}
	if total > mostSkeleton {
		return ErrNoSkeleton
	}
	s.Text = make([]byte, 0, total)
	read := func(from, to int64) error {
		n := len(s.Text)
		s.Text = s.Text[:n+int(to-from)]
		_, err := io.ReadFull(io.NewSectionReader(text, from, to-from), s.Text[n:])
		return err
	}
	at = 0
	for i := range s.missing {
		m := &s.missing[i]
		if err := read(at, m.place.Start); err != nil {
			return err
		}
		m.at = int64(len(s.Text))
		at = m.place.End
	}
	return read(at, size)
}

// Source returns where a place of the skeleton is in the text. What is missing there belongs to what follows it.
func (s *Skeleton) Source(off int64) int64 {
	i := sort.Search(len(s.missing), func(i int) bool { return s.missing[i].at >= off })
	if i == 0 {
		return off
	}
	m := s.missing[i-1]
	return m.place.End + off - m.at
}

// place is the reverse of Source, for a place that isn't missing or the beginning of what is.
func (s *Skeleton) place(off int64) int64 {
	i := sort.Search(len(s.missing), func(i int) bool { return s.missing[i].place.Start >= off })
	if i == 0 {
		return off
	}
	m := s.missing[i-1]
	return m.at + max(0, off-m.place.End)
}

// Writer is a writer for a copy of the skeleton with some parts left out. It writes the same of the text to w: with the rows and
// nodes that are missing in the skeleton.
func (s *Skeleton) Writer(w io.Writer, text io.ReaderAt) io.Writer {
	return &skeletonWriter{splice.New(w, text), s, text}
}

type skeletonWriter struct {
	out  *splice.Splicer
	s    *Skeleton
	text io.ReaderAt
}

// Write puts something in.
func (w *skeletonWriter) Write(b []byte) (int, error) { return w.out.Write(b) }

// WriteSection copies a part of the skeleton, whatever text stands for it.
func (w *skeletonWriter) WriteSection(_ io.ReaderAt, p dump.Place) error {
	w.out.Section(w.text, dump.Place{Start: w.s.Source(p.Start), End: w.s.Source(p.End)})
	return w.out.Err()
}
