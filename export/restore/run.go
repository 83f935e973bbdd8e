package restore

import (
	"context"
	"fmt"
	"time"

	"github.com/dumptool/dumptool/export/internal/retry"
)

// RunOptions are the ways of writing.
type RunOptions struct {
	Workers  int           // requests to Cassandra under way at once, at most; zero means 64
	Patience time.Duration // how long an overloaded or absent database is waited for; zero means 5 minutes
	Pause    time.Duration // before a request is repeated for the first time; zero means 100 ms
	// Progress, if not nil, is told how far the text of the dump is written and how many nodes are made.
	Progress func(offset, nodes int64)
	// Note, if not nil, is told what deserves a line.
	Note func(string)
}

func (o *RunOptions) fill() {
	if o.Workers == 0 {
		o.Workers = 64
	}
	if o.Patience == 0 {
		o.Patience = retry.DefaultPatience
	}
	if o.Pause == 0 {
		o.Pause = retry.DefaultPause
	}
	if o.Progress == nil {
		o.Progress = func(int64, int64) {}
	}
	if o.Note == nil {
		o.Note = func(string) {}
	}
}

// Run does what the plan says, from where the journal says that it is to go on: nil for a first run, whose journal has
// its head already (see Begin).
func Run(ctx context.Context, s *Survey, p *Plan, t Target, j Journal, from *Progress, o RunOptions) (*Stats, error) {
	o.fill()
	if from == nil {
		from = new(Progress)
	}
	stats := new(Stats)
	if !from.CassandraDone {
		w := &rowWriter{
			survey: s, plan: p, target: t, journal: j, workers: o.Workers, patient: o.Patience, pause: o.Pause, stats: stats,
			report: func(offset int64) { o.Progress(offset, 0) }, waiting: waiting(o.Note, "Cassandra"),
		}
		if err := w.prepare(ctx, o.Note); err != nil {
			return stats, err
		}
		if err := w.write(ctx, from.Cassandra); err != nil {
			return stats, err
		}
		if err := appendLine(j, journalLine{Done: "cassandra"}); err != nil {
			return stats, err
		}
	}
	if !from.ZooKeeperDone {
		w := &treeWriter{
			survey: s, target: t, patient: o.Patience, pause: o.Pause, stats: stats,
			report: func(nodes int64) { o.Progress(s.bytes, nodes) }, waiting: waiting(o.Note, "ZooKeeper"),
		}
		if err := w.write(ctx); err != nil {
			return stats, err
		}
		if err := appendLine(j, journalLine{Done: "zookeeper"}); err != nil {
			return stats, err
		}
	}
	return stats, nil
}

// waiting says what is being waited for.
func waiting(note func(string), what string) func(error) {
	return func(err error) { note(fmt.Sprintf("%s is overloaded or away, trying again: %v", what, err)) }
}

// prepare makes keyspaces and tables and prepares for writing to them. The journal knows of each before it is made, so that
// it can be taken back.
func (w *rowWriter) prepare(ctx context.Context, note func(string)) error {
	w.tables = map[[2]string]TableWriter{}
	c := w.target.Cassandra
	pace := newPace(1, w.pause)
	pace.waiting = w.waiting
	for i := range w.plan.Keyspaces {
		k := &w.plan.Keyspaces[i]
		if k.Create {
			err := w.make(k.LiveName, func() (id string, err error) {
				return "", pace.try(ctx, w.patient, func(ctx context.Context) error { return c.CreateKeyspace(ctx, k.LiveName, k.Factor) })
			})
			if err != nil {
				return fmt.Errorf("make the keyspace %s: %w", k.LiveName, err)
			}
		}
		for j := range k.Tables {
			t := &k.Tables[j]
			if t.Create {
				err := w.make(k.LiveName+"."+t.Name, func() (id string, err error) {
					err = pace.try(ctx, w.patient, func(ctx context.Context) error {
						compact, err := c.CreateTable(ctx, k.LiveName, t)
						if err == nil && compact != t.Compact {
							note(fmt.Sprintf("%s.%s: the server takes no COMPACT STORAGE, the table is made without", k.LiveName, t.Name))
						}
						if err == nil {
							id, err = c.TableID(ctx, k.LiveName, t.Name)
						}
						return err
					})
					return id, err
				})
				if err != nil {
					return fmt.Errorf("make the table %s.%s: %w", k.LiveName, t.Name, err)
				}
			}
			err := pace.try(ctx, w.patient, func(ctx context.Context) (err error) {
				w.tables[[2]string{k.Name, t.Name}], err = c.Table(ctx, k.LiveName, t.Name)
				return err
			})
			if err != nil {
				return fmt.Errorf("look at the table %s.%s: %w", k.LiveName, t.Name, err)
			}
		}
	}
	return nil
}

// make makes a keyspace or table, between two lines of the journal.
func (w *rowWriter) make(name string, do func() (id string, err error)) error {
	if err := appendLine(w.journal, journalLine{Making: name}); err != nil {
		return err
	}
	id, err := do()
	if err != nil {
		return err
	}
	return appendLine(w.journal, journalLine{Made: name, ID: id})
}
