package patch

import (
	"bytes"
	"context"

	"github.com/dumptool/dumptool/internal/spill"
)

// merge goes through two sorted lists of records side by side. each is given
// the records of one key, nil for the list that lacks it. key cuts the key out
// of a record. twice is told of two records of one list with the same key; the
// first of them counts.
func merge(ctx context.Context, a, b *spill.Sorter, key func(rec []byte) []byte,
	each func(a, b []byte) error, twice func(side int, first, second []byte) error) error {
	var lists [2]sorted
	for i, s := range []*spill.Sorter{a, b} {
		it, err := s.Sort()
		if err != nil {
			return err
		}
		lists[i] = sorted{it: it, key: key}
		if err := lists[i].next(nil); err != nil {
			return err
		}
	}
	for n := 0; lists[0].ok || lists[1].ok; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		order := 0
		switch {
		case !lists[0].ok:
			order = 1
		case !lists[1].ok:
			order = -1
		default:
			order = bytes.Compare(key(lists[0].rec), key(lists[1].rec))
		}
		var pair [2][]byte
		if order <= 0 {
			pair[0] = lists[0].rec
		}
		if order >= 0 {
			pair[1] = lists[1].rec
		}
		if err := each(pair[0], pair[1]); err != nil {
			return err
		}
		for i := range pair {
			if pair[i] == nil {
				continue
			}
			if err := lists[i].next(func(first, second []byte) error { return twice(i, first, second) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// sorted is one of the lists of merge.
type sorted struct {
	it  *spill.Iterator
	key func([]byte) []byte
	rec []byte
	ok  bool
}

func (s *sorted) next(twice func(first, second []byte) error) error {
	// The record is used until the next one of another key is found.
	last := append([]byte(nil), s.rec...)
	for {
		if s.ok = s.it.Next(); !s.ok {
			return s.it.Err()
		}
		s.rec = s.it.Record()
		if twice == nil || !bytes.Equal(s.key(last), s.key(s.rec)) {
			return nil
		}
		if err := twice(last, s.rec); err != nil {
			return err
		}
	}
}

// appendName appends a name so that names, one after another, sort as a list
// does: a shorter one before a longer one that begins with it.
func appendName(b []byte, name string) []byte {
	for i := range len(name) {
		b = append(b, name[i])
		if name[i] == 0 {
			b = append(b, 0xff)
		}
	}
	return append(b, 0, 1)
}

// cutName undoes appendName and returns the rest.
func cutName(b []byte) (name string, rest []byte) {
	var out []byte
	for i := 0; i < len(b); i++ {
		if b[i] == 0 {
			if i+1 < len(b) && b[i+1] == 0xff {
				i++
			} else {
				return string(out), b[min(i+2, len(b)):]
			}
			out = append(out, 0)
			continue
		}
		out = append(out, b[i])
	}
	return string(out), nil
}
