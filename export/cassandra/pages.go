package cassandra

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/gocql/gocql"
)

// pageSize is how many cells of a table are asked for at once. Cassandra counts cells only, which may be of any size: a page
// of the usual length could be gigabytes. So pages begin small, and grow while they have room.
type pageSize struct {
	n     atomic.Int64
	limit int64
}

const (
	firstPage = 64
	// fullPage is the size in bytes that pages are kept at.
	fullPage = 2 << 20
)

// pageSizes are those of several statements: what was learned of a table in one range of it counts in the others.
type pageSizes struct{ byStatement sync.Map }

func (s *pageSizes) of(statement string, limit int) *pageSize {
	p := &pageSize{limit: int64(limit)}
	p.n.Store(min(firstPage, p.limit))
	known, _ := s.byStatement.LoadOrStore(statement, p)
	size, _ := known.(*pageSize)
	return size
}

// seen takes note of a page.
func (p *pageSize) seen(cells, bytes int64) {
	if cells == 0 {
		return
	}
	fitting := fullPage / max(1, bytes/cells)
	p.n.Store(max(1, min(2*p.n.Load(), fitting, p.limit)))
}

// pages goes through the answer to a query, page by page; while one is gone through the next is on its way. For each row dest
// is filled and each is called, which returns how many bytes the row has.
func pages(ctx context.Context, size *pageSize, query func() *gocql.Query, dest []any, each func() (int, error)) error {
	ctx, cancel := context.WithCancel(ctx)
	var next chan *gocql.Iter
	defer func() {
		cancel()
		if next != nil {
			(<-next).Close()
		}
	}()
	ask := func(state []byte) {
		answer := make(chan *gocql.Iter, 1)
		q := query().WithContext(ctx).PageSize(int(size.n.Load())).PageState(state).Idempotent(true)
		go func() { answer <- q.Iter() }()
		next = answer
	}
	ask(nil)
	for next != nil {
		iter := <-next
		next = nil
		if state := iter.PageState(); len(state) > 0 {
			ask(state)
		}
		var cells, bytes int64
		for iter.Scan(dest...) {
			n, err := each()
			if err != nil {
				return errors.Join(err, iter.Close())
			}
			cells++
			bytes += int64(n)
		}
		if err := iter.Close(); err != nil {
			return classify(err)
		}
		size.seen(cells, bytes)
	}
	return nil
}

// bytesColumn takes a column as it is in the page, without a copy. It is nil for null, and valid until the next row.
type bytesColumn []byte

// UnmarshalCQL implements gocql.Unmarshaler.
func (b *bytesColumn) UnmarshalCQL(_ gocql.TypeInfo, data []byte) error {
	*b = data
	return nil
}

// intColumn takes an int or a bigint.
type intColumn struct {
	n    int64
	null bool
}

var errInteger = errors.New("an integer of another length than 4 or 8")

// UnmarshalCQL implements gocql.Unmarshaler.
func (c *intColumn) UnmarshalCQL(_ gocql.TypeInfo, data []byte) error {
	*c = intColumn{null: len(data) == 0}
	for _, b := range data {
		c.n = c.n<<8 | int64(b)
	}
	switch len(data) {
	case 0, 8:
	case 4:
		c.n = int64(int32(c.n))
	default:
		return errInteger
	}
	return nil
}
