package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/unload"
	"github.com/dumptool/dumptool/filter"
	"github.com/dumptool/dumptool/filter/redact"
	"github.com/dumptool/dumptool/internal/spill"
)

// exportStages are what an export goes through on its way from the databases to the file. What the names of keyspaces can
// tell is not read in the first place; everything else needs the whole export in a temporary file.
type exportStages struct {
	app       *app
	selection filter.Selection
	redaction *redaction // nil without --redact
	report    stagesReport
}

// stagesReport is what the stages say.
type stagesReport struct {
	Rows     *filter.Count  `json:"rows,omitempty"`  // kept and dropped by the selection
	Nodes    *filter.Count  `json:"nodes,omitempty"` // likewise
	Redacted *redact.Report `json:"redacted,omitempty"`
}

// none tells that the text of the export is what is written.
func (s *exportStages) none() bool {
	sel := &s.selection
	return s.redaction == nil && sel.ByNames() && len(sel.Tables)+len(sel.OmitTables) == 0
}

// limit keeps from being read what will not be needed.
func (s *exportStages) limit(o *unload.Options) {
	sel := &s.selection
	o.Keyspaces = func(present []string) ([]string, error) { return s.keyspaces(present) }
	if sel.ByNames() {
		o.OmitZooKeeper = sel.OmitZooKeeper
		o.Rows = func(keyspace, table string) bool {
			return sel.KeepsKeyspace(keyspace) && sel.KeepsTable(keyspace, table)
		}
	}
}

// keyspaces chooses what is exported of the keyspaces that are there.
func (s *exportStages) keyspaces(present []string) ([]string, error) {
	sel := &s.selection
	standard, err := unload.Standard(present)
	if err != nil {
		return nil, err
	}
	// One that is not standard is there for who asks for it.
	offered := slices.DeleteFunc(slices.Clone(present), func(ks string) bool {
		return !slices.Contains(standard, ks) && (len(sel.Keyspaces) == 0 || !sel.KeepsKeyspace(ks))
	})
	if len(offered) < len(present) && len(sel.Keyspaces) == 0 {
		s.app.log.Info(`the keyspace DISCOVERY_SERVER is left out, as the original does: --keyspace "*" exports it too`)
	}
	if !s.none() {
		return offered, nil // names are the filter's business
	}
	for _, name := range sel.Keyspaces {
		if !slices.ContainsFunc(offered, (&filter.Selection{Keyspaces: []string{name}}).KeepsKeyspace) {
			return nil, &filter.NotFoundError{File: liveName, What: "keyspace", Name: name, Near: offered}
		}
	}
	for _, name := range sel.OmitKeyspaces {
		if !slices.ContainsFunc(offered, (&filter.Selection{Keyspaces: []string{name}}).KeepsKeyspace) {
			s.app.log.Info(fmt.Sprintf("there is no keyspace %s to leave out", name))
		}
	}
	return slices.DeleteFunc(offered, func(ks string) bool { return !sel.KeepsKeyspace(ks) }), nil
}

// run puts what write writes through the stages into w.
func (s *exportStages) run(ctx context.Context, w io.Writer, write func(io.Writer) error) error {
	if s.none() {
		return write(w)
	}
	var steps []func(d *dump.Dump, w io.Writer) error
	if !s.selection.IsEmpty() {
		steps = append(steps, func(d *dump.Dump, w io.Writer) error { return s.filter(ctx, d, w) })
	}
	if s.redaction != nil {
		steps = append(steps, func(d *dump.Dump, w io.Writer) (err error) {
			s.report.Redacted, err = s.redaction.apply(ctx, w, d)
			return err
		})
	}
	temp := spill.Dir(s.app.global.tempDir)
	for _, step := range steps {
		before := write
		write = func(w io.Writer) error {
			file, err := temp.Create()
			if err != nil {
				return err
			}
			defer file.Close()
			if err := before(file); err != nil {
				return err
			}
			d, err := dump.Open(dump.Input{Name: liveName, At: file, Size: file.Size()},
				dump.Options{OnProblem: s.app.problemNotes(), Temp: temp, Memory: s.app.global.memory})
			if err != nil {
				return err
			}
			defer d.Close()
			return stageError(step(d, w))
		}
	}
	return write(w)
}

func (s *exportStages) filter(ctx context.Context, d *dump.Dump, w io.Writer) error {
	report, err := filter.Apply(ctx, w, d, s.selection, filter.Options{})
	if err != nil {
		return err
	}
	for _, name := range report.Unused {
		s.app.log.Info(fmt.Sprintf("there is no %s to leave out", name))
	}
	rows, nodes := new(filter.Count), new(filter.Count)
	for _, c := range report.Tables {
		rows.Kept, rows.Dropped = rows.Kept+c.Kept, rows.Dropped+c.Dropped
	}
	for _, c := range report.Families {
		nodes.Kept, nodes.Dropped = nodes.Kept+c.Kept, nodes.Dropped+c.Dropped
	}
	s.report.Rows, s.report.Nodes = rows, nodes
	s.app.log.Info(fmt.Sprintf("kept %s and %s; left out %d and %d",
		plural(rows.Kept, "row"), plural(nodes.Kept, "ZooKeeper node"), rows.Dropped, nodes.Dropped))
	return nil
}

// errStage marks what is wrong with what was asked for, not with the databases: going on would not cure it.
var errStage = errors.New("stage")

type stageFailure struct{ error }

func (e *stageFailure) Unwrap() []error { return []error{e.error, errStage} }

func stageError(err error) error {
	var missing *filter.NotFoundError
	var leaked *redact.LeakError
	if errors.As(err, &missing) || errors.As(err, &leaked) {
		return &stageFailure{err}
	}
	return err
}
