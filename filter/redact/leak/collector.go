package leak

import (
	"bytes"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/internal/spill"
)

// Kind says what an original is.
type Kind byte

// The kinds. The least lengths are those from which on an original is searched
// for: a shorter one would be found by chance.
const (
	Secret     Kind = 's' // 8 bytes, anywhere
	Identifier Kind = 'i' // 6 bytes, between borders of words
	// Address is an identifier that what stands for another one can be equal
	// to. If that has happened nothing is proved of it.
	Address Kind = 'a'
)

const (
	leastSecret     = 8
	leastIdentifier = 6
)

// Least returns the length from which on originals are searched for.
func (k Kind) Least() int {
	if k == Secret {
		return leastSecret
	}
	return leastIdentifier
}

// Collector collects originals, each once. It keeps within its budget by
// spilling.
type Collector struct {
	sorter *spill.Sorter
	recent []uint64 // hashes of what came last, to pass over what comes often
	record []byte
}

// NewCollector returns a collector that holds about memory bytes.
func NewCollector(dir spill.Dir, memory int64) *Collector {
	return &Collector{sorter: spill.NewSorter(dir, memory), recent: make([]uint64, 1<<15)}
}

// Add takes an original. The replacement is what stands in its place.
func (c *Collector) Add(k Kind, original, replacement []byte) error {
	if len(original) == 0 {
		return nil
	}
	h := xxh3.HashSeed(original, xxh3.HashSeed(replacement, uint64(k)))
	slot := &c.recent[h%uint64(len(c.recent))]
	if *slot == h {
		return nil
	}
	*slot = h
	c.record = append(c.record[:0], byte(k), byte(len(original)>>24), byte(len(original)>>16), byte(len(original)>>8), byte(len(original)))
	c.record = append(append(c.record, original...), replacement...)
	return c.sorter.Add(c.record)
}

// Original is one of those that were collected.
type Original struct {
	Kind              Kind
	Text, Replacement []byte
}

// Each calls f with each original once, until it returns an error. The slices
// are valid during the call.
func (c *Collector) Each(f func(Original) error) error {
	it, err := c.sorter.Sort()
	if err != nil {
		return err
	}
	var last []byte
	for it.Next() {
		rec := it.Record()
		if bytes.Equal(rec, last) {
			continue
		}
		last = append(last[:0], rec...)
		n := int(rec[1])<<24 | int(rec[2])<<16 | int(rec[3])<<8 | int(rec[4])
		if err := f(Original{Kind(rec[0]), rec[5 : 5+n], rec[5+n:]}); err != nil {
			return err
		}
	}
	return it.Err()
}

// Close gives memory and disk back.
func (c *Collector) Close() error { return c.sorter.Close() }
