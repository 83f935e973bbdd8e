package filter

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
)

// errRowsNeeded tells that a selection is not one of whole tables after all.
var errRowsNeeded = errors.New("rows have to be left out")

// ofContainers tells if keyspaces and tables, and ZooKeeper as a whole, are all that is decided about.
func (c *copier) ofContainers(o Options) bool {
	return !c.active && !o.Types && c.sel.List == nil && len(c.sel.ZKPaths) == 0
}

// copyTables does what copyTo does for whole tables, by the index of the dump: no text is read but around them, and what is
// kept. done is false, and nothing was written, where that isn't possible.
func (c *copier) copyTables(ctx context.Context, w io.Writer, d *dump.Dump, text io.ReaderAt) (done bool, err error) {
	container := d.Container()
	// Of a plain text beside its index nothing is under a checksum: it is looked at.
	if container == nil || container.Locator().Sidecar {
		return false, nil
	}
	x, err := index.New(container)
	if errors.Is(err, index.ErrNone) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	skeleton, err := x.Skeleton(text)
	if errors.Is(err, index.ErrNoSkeleton) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	// Where rows are left out of a table that is kept, nothing may be written before that is known.
	err = newCopier(c.sel).copySkeleton(ctx, io.Discard, d, skeleton)
	if errors.Is(err, errRowsNeeded) {
		return false, nil
	}
	if err != nil {
		return true, err
	}
	return true, c.copySkeleton(ctx, skeleton.Writer(w, text), d, skeleton)
}

func (c *copier) copySkeleton(ctx context.Context, w io.Writer, d *dump.Dump, s *index.Skeleton) error {
	c.rows = map[[2]string]int64{}
	for _, t := range s.Tables {
		c.rows[[2]string{t.Keyspace, t.Name}] = t.Rows
	}
	o := d.Options()
	if report := o.OnProblem; report != nil {
		o.OnProblem = func(p *dump.Problem) error {
			p.Offset = s.Source(p.Offset)
			return report(p)
		}
	}
	text := bytes.NewReader(s.Text)
	c.r = dump.NewReader(bytes.NewReader(s.Text), d.Name(), o)
	defer c.r.Close()
	if err := ctx.Err(); err != nil {
		return err
	}
	return c.copy(w, text, d.Name(), func() int64 { return text.Size() })
}
