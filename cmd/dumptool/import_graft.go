package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/apply"
	"github.com/dumptool/dumptool/export/graft"
	"github.com/dumptool/dumptool/export/restore"
	"github.com/dumptool/dumptool/filter"
	"github.com/dumptool/dumptool/internal/spill"
)

// grafting is an import of objects into databases that hold others.
type grafting struct {
	applyTarget
	opts importOptions
	file string

	survey  *graft.Survey
	edits   *graft.Edits
	plan    *apply.Plan
	closers []func()
}

func (g *grafting) close() {
	for i := len(g.closers) - 1; i >= 0; i-- {
		g.closers[i]()
	}
}

func (g *grafting) later(do func()) { g.closers = append(g.closers, do) }

// runGraft is import --into-nonempty.
func runGraft(ctx context.Context, app *app, opts importOptions, file string) error {
	g := &grafting{applyTarget: applyTarget{app: app}, opts: opts, file: file}
	defer g.close()
	if opts.resume {
		return g.resume(ctx)
	}
	if err := g.mayBegin(); err != nil && !opts.dryRun && !opts.preflight {
		return err
	}
	if err := g.look(ctx); err != nil {
		return err
	}
	if opts.dryRun || opts.preflight {
		return g.show(ctx)
	}
	if g.plan.Counts.Edits() == 0 {
		return g.report(&graftReport{})
	}
	if err := g.confirm(ctx); err != nil {
		return err
	}
	return g.begin(ctx)
}

// mayBegin refuses to begin where an import did not end. A journal without an end, before which nothing is written, is no
// obstacle.
func (g *grafting) mayBegin() error {
	if !isGraftJournal(g.opts.journal) {
		return noJournal(g.opts.journal)
	}
	f, run, err := openApplyJournal(g.opts.journal)
	if errors.Is(err, apply.ErrNoJournal) {
		return nil
	}
	if err != nil {
		return err
	}
	f.Close()
	if run.Done || run.Undone {
		return nil
	}
	return withHint(fmt.Errorf("%s: an import of this dump was begun and did not end", g.opts.journal),
		"go on with --resume; "+g.undo(g.opts.journal)+" takes back what was written")
}

// connect opens the databases for writing.
func (g *grafting) connect(ctx context.Context) error {
	if err := g.applyTarget.connect(ctx, "objects"); err != nil {
		return err
	}
	g.later(g.target.close)
	return nil
}

func (g *grafting) options(progress func(int64)) apply.Options {
	o := g.applyTarget.options(g.opts.workers, g.opts.patience, progress)
	o.MaxValue, o.MaxNode = g.opts.maxValue, g.opts.maxNode
	return o
}

// look finds out what is wanted, what is there, and what has to change.
func (g *grafting) look(ctx context.Context) error {
	whole, closeWhole, err := g.app.openDump(g.file)
	if err != nil {
		return err
	}
	g.later(closeWhole)
	sel, done, err := g.opts.selection.selection(g.app)
	if err != nil {
		return err
	}
	g.later(done)
	o := graft.Options{
		Mode: graft.Mode(g.opts.onConflict), Closure: sel.Closure, ClusterID: "", Now: g.opts.now, Memory: g.app.global.memory,
	}
	wanted, err := g.part(ctx, whole, sel)
	if err != nil {
		return err
	}
	if sel.Closure {
		only := sel
		only.Closure = false
		asked, err := g.part(ctx, whole, only)
		if err != nil {
			return err
		}
		if o.Asked, err = objectsOf(ctx, asked); err != nil {
			return err
		}
	}
	if err := g.connect(ctx); err != nil {
		return err
	}
	o.ClusterID = g.target.ClusterID
	live, closeLive, err := g.app.openDump(liveName)
	if err != nil {
		return err
	}
	g.later(closeLive)
	if g.survey, err = graft.Look(ctx, wanted, live, o); err != nil {
		var inWay *graft.ConflictError
		if errors.As(err, &inWay) && g.opts.json && (g.opts.dryRun || g.opts.preflight) {
			return errors.Join(g.printPlan(apply.Counts{}), err)
		}
		return err
	}
	// The columns that a closure takes out are wanted: what they name can be there.
	written := g.survey.Written()
	part := wanted
	if sel.Closure || !g.survey.Whole() {
		exact := sel
		exact.Types, exact.OmitTypes, exact.Subtrees, exact.OmitSubtree, exact.List = nil, nil, nil, nil, nil
		exact.Objects, exact.Closure = nil, false
		for _, uuid := range written {
			row := dump.Path{Level: dump.AtRow, Keyspace: "config_db_uuid", Table: "obj_uuid_table", Row: uuid}
			exact.Objects = append(exact.Objects, row.String())
		}
		if len(written) > 0 {
			if part, err = g.part(ctx, whole, exact); err != nil {
				return err
			}
		}
	}
	if len(written) == 0 {
		part = nothing()
	}
	if g.edits, err = g.survey.Edit(ctx, part); err != nil {
		return err
	}
	g.later(func() { g.edits.Close() })
	if g.plan, err = apply.Prepare(ctx, g.into(), g.edits.All(), g.options(nil)); err != nil {
		var changed *apply.ConflictError
		if errors.As(err, &changed) {
			return withHint(err, "somebody is writing; nothing was written by us. Begin again")
		}
		return err
	}
	g.later(func() { g.plan.Close() })
	return nil
}

