package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/diff/render"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/restore"
)

// journalFile is a journal on disk.
type journalFile struct{ f *os.File }

// Append writes a line and waits until it is on disk.
func (j journalFile) Append(line []byte) error {
	if _, err := j.f.Write(line); err != nil {
		return err
	}
	return j.f.Sync()
}

// openJournal makes a journal, or opens the one to go on with. What was being written when the last run ended is cut off.
func openJournal(path string, resuming bool) (journalFile, error) {
	if !resuming {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		return journalFile{f}, err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return journalFile{}, err
	}
	text, err := io.ReadAll(f)
	if err == nil {
		end := int64(bytes.LastIndexByte(text, '\n') + 1)
		if err = f.Truncate(end); err == nil {
			_, err = f.Seek(end, io.SeekStart)
		}
	}
	if err != nil {
		f.Close()
		return journalFile{}, err
	}
	return journalFile{f}, nil
}

// writeImport writes, reads back and tells the result.
func writeImport(ctx context.Context, app *app, opts importOptions, target *liveTarget, survey *restore.Survey, plan *restore.Plan, from *restore.Progress) error {
	journal, err := openJournal(opts.journal, from != nil)
	if err != nil {
		return err
	}
	defer journal.f.Close()
	if from == nil {
		if err := restore.Begin(journal, plan); err != nil {
			return err
		}
	}
	goOn := func(err error) error {
		return withHint(&statusError{exitPartial, err}, "nothing is lost: go on with --resume")
	}
	started := time.Now()
	progress := app.streams.Progress("writing "+plan.Dump.File, plan.Dump.Bytes)
	stats, err := restore.Run(ctx, survey, plan, target.Target, journal, from, restore.RunOptions{
		Workers: opts.workers, Patience: opts.patience,
		Progress: func(offset, _ int64) { progress.Set(offset) },
		Note:     func(text string) { app.log.Info(text) },
	})
	progress.Done()
	if err != nil {
		return goOn(err)
	}
	report := importReport{Schema: "dumptool.import/1", Stats: *stats, Seconds: time.Since(started).Seconds()}
	if !opts.noRead {
		started = time.Now()
		differences, err := restore.ReadBack(ctx, survey, plan, target.Target)
		if err != nil {
			return goOn(fmt.Errorf("read back: %w", err))
		}
		defer differences.Close()
		if !differences.None() {
			return reportDifferences(ctx, app, journal, differences)
		}
		if err := restore.Proven(journal); err != nil {
			return goOn(err)
		}
		report.ReadBack = &readBackReport{differences.Compared.Rows, differences.Compared.Cells, differences.Compared.Nodes, differences.Expired, time.Since(started).Seconds()}
	}
	if err := finishJournal(opts.journal); err != nil {
		return err
	}
	return report.print(app, opts.json)
}

// importReport is what --json prints after an import.
type importReport struct {
	Schema string `json:"schema"`
	restore.Stats
	Seconds  float64         `json:"seconds"`
	ReadBack *readBackReport `json:"read_back"`
}

type readBackReport struct {
	Rows    int64   `json:"rows"`
	Cells   int64   `json:"cells"`
	Nodes   int64   `json:"nodes"`
	Expired int64   `json:"expired"`
	Seconds float64 `json:"seconds"`
}

func (r *importReport) print(app *app, asJSON bool) error {
	if asJSON {
		return app.printJSON(r)
	}
	return app.print(func(w *bufio.Writer) error {
		fmt.Fprintf(w, "written: %s with %s and %s in %.1f s", plural(r.Rows, "row"), plural(r.Cells, "cell"), plural(r.Nodes, "node"), r.Seconds)
		for _, more := range []struct {
			n    int64
			what string
		}{{r.Skipped, "cells were there from before"}, {r.Found, "nodes were there from before"}, {r.Expired, "cells had expired"}, {r.Retries, "requests were repeated"}} {
			if more.n > 0 {
				fmt.Fprintf(w, "; %d %s", more.n, more.what)
			}
		}
		fmt.Fprintln(w)
		if b := r.ReadBack; b != nil {
			fmt.Fprintf(w, "read back: %s with %s and %s, all as in the dump", plural(b.Rows, "row"), plural(b.Cells, "cell"), plural(b.Nodes, "node"))
			if b.Expired > 0 {
				fmt.Fprintf(w, "; %d cells have expired since", b.Expired)
			}
			fmt.Fprintf(w, " (%.1f s)\n", b.Seconds)
		}
		return nil
	})
}

// reportDifferences shows what reading back has found, as a diff.
func reportDifferences(ctx context.Context, app *app, journal journalFile, d *restore.Differences) error {
	if err := restore.Again(journal); err != nil {
		return err
	}
	if err := printDifferences(ctx, app, d.Wanted, d.Found); err != nil {
		return err
	}
	err := fmt.Errorf("the databases are not as the dump: %s and %s differ", plural(d.Rows, "row"), plural(d.Nodes, "node"))
	return withHint(&statusError{exitPartial, err},
		"--resume writes everything again; where cells stay away, something was deleted there later than the dump was made: --now gets over that")
}

func printDifferences(ctx context.Context, app *app, wanted, found *dump.Dump) error {
	show := map[diff.Reason]bool{}
	for _, r := range diff.Reasons() {
		show[r] = true
	}
	return app.print(func(w *bufio.Writer) error { return writeDifferences(ctx, app, w, wanted, found, show) })
}

// writeDifferences writes a diff for people.
func writeDifferences(ctx context.Context, app *app, w *bufio.Writer, a, b *dump.Dump, show map[diff.Reason]bool) error {
	result, err := diff.Compare(ctx, a, b, diff.Options{Show: show})
	if err != nil {
		return err
	}
	defer result.Close()
	style := app.streams.OutStyle()
	return render.Text(w, result.Changes(), result.Summary, render.Look{
		Heading: style.Heading, Added: style.Added, Removed: style.Removed, Modified: style.Changed, Faint: style.Faint,
		Escape: term.Escape, Width: app.streams.Width(), Blocks: render.Blocks{NameOf: result.NameOf},
	})
}
