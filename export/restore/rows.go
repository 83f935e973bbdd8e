package restore

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/internal/limits"
)

// batch is a number of cells of one row, written by one request.
type batch struct {
	table  TableWriter
	key    []byte
	cells  []Cell
	bytes  int
	number int64
	end    int64
	path   string // of the table, for messages
}

const (
	// A batch for one partition is one mutation. Bigger ones are slower and make the server warn; 50 KiB is where old
	// servers refuse.
	batchBytes = 32 << 10
	batchCells = 100
	// requestBytes bounds the memory of all requests.
	requestBytes = 32 << 20
	// journalEvery is how much work an interruption may cost.
	journalEvery = time.Second
)

// Stats counts what a run has done.
type Stats struct {
	Cells   int64 `json:"cells"`   // written
	Rows    int64 `json:"rows"`    // written, at least in part
	Skipped int64 `json:"skipped"` // cells that an earlier run had written
	Expired int64 `json:"expired"` // cells that had expired
	Nodes   int64 `json:"nodes"`   // made
	Found   int64 `json:"found"`   // nodes that were there as they should be
	Retries int64 `json:"retries"` // requests that were repeated
}

// rowWriter writes the rows of a dump.
type rowWriter struct {
	survey  *Survey
	plan    *Plan
	target  Target
	journal Journal
	workers int
	patient time.Duration
	pause   time.Duration
	report  func(offset int64)
	waiting func(error)

	tables map[[2]string]TableWriter
	pace   *pace
	done   underway
	room   *weight
	stats  *Stats
}

// weight bounds the bytes of all requests under way.
type weight struct {
	mu   sync.Mutex
	free *sync.Cond
	left int
	over bool
}

func newWeight(n int) *weight {
	w := &weight{left: n}
	w.free = sync.NewCond(&w.mu)
	return w
}

// take waits for room. A request that is larger than all of it takes what there is.
func (w *weight) take(n int) {
	w.mu.Lock()
	for w.left <= 0 && !w.over {
		w.free.Wait()
	}
	w.left -= n
	w.mu.Unlock()
}

func (w *weight) give(n int) {
	w.mu.Lock()
	w.left += n
	w.free.Broadcast()
	w.mu.Unlock()
}

// stop lets everybody through who waits.
func (w *weight) stop() {
	w.mu.Lock()
	w.over = true
	w.free.Broadcast()
	w.mu.Unlock()
}

// write writes all cells behind an offset.
func (w *rowWriter) write(ctx context.Context, from int64) error {
	w.pace = newPace(w.workers, w.pause)
	w.pace.waiting = w.waiting
	w.room = newWeight(requestBytes)
	w.done.upTo = from
	work := make(chan *batch)
	g, ctx := errgroup.WithContext(ctx)
	for range w.workers {
		g.Go(func() error {
			for b := range work {
				err := w.pace.try(ctx, w.patient, func(ctx context.Context) error {
					return b.table.Write(ctx, b.key, b.cells)
				})
				w.room.give(b.bytes)
				if err != nil {
					return fmt.Errorf("write to %s: %w", b.path, err)
				}
				w.done.end(b.number)
			}
			return nil
		})
	}
	stopped := context.AfterFunc(ctx, w.room.stop)
	defer stopped()
	g.Go(func() error {
		defer close(work)
		return w.read(ctx, from, work)
	})
	finished := make(chan struct{})
	var noting sync.WaitGroup
	var noteErr error
	noting.Go(func() { noteErr = w.note(finished) })
	err := g.Wait()
	close(finished)
	noting.Wait()
	w.stats.Retries = w.pace.retried()
	if err == nil {
		err = noteErr
	}
	return err
}

// note keeps the journal up to date.
func (w *rowWriter) note(finished <-chan struct{}) error {
	tick := time.NewTicker(journalEvery)
	defer tick.Stop()
	last := w.done.written()
	for {
		select {
		case <-finished:
		case <-tick.C:
		}
		at := w.done.written()
		if at > last {
			if w.report != nil {
				w.report(at)
			}
			if err := appendLine(w.journal, journalLine{Cassandra: &at}); err != nil {
				return err
			}
			last = at
		}
		select {
		case <-finished:
			return nil
		default:
		}
	}
}

// read makes batches of the cells of the dump.
func (w *rowWriter) read(ctx context.Context, from int64, work chan<- *batch) error {
	r, err := w.survey.dump.Reader(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	var b *batch
	send := func() error {
		if b == nil || len(b.cells) == 0 {
			return nil
		}
		b.number = w.done.begin(b.end)
		w.room.take(b.bytes)
		select {
		case work <- b:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		b = nil
		return nil
	}
	var table TableWriter
	var path string
	var key []byte
	for r.Next() {
		switch r.Kind() {
		case dump.TableStart:
			k, t := w.plan.table(r.Keyspace(), r.Table())
			if t == nil {
				return fmt.Errorf("the table %s.%s is not in the plan", r.Keyspace(), r.Table())
			}
			table, path = w.tables[[2]string{k.Name, t.Name}], k.LiveName+"."+t.Name
		case dump.RowStart:
			key = append([]byte(nil), r.Key().Decoded()...)
		case dump.CellRead:
			c := r.Cell()
			if c.End <= from {
				w.stats.Skipped++
				continue
			}
			cell, size, rowKey, err := w.cell(r, c)
			if err != nil {
				return err
			}
			if cell == nil {
				w.stats.Expired++
				continue
			}
			if rowKey != nil {
				key = rowKey
			}
			if b != nil && (b.bytes+size > batchBytes || len(b.cells) >= batchCells) {
				if err := send(); err != nil {
					return err
				}
			}
			if b == nil {
				b = &batch{table: table, key: key, path: path, bytes: len(key)}
			}
			b.cells = append(b.cells, *cell)
			b.bytes += size
			b.end = c.End
			w.stats.Cells++
		case dump.RowEnd:
			if b != nil {
				w.stats.Rows++
			}
			if err := send(); err != nil {
				return err
			}
		}
	}
	return r.Err()
}

// cell copies a cell out of the reader; nil if it has expired. The row key is set where it is not what its text says.
func (w *rowWriter) cell(r *dump.Reader, c *dump.Cell) (cell *Cell, size int, key []byte, err error) {
	extra, err := w.survey.options.Extras.Cell(r.Keyspace(), r.Table(), r.Key(), c)
	if err != nil {
		return nil, 0, nil, err
	}
	cell = new(Cell)
	if extra.Expiry != 0 {
		left := extra.Expiry - w.survey.options.Clock().Unix()
		if left <= 0 {
			return nil, 0, nil, nil
		}
		cell.TTL = int(min(left, limits.TTL))
	}
	if w.plan.Timestamp.Mode == "now" {
		cell.Time = w.plan.Timestamp.Microseconds
	} else {
		cell.Time, _ = c.Microseconds()
	}
	name := extra.Name
	if name == nil {
		name = c.Name.Decoded()
	}
	value := extra.Value
	if value == nil {
		if c.Value.Long() {
			value, err = io.ReadAll(c.Value.OpenDecoded())
			if err != nil {
				return nil, 0, nil, err
			}
		} else {
			value = c.Value.Text().Decoded()
		}
	}
	// One allocation for both.
	space := make([]byte, 0, len(name)+len(value))
	space = append(append(space, name...), value...)
	cell.Name, cell.Value = space[:len(name):len(name)], space[len(name):]
	return cell, len(space) + 16, extra.Key, nil
}