// nothing is a dump of nothing.
func nothing() *dump.Dump {
	const text = `{"cassandra": {}, "zookeeper": "[]"}`
	d, err := dump.Open(dump.Input{Name: "nothing", At: strings.NewReader(text), Size: int64(len(text))}, dump.Options{})
	if err != nil {
		panic(err) // it is a dump
	}
	return d
}

// part selects a part of the dump into a temporary file.
func (g *grafting) part(ctx context.Context, whole *dump.Dump, sel filter.Selection) (*dump.Dump, error) {
	file, err := spill.Dir(g.app.global.tempDir).Create()
	if err != nil {
		return nil, err
	}
	g.later(func() { file.Close() })
	if _, err := filter.Apply(ctx, file, whole, sel, filter.Options{}); err != nil {
		return nil, err
	}
	d, err := openSelected(whole, file)
	if err == nil {
		g.later(func() { d.Close() })
	}
	return d, err
}

// objectsOf returns a function that knows the objects of a dump.
func objectsOf(ctx context.Context, d *dump.Dump) (func(string) bool, error) {
	uuids := map[string]bool{}
	r, err := d.Reader(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for r.Next() {
		if r.Kind() == dump.RowStart && r.Keyspace() == "config_db_uuid" && r.Table() == "obj_uuid_table" {
			uuids[r.Key().String()] = true
		}
	}
	return func(uuid string) bool { return uuids[uuid] }, r.Err()
}

// describe shows the plan for people, as a diff.
func (g *grafting) describe(ctx context.Context, w *bufio.Writer) error {
	fmt.Fprintf(w, "dump:       %s, %s\n", g.file, term.Escape(fewWords(g.opts.selected)))
	fmt.Fprintf(w, "Cassandra:  %s: %s\n", g.site.Cassandra.Cluster, cassandraNodes(g.site.Cassandra))
	fmt.Fprintf(w, "ZooKeeper:  %s\n", zookeeperNodes(g.site.ZooKeeperServers))
	counts := map[graft.State]int64{}
	for _, o := range g.survey.Objects() {
		counts[o.State]++
	}
	fmt.Fprintf(w, "objects:    %d restored, %d replaced, %d there already, %d skipped\n",
		counts[graft.Restored], counts[graft.Replaced], counts[graft.There], counts[graft.Skipped])
	fmt.Fprintf(w, "changes:    %s\n\n", graftCounts(&g.plan.Counts))
	if err := writeDifferences(ctx, g.app, w, g.edits.Before, g.edits.After, nil); err != nil {
		return err
	}
	for _, line := range g.remarks() {
		fmt.Fprintln(w, term.Escape(line))
	}
	return nil
}

// fewWords shortens a long selection.
func fewWords(words []string) string {
	const most = 6
	if n := len(words) - most; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(words[:most], " "), n)
	}
	return strings.Join(words, " ")
}

// remarks says what the diff does not.
func (g *grafting) remarks() []string {
	var lines []string
	for _, c := range g.survey.Conflicts {
		word := "skipped: "
		if g.opts.onConflict == string(graft.Replace) {
			word = "replaced: "
		}
		lines = append(lines, word+c.String())
	}
	for _, r := range g.survey.Renumbered {
		lines = append(lines, fmt.Sprintf("renumbered: %s %s has the id %d instead of %d", r.Type, r.FQName, r.New, r.Old))
	}
	for _, r := range g.survey.Removed {
		lines = append(lines, fmt.Sprintf("removed: %s %s (%s) gives way", r.Type, r.FQName, r.UUID))
	}
	for _, d := range g.survey.Dropped {
		lines = append(lines, "left out: a reference to what is nowhere: "+d)
	}
	for _, n := range g.notes {
		lines = append(lines, "note: "+n)
	}
	return lines
}

func graftCounts(c *apply.Counts) string {
	return fmt.Sprintf("%s written and %d deleted in %s, %s", plural(c.Cells, "cell"), c.Deleted, plural(c.Rows, "row"), plural(c.Nodes, "node"))
}

// graftPlan is the plan as JSON.
type graftPlan struct {
	Schema     string                `json:"schema"`
	File       string                `json:"file"`
	Selection  []string              `json:"selection"`
	Target     restore.PlannedTarget `json:"target"`
	OnConflict string                `json:"on_conflict"`
	Objects    []graft.Object        `json:"objects"`
	Conflicts  []*graft.Conflict     `json:"conflicts"`
	Renumbered []graft.Renumbered    `json:"renumbered"`
	Removed    []graft.Removed       `json:"removed"`
	Dropped    []string              `json:"dropped"`
	Counts     apply.Counts          `json:"counts"`
	Notes      []string              `json:"notes"`
}

// orEmpty makes an empty list of none, so that it is one in JSON.
func orEmpty[T any](of []T) []T {
	if of == nil {
		return []T{}
	}
	return of
}

