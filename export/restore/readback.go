package restore

import (
	"bufio"
	"context"
	"errors"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// Differences are what reading back has found. Close gives temporary files back.
type Differences struct {
	Rows, Cells, Nodes int64 // that differ
	Compared           struct{ Rows, Cells, Nodes int64 }
	Expired            int64    // cells that have expired since
	Expiries           int64    // cells that end at another time
	ACLs               []string // nodes with another ACL
	// Wanted and Found are dumps of what differs, nil if nothing does: what should be there, and what is.
	Wanted, Found *dump.Dump
	files         []*spill.File
}

// None tells if everything is as it should be.
func (d *Differences) None() bool {
	return d.Rows == 0 && d.Nodes == 0 && d.Expiries == 0 && len(d.ACLs) == 0
}

// Close gives temporary files back.
func (d *Differences) Close() error {
	var errs []error
	for _, x := range []*dump.Dump{d.Wanted, d.Found} {
		if x != nil {
			errs = append(errs, x.Close())
		}
	}
	for _, f := range d.files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}

// ReadBack reads everything that the plan has put into the databases and compares it with the dump. Tables and top nodes
// that the plan does not touch are passed over.
//
// Memory: half of the budget of the dump. What was read is kept in a temporary file.
func ReadBack(ctx context.Context, s *Survey, p *Plan, t Target) (*Differences, error) {
	return compareLive(ctx, s, p, t, nil)
}

// compareLive is ReadBack, or with strangers looks only for what the import has not written.
func compareLive(ctx context.Context, s *Survey, p *Plan, t Target, others *strangers) (*Differences, error) {
	file, err := s.dump.Options().Temp.Create()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	o := s.dump.Options()
	writer := &liveWriter{
		plan: p, target: t, clock: s.options.Clock, temp: o.Temp, patience: s.options.Patience,
		pace: newPace(rangesAtOnce, s.options.Pause), others: others, w: bufio.NewWriterSize(file, 256<<10),
	}
	if err := writer.write(ctx); err != nil {
		return nil, err
	}
	live, err := dump.Open(dump.Input{Name: "(the databases)", At: file, Size: file.Size()}, dump.Options{
		OnProblem: func(p *dump.Problem) error {
			if p.Damage {
				return p
			}
			return nil
		},
		Temp: o.Temp, Memory: o.Memory,
	})
	if err != nil {
		return nil, err
	}
	defer live.Close()
	c := &comparison{plan: p, survey: s, target: t, d: new(Differences), ids: map[[2]string]uint32{}, pace: writer.pace, others: others}
	memory := o.Memory / 16
	for i := range c.sides {
		x := &c.sides[i]
		x.rows, x.expiring = spill.NewSorter(o.Temp, memory), spill.NewSorter(o.Temp, memory/4)
		x.nodes = spill.NewSorter(o.Temp, memory)
		defer x.close()
		if x.data, err = o.Temp.Create(); err != nil {
			return nil, err
		}
	}
	c.sides[0].d, c.sides[0].extras = s.dump, s.options.Extras
	c.sides[1].d, c.sides[1].extras = live, liveExtras{}
	for i := range c.sides {
		if err := c.readSide(ctx, i); err != nil {
			return nil, err
		}
	}
	if err := c.run(ctx); err != nil {
		c.d.Close()
		return nil, err
	}
	return c.d, nil
}

type comparison struct {
	plan   *Plan
	survey *Survey
	target Target
	pace   *pace
	sides  [2]compared // what should be there, what is there
	ids    map[[2]string]uint32
	names  [][2]string
	d      *Differences
	out    *excerpt
	rows   *spill.Pairs    // the row that is compared
	soon   *spill.Iterator // the next of the cells that are to expire
	soonOK bool
	others *strangers // nil to read back
}

func (c *comparison) run(ctx context.Context) error {
	var err error
	if c.soon, err = c.sides[0].expiring.Sort(); err != nil {
		return err
	}
	c.soonOK = c.soon.Next()
	if c.out, err = newExcerpt(c.survey.dump.Options().Temp, c.d); err != nil {
		return err
	}
	if err := c.compareRows(); err != nil {
		return err
	}
	if err := c.compareExpiries(); err != nil {
		return err
	}
	if err := c.compareNodes(); err != nil {
		return err
	}
	if c.others == nil {
		if err := c.compareACLs(ctx); err != nil {
			return err
		}
	}
	return c.out.finish(c.survey.dump.Options())
}
