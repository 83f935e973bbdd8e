package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/diff/patch"
	"github.com/dumptool/dumptool/export/apply"
)

// patchLiveSchema is that of what --json prints. "dumptool.patch/1" is the form of a patch.
const patchLiveSchema = "dumptool.patch-live/1"

// livePatch applies a patch to live databases.
type livePatch struct {
	applyTarget
	opts patchOptions
	file string
}

// runPatchLive is patch --to live:.
func runPatchLive(ctx context.Context, app *app, opts patchOptions, file string) error {
	if opts.journal == "" {
		if file == "-" {
			return usagef("standard input has no name to keep a journal beside: use --journal FILE")
		}
		opts.journal = file + applyJournalSuffix
	}
	x := &livePatch{applyTarget: applyTarget{app: app}, opts: opts, file: file}
	if opts.undo && opts.output.path != "" {
		return x.writeUndo()
	}
	if opts.resume || opts.undo {
		return x.goOn(ctx)
	}
	return x.begin(ctx)
}

func (x *livePatch) connect(ctx context.Context) error { return x.applyTarget.connect(ctx, "changes") }

func (x *livePatch) options(progress func(int64)) apply.Options {
	return x.applyTarget.options(x.opts.workers, x.opts.patience, progress)
}

// begin compares the databases with the patch, asks, and writes.
func (x *livePatch) begin(ctx context.Context) error {
	text, closeText, err := x.app.openDump(x.file)
	if err != nil {
		return err
	}
	defer closeText()
	p, err := patch.Read(ctx, text, x.opts.reverse)
	if err != nil {
		return err
	}
	defer p.Close()
	if err := x.connect(ctx); err != nil {
		return err
	}
	defer x.target.close()
	edits, err := newLiveEdits(ctx, p, x.file, x.target.ClusterID, x.app.global.memory)
	if err != nil {
		return err
	}
	plan, err := apply.Prepare(ctx, x.into(), edits.all(ctx), x.options(nil))
	if err != nil {
		return hintConflict(err)
	}
	defer plan.Close()
	x.notes = append(x.notes, edits.left.notes()...)
	if x.opts.dryRun {
		return x.show(plan)
	}
	for _, note := range x.notes {
		x.app.log.Info(note)
	}
	if plan.Counts.Edits() == 0 && plan.Counts.Tables == 0 {
		return x.report(&patchLiveReport{Same: plan.Counts.Same})
	}
	if err := x.confirm("Write", &plan.Counts); err != nil {
		return err
	}
	about := apply.About{What: x.file, Sum: p.Sum(), Reverse: x.opts.reverse, Cluster: x.site.Cassandra.Cluster}
	return writeApplyJournal(x.opts.journal, plan, about, func(run *apply.Run) error { return x.finish(ctx, run, plan.Counts.Same) })
}

func hintConflict(err error) error {
	var conflict *apply.ConflictError
	if errors.As(err, &conflict) {
		return withHint(err, "nothing was written. 'dumptool diff' shows what has changed since the patch was made")
	}
	return err
}

// goOn ends what was begun, or takes it back.
func (x *livePatch) goOn(ctx context.Context) error {
	journal, run, err := openApplyJournal(x.opts.journal)
	if errors.Is(err, apply.ErrNoJournal) {
		return withHint(err, "leave --resume out to begin")
	}
	if err != nil {
		return err
	}
	defer journal.Close()
	switch {
	case run.Undone:
		return fmt.Errorf("%s: the changes were taken back already", x.opts.journal)
	case x.opts.resume && run.Done:
		return fmt.Errorf("%s: all changes are made already", x.opts.journal)
	case x.opts.resume && run.Undoing:
		return withHint(fmt.Errorf("%s: taking the changes back was begun", x.opts.journal), "--undo goes on with it")
	case x.opts.resume && run.About.Reverse != x.opts.reverse:
		return usagef("--resume goes on with what was begun, which has --reverse %v", run.About.Reverse)
	}
	if err := x.samePatch(ctx, run); err != nil {
		return err
	}
	if err := x.connect(ctx); err != nil {
		return err
	}
	defer x.target.close()
	if err := x.same(&run.About, "the changes were"); err != nil {
		return err
	}
	for _, note := range x.notes {
		x.app.log.Info(note)
	}
	if x.opts.resume {
		if err := x.confirm("Go on writing", &run.Counts); err != nil {
			return err
		}
		return x.finish(ctx, run, run.Counts.Same)
	}
	if err := x.confirm("Take back", &run.Counts); err != nil {
		return err
	}
	return x.undo(ctx, run)
}

// samePatch refuses to go on with another patch than the one that was begun. To take changes back the patch is not needed.
func (x *livePatch) samePatch(ctx context.Context, run *apply.Run) error {
	if x.opts.undo {
		return nil
	}
	text, closeText, err := x.app.openDump(x.file)
	if err != nil {
		return err
	}
	defer closeText()
	p, err := patch.Read(ctx, text, false)
	if err != nil {
		return err
	}
	defer p.Close()
	if p.Sum() != run.About.Sum {
		return fmt.Errorf("%s: it is the journal of another patch, of %s", x.opts.journal, run.About.What)
	}
	return nil
}

func (x *livePatch) confirm(verb string, c *apply.Counts) error {
	return x.applyTarget.confirm(x.opts.yes, verb, describeCounts(c))
}

func describeCounts(c *apply.Counts) string {
	parts := []string{fmt.Sprintf("%s (%d of them deleted) in %s", plural(c.Cells+c.Deleted, "cell"), c.Deleted, plural(c.Rows, "row")), plural(c.Nodes, "node")}
	if c.Tables > 0 {
		parts = append(parts, plural(c.Tables, "new table"))
	}
	return strings.Join(parts, ", ")
}

