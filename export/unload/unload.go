package unload

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/dumptool/dumptool/export/internal/retry"
	"github.com/dumptool/dumptool/internal/spill"
)

const timeForm = time.RFC3339

// Options are the ways of reading.
type Options struct {
	ClusterID string
	// Keyspaces chooses among those that are there, by their names in a dump; nil means Standard.
	Keyspaces func(present []string) ([]string, error)
	// Rows tells if the rows of a table are read; the table is there always. Nil means all are.
	Rows           func(keyspace, table string) bool
	OmitZooKeeper  bool
	ZKCompat       bool  // the nodes that the original tool exports, and no others
	SkipUnreadable bool  // leave out nodes that may not be read
	Rate           int64 // at most so many bytes a second; 0 is no limit
	Workers        int   // units that are read at the same time; 0 means 4
	NoCheck        bool  // don't look whether anything changed meanwhile
	Tool           string
	Temp           spill.Dir
	Memory         int64         // in bytes, for sorting; 0 means 256 MiB
	Patience       time.Duration // for databases that don't answer
	Pause          time.Duration // before they are asked again for the first time; 0 means a second
	Clock          func() time.Time
	Note           func(string) // what is worth knowing
	Progress       func(done, total int)
	Folder         *Folder // keeps what was read; nil: nothing is kept
}

// Result says what was read.
type Result struct {
	Counts Counts
	Quiet  *Quiet // nil if nobody looked
}

// unloader is one run of Write.
type unloader struct {
	cassandra Cassandra
	zookeeper ZooKeeper
	o         Options
	plan      *Plan
	pace      *pacer
	noted     sync.Mutex
}

func (u *unloader) note(s string) {
	if u.o.Note != nil {
		u.noted.Lock()
		u.o.Note(s)
		u.noted.Unlock()
	}
}

// Write writes what the databases hold to w. With Options.Folder what an earlier
// run has read is not read again.
func Write(ctx context.Context, w io.Writer, c Cassandra, z ZooKeeper, o Options) (*Result, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Workers <= 0 {
		o.Workers = 4
	}
	if o.Memory <= 0 {
		o.Memory = 256 << 20
	}
	u := &unloader{cassandra: c, zookeeper: z, o: o, pace: newPacer(o.Rate)}
	plan, err := u.loadPlan(ctx)
	if err != nil {
		return nil, err
	}
	u.plan = plan
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	x := &assembler{u: u, out: bufio.NewWriterSize(w, 256<<10), cells: Stream{temp: o.Temp}, nodes: Stream{temp: o.Temp},
		times: spill.NewSorter(o.Temp, o.Memory/4)}
	defer x.close()
	if err := x.run(ctx); err != nil {
		return nil, err
	}
	return &x.result, nil
}

// loadPlan takes the plan of an earlier run, or makes one.
func (u *unloader) loadPlan(ctx context.Context) (*Plan, error) {
	if u.o.Folder != nil {
		have, err := u.o.Folder.plan()
		if err != nil {
			return nil, err
		}
		if have != nil {
			return have, u.samePlace(ctx, have)
		}
	}
	p, err := u.makePlan(ctx)
	if err == nil && u.o.Folder != nil {
		err = u.o.Folder.savePlan(p)
	}
	return p, err
}

// samePlace refuses to go on elsewhere, or with another selection.
func (u *unloader) samePlace(ctx context.Context, p *Plan) error {
	now, err := u.makePlan(ctx)
	if err != nil {
		return err
	}
	switch {
	case now.Cluster != p.Cluster || now.ClusterID != p.ClusterID:
		return fmt.Errorf("the export was begun from cluster %q with cluster id %q, not from %q with %q", p.Cluster, p.ClusterID, now.Cluster, now.ClusterID)
	case fmt.Sprint(now.Keyspaces, now.Tables, now.ZooKeeper) != fmt.Sprint(p.Keyspaces, p.Tables, p.ZooKeeper):
		return errors.New("the export was begun with another selection, or tables came or went: begin anew")
	}
	return nil
}

// read reads a unit, again if the databases don't answer.
func (u *unloader) read(ctx context.Context, number int) (*Part, error) {
	if u.o.Folder != nil {
		part, err := u.o.Folder.part(number)
		if err != nil || part != nil {
			return part, err
		}
	}
	part, err := u.readPatiently(ctx, number)
	if err != nil || u.o.Folder == nil {
		return part, err
	}
	if err := part.keep(); err != nil {
		part.Close()
		return nil, err
	}
	return part, nil
}

// newPart returns a part for a unit.
func (u *unloader) newPart(number int) (*Part, error) {
	if u.o.Folder != nil {
		return u.o.Folder.newPart(number, u.o.Temp)
	}
	return newPart(u.o.Temp), nil
}

func (u *unloader) readPatiently(ctx context.Context, number int) (part *Part, err error) {
	x := &u.plan.Units[number]
	what := "ZooKeeper"
	if x.Table >= 0 {
		what = u.plan.Tables[x.Table].Live + "." + u.plan.Tables[x.Table].Name
	}
	err = u.patiently(ctx, "read "+what, func() error {
		if part, err = u.newPart(number); err != nil {
			return err
		}
		if x.Table < 0 {
			err = u.readNodes(ctx, part)
		} else {
			err = u.readRows(ctx, x, part)
		}
		if err != nil {
			part.Close()
			part = nil
		}
		return err
	})
	return part, err
}

// patiently does something, again if the databases don't answer: a server that has ended is missed only after a while.
func (u *unloader) patiently(ctx context.Context, what string, do func() error) error {
	until := time.Now().Add(u.o.Patience)
	wait := u.o.Pause
	if wait == 0 {
		wait = time.Second
	}
	for ; ; wait = min(2*wait, 15*time.Second) {
		err := do()
		if err == nil {
			return nil
		}
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		if !retry.Temporary(err) || time.Now().After(until) {
			return fmt.Errorf("%s: %w", what, err)
		}
		u.note(fmt.Sprintf("%s: %v; trying again", what, err))
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

type outcome struct {
	part *Part
	err  error
}

// parts reads the units, some at the same time, and hands them on in order.
func (u *unloader) parts(ctx context.Context, each func(number int, p *Part) error) error {
	ctx, cancel := context.WithCancel(ctx)
	workers := make(chan struct{}, u.o.Workers)
	waiting := make(chan chan outcome, 2*u.o.Workers)
	var running sync.WaitGroup
	running.Add(1)
	go func() {
		defer running.Done()
		defer close(waiting)
		for number := range u.plan.Units {
			c := make(chan outcome, 1)
			select {
			case waiting <- c:
			case <-ctx.Done():
				return
			}
			select {
			case workers <- struct{}{}:
			case <-ctx.Done():
				c <- outcome{nil, context.Cause(ctx)}
				return
			}
			running.Add(1)
			go func() {
				defer running.Done()
				part, err := u.read(ctx, number)
				<-workers
				c <- outcome{part, err}
			}()
		}
	}()
	number := 0
	var err error
	for c := range waiting {
		r := <-c
		if err == nil {
			err = r.err
		}
		if err == nil {
			err = each(number, r.part)
			number++
			if u.o.Progress != nil {
				u.o.Progress(number, len(u.plan.Units))
			}
		}
		if r.part != nil {
			r.part.Close()
		}
		if err != nil {
			cancel()
		}
	}
	cancel()
	running.Wait()
	if err == nil && number < len(u.plan.Units) {
		err = context.Cause(ctx)
	}
	return err
}
