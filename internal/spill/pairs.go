package spill

import (
	"bytes"
	"errors"
)

// Pairs goes through two sorted lists of records side by side. Records of one list with the same key are met one after
// another, each with one of the other list as long as that has any.
type Pairs struct {
	its   [2]*Iterator
	ok    [2]bool // the list stands at a record
	met   [2]bool // that record is of the pair
	begun bool
	key   func(rec []byte) []byte
}

// NewPairs sorts two lists. key cuts out of a record what the lists have in common, by which they are sorted.
func NewPairs(a, b *Sorter, key func(rec []byte) []byte) (*Pairs, error) {
	p := &Pairs{key: key}
	for i, s := range []*Sorter{a, b} {
		var err error
		if p.its[i], err = s.Sort(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Next goes to the next key.
func (p *Pairs) Next() bool {
	for i, it := range p.its {
		if !p.begun || p.met[i] {
			p.ok[i] = it.Next()
		}
	}
	p.begun = true
	order := 0
	if p.ok[0] && p.ok[1] {
		order = bytes.Compare(p.key(p.its[0].Record()), p.key(p.its[1].Record()))
	}
	p.met = [2]bool{p.ok[0] && order <= 0, p.ok[1] && order >= 0}
	return p.met[0] || p.met[1]
}

// Record returns the record of list 0 or 1 with the key, nil where that has none, valid until the next call of Next.
func (p *Pairs) Record(list int) []byte {
	if !p.met[list] {
		return nil
	}
	return p.its[list].Record()
}

// Coming returns the record that a list without the key has next, nil at its end.
func (p *Pairs) Coming(list int) []byte {
	if p.met[list] || !p.ok[list] {
		return nil
	}
	return p.its[list].Record()
}

// Err returns what stopped Next but the end.
func (p *Pairs) Err() error { return errors.Join(p.its[0].Err(), p.its[1].Err()) }
