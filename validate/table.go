package validate

import (
	"bytes"

	"github.com/dumptool/dumptool/internal/spill"
)

// table brings records with the same key together: each begins with a key of 16 bytes, and groups come in the order of
// keys, records of one group in the order of their bytes.
type table struct {
	sorter *spill.Sorter
	count  int64
	err    error
}

func newTable(sorter *spill.Sorter) *table { return &table{sorter: sorter} }

func (t *table) add(rec []byte) {
	t.count++
	if err := t.sorter.Add(rec); err != nil && t.err == nil {
		t.err = err
	}
}

// groups calls f with the payloads of each key. They are valid during the call.
func (t *table) groups(f func(k id, payloads [][]byte) error) error {
	if t.count == 0 || t.err != nil {
		return t.err
	}
	it, err := t.sorter.Sort()
	if err != nil {
		return err
	}
	var (
		k        id
		arena    []byte
		ends     []int
		payloads [][]byte
	)
	flush := func() error {
		if len(ends) == 0 {
			return nil
		}
		payloads = payloads[:0]
		start := 0
		for _, end := range ends {
			payloads = append(payloads, arena[start:end:end])
			start = end
		}
		err := f(k, payloads)
		arena, ends = arena[:0], ends[:0]
		return err
	}
	for it.Next() {
		rec := it.Record()
		if !bytes.Equal(rec[:len(k)], k[:]) {
			if err := flush(); err != nil {
				return err
			}
			copy(k[:], rec)
		}
		arena = append(arena, rec[len(k):]...)
		ends = append(ends, len(arena))
	}
	if err := it.Err(); err != nil {
		return err
	}
	return flush()
}

func (t *table) close() error { return t.sorter.Close() }