// finish writes what is not written yet.
func (x *livePatch) finish(ctx context.Context, run *apply.Run, same int64) error {
	started := time.Now()
	progress := x.app.streams.Progress("writing "+liveName, run.Counts.Edits())
	stats, err := run.Finish(ctx, x.into(), x.options(progress.Set))
	progress.Done()
	if err != nil {
		return x.failed(err)
	}
	return x.report(&patchLiveReport{Stats: *stats, Same: same, Seconds: time.Since(started).Seconds(), Journal: x.opts.journal})
}

// failed says what can be done after writing had begun.
func (x *livePatch) failed(err error) error {
	var written *apply.WrittenError
	if !errors.As(err, &written) {
		return hintConflict(err)
	}
	hint := "the journal knows what was there: --resume goes on, --undo takes everything back"
	var difference *apply.DifferenceError
	var conflict *apply.ConflictError
	switch {
	case errors.As(err, &difference):
		return withHint(&statusError{exitFailed, err}, "somebody else has written there, or deleted later than the time of this machine; "+hint)
	case errors.As(err, &conflict):
		return withHint(&statusError{exitPartial, err}, hint)
	}
	return withHint(&statusError{exitPartial, err}, "nothing is lost: "+hint)
}

// undo takes everything back.
func (x *livePatch) undo(ctx context.Context, run *apply.Run) error {
	started := time.Now()
	progress := x.app.streams.Progress("taking back", run.Counts.Edits())
	stats, err := run.Undo(ctx, x.into(), x.options(progress.Set))
	progress.Done()
	if err != nil {
		var written *apply.WrittenError
		if errors.As(err, &written) {
			return withHint(&statusError{exitPartial, err}, "--undo goes on with it")
		}
		return err
	}
	report := &patchLiveReport{Stats: *stats, Undone: true, Seconds: time.Since(started).Seconds(), Journal: x.opts.journal}
	if err := x.report(report); err != nil {
		return err
	}
	if stats.Unsure > 0 {
		return partialf("%s taken back, but for what somebody else has changed meanwhile", plural(stats.Cells+stats.Nodes, "change"))
	}
	return nil
}

// show is what --dry-run ends with.
func (x *livePatch) show(plan *apply.Plan) error {
	return x.app.page(func(w *bufio.Writer) error {
		if x.opts.json {
			return x.showJSON(w, plan)
		}
		fmt.Fprintf(w, "patch:      %s%s\n", x.file, map[bool]string{true: " (backwards)"}[x.opts.reverse])
		fmt.Fprintf(w, "Cassandra:  %s: %s\n", x.site.Cassandra.Cluster, cassandraNodes(x.site.Cassandra))
		fmt.Fprintf(w, "ZooKeeper:  %s\n", zookeeperNodes(x.site.ZooKeeperServers))
		fmt.Fprintf(w, "changes:    %s\n", describeCounts(&plan.Counts))
		if plan.Counts.Same > 0 {
			fmt.Fprintf(w, "            %d more in times only, which are left alone\n", plan.Counts.Same)
		}
		for _, note := range x.notes {
			fmt.Fprintf(w, "note: %s\n", note)
		}
		marks := map[string]string{"added": "+", "removed": "-", "modified": "~"}
		for c, err := range plan.Changes() {
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%s %s\n", marks[c.Op], term.Escape(c.Path))
		}
		return nil
	})
}

// showJSON prints a plan as JSON lines.
func (x *livePatch) showJSON(w io.Writer, plan *apply.Plan) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	head := struct {
		Schema string       `json:"schema"`
		Patch  string       `json:"patch"`
		Hosts  []string     `json:"hosts"`
		Counts apply.Counts `json:"counts"`
		Notes  []string     `json:"notes"`
	}{patchLiveSchema, x.file, hostsOf(&x.site), plan.Counts, append([]string{}, x.notes...)}
	if err := enc.Encode(head); err != nil {
		return err
	}
	for c, err := range plan.Changes() {
		if err == nil {
			err = enc.Encode(c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// patchLiveReport is what is printed in the end.
type patchLiveReport struct {
	Schema string `json:"schema"`
	apply.Stats
	Same    int64   `json:"same"`
	Undone  bool    `json:"undone"`
	Seconds float64 `json:"seconds"`
	Journal string  `json:"journal,omitempty"`
}

func (x *livePatch) report(r *patchLiveReport) error {
	r.Schema = patchLiveSchema
	if x.opts.json {
		return x.app.printJSON(r)
	}
	return x.app.print(func(w *bufio.Writer) error {
		if r.Journal == "" {
			fmt.Fprintln(w, "nothing to write: the databases are as the patch makes them, up to times")
			return nil
		}
		verb := "written"
		if r.Undone {
			verb = "taken back"
		}
		fmt.Fprintf(w, "%s: %s and %s in %.1f s", verb, plural(r.Cells, "cell"), plural(r.Nodes, "node"), r.Seconds)
		for _, more := range []struct {
			n    int64
			what string
		}{{r.Before, "were so from before"}, {r.Same, "differ in times only"}} {
			if more.n > 0 {
				fmt.Fprintf(w, "; %d %s", more.n, more.what)
			}
		}
		fmt.Fprintf(w, "\nread back: %s, all as they are to be\n", plural(r.Checked, "change"))
		for _, l := range r.Left {
			fmt.Fprintf(w, "left alone: %s %s\n", term.Escape(l.Path), l.Reason)
		}
		if !r.Undone {
			fmt.Fprintf(w, "%s has what was there before: --undo takes it back\n", r.Journal)
		}
		return nil
	})
}