func (g *grafting) show(ctx context.Context) error {
	if g.opts.json {
		return g.printPlan(g.plan.Counts)
	}
	return g.app.page(func(w *bufio.Writer) error { return g.describe(ctx, w) })
}

func (g *grafting) printPlan(counts apply.Counts) error {
	s := g.survey
	return g.app.printJSON(graftPlan{
		"dumptool.import/1", g.file, orEmpty(g.opts.selected), g.site, g.opts.onConflict, orEmpty(s.Objects()), orEmpty(s.Conflicts), orEmpty(s.Renumbered),
		orEmpty(s.Removed), orEmpty(s.Dropped), counts, orEmpty(g.notes),
	})
}

// isGraftJournal tells if a journal is that of an import into databases that hold others.
func isGraftJournal(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	first, _ := bufio.NewReader(f).ReadString('\n')
	return strings.Contains(first, strconv.Quote(apply.JournalSchema))
}

// undo is the command that takes the changes of a journal back.
func (g *grafting) undo(journal string) string { return undoCommand(g.file, journal) }

func undoCommand(file, journal string) string {
	return fmt.Sprintf("'dumptool patch --to live: --undo --journal %s %s'", journal, file)
}

// confirm asks before anything is written.
func (g *grafting) confirm(ctx context.Context) error {
	if g.opts.yes {
		for _, line := range g.remarks() {
			g.app.log.Info(line)
		}
		return nil
	}
	what, hosts := graftCounts(&g.plan.Counts), g.hosts()
	if !g.app.streams.InTerminal() {
		return withHint(fmt.Errorf("this would change %s at %s", what, hosts), "--yes writes without asking, --dry-run shows the changes")
	}
	w := bufio.NewWriter(g.app.streams.Err)
	if err := g.describe(ctx, w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return g.app.confirm(fmt.Sprintf("Change %s at %s?", what, hosts))
}

// begin writes the journal and then the changes.
func (g *grafting) begin(ctx context.Context) error {
	about := apply.About{What: strings.Join(append([]string{g.file}, g.opts.selected...), " "), Cluster: g.site.Cassandra.Cluster}
	return writeApplyJournal(g.opts.journal, g.plan, about, func(run *apply.Run) error { return g.finish(ctx, run) })
}

// resume goes on with what was interrupted.
func (g *grafting) resume(ctx context.Context) error {
	f, run, err := openApplyJournal(g.opts.journal)
	if errors.Is(err, apply.ErrNoJournal) {
		return withHint(fmt.Errorf("%s: nothing was written yet", g.opts.journal), "delete it, leave --resume out to begin")
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if run.Undoing {
		return withHint(fmt.Errorf("%s: these changes are being taken back, or were", g.opts.journal), g.undo(g.opts.journal)+" goes on with that")
	}
	if err := g.connect(ctx); err != nil {
		return err
	}
	if err := g.same(&run.About, "the import was"); err != nil {
		return err
	}
	if err := g.applyTarget.confirm(g.opts.yes, "Go on changing", graftCounts(&run.Counts)); err != nil {
		return err
	}
	return g.finish(ctx, run)
}

// finish makes all changes that are not made yet.
func (g *grafting) finish(ctx context.Context, run *apply.Run) error {
	started := time.Now()
	progress := g.app.streams.ProgressCount("writing", "changes", run.Counts.Edits())
	stats, err := run.Finish(ctx, g.into(), g.options(progress.Set))
	progress.Done()
	if err != nil {
		var written *apply.WrittenError
		if !errors.As(err, &written) {
			return err
		}
		return withHint(&statusError{exitPartial, err}, "the journal "+g.opts.journal+" has what was there: --resume goes on, "+g.undo(g.opts.journal)+" takes it back")
	}
	if err := finishJournal(g.opts.journal); err != nil {
		return err
	}
	return g.report(&graftReport{Stats: *stats, Seconds: time.Since(started).Seconds(), Journal: g.opts.journal + finishedSuffix})
}

// graftReport is what --json prints afterwards.
type graftReport struct {
	Schema string `json:"schema"`
	apply.Stats
	Seconds float64 `json:"seconds"`
	Journal string  `json:"journal"`
}

func (g *grafting) report(r *graftReport) error {
	r.Schema = "dumptool.import/1"
	if g.opts.json {
		return g.app.printJSON(r)
	}
	return g.app.print(func(w *bufio.Writer) error {
		if r.Journal == "" {
			fmt.Fprintln(w, "nothing to write: everything is there as in the dump")
			for _, line := range g.remarks() {
				fmt.Fprintln(w, term.Escape(line))
			}
			return nil
		}
		fmt.Fprintf(w, "written: %s and %s in %.1f s", plural(r.Cells, "cell"), plural(r.Nodes, "node"), r.Seconds)
		if r.Before > 0 {
			fmt.Fprintf(w, "; %d were written from before", r.Before)
		}
		fmt.Fprintf(w, "\nread back: %s, all as they should be\n", plural(r.Checked, "change"))
		_, err := fmt.Fprintf(w, "%s takes it back\n", g.undo(r.Journal))
		return err
	})
}
