package index

import (
	"iter"

	"github.com/dumptool/dumptool/internal/spill"
)

// What is read ahead of sorted records: batches of so many bytes, so many at a time.
const (
	batchBytes  = 64 << 10
	mostBatches = 4
)

// recordBatch is a piece of the sorted records.
type recordBatch struct {
	data []byte
	ends []int // of each record
	err  error // behind them
}

// sorted yields the records of a sorter in order, each valid until the next. Those that have to be merged from runs are read by another
// goroutine, while this one does what is done with them.
func sorted(it *spill.Iterator) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		if it.InMemory() {
			for it.Next() {
				if !yield(it.Record(), nil) {
					return
				}
			}
			if it.Err() != nil {
				yield(nil, it.Err())
			}
			return
		}
		full, free := make(chan *recordBatch, mostBatches), make(chan *recordBatch, mostBatches)
		for range mostBatches {
			free <- new(recordBatch)
		}
		go mergeAhead(it, full, free)
		// However this ends, the other goroutine is done with the sorter afterwards: it finds no free batch, and ends.
		defer func() {
			close(free)
			for range full {
			}
		}()
		for b := range full {
			start := 0
			for _, end := range b.ends {
				if !yield(b.data[start:end:end], nil) {
					return
				}
				start = end
			}
			if b.err != nil {
				yield(nil, b.err)
				return
			}
			free <- b
		}
	}
}

// mergeAhead fills batches until there are no more records, or no more batches.
func mergeAhead(it *spill.Iterator, full chan<- *recordBatch, free <-chan *recordBatch) {
	defer close(full)
	for b := range free {
		b.data, b.ends = b.data[:0], b.ends[:0]
		more := true
		for len(b.data) < batchBytes {
			if more = it.Next(); !more {
				b.err = it.Err()
				break
			}
			b.data = append(b.data, it.Record()...)
			b.ends = append(b.ends, len(b.data))
		}
		full <- b
		if !more {
			return
		}
	}
}
