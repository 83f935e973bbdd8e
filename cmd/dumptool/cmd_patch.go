package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/diff/patch"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

type patchOptions struct {
	output   outputOptions
	reverse  bool
	threeWay bool

	to       string
	live     bool // to is live:
	dryRun   bool
	resume   bool
	undo     bool
	yes      bool
	journal  string
	workers  int
	patience time.Duration
	json     bool
}

func newPatchCmd(app *app) *cobra.Command {
	var opts patchOptions
	cmd := &cobra.Command{
		Use:     "patch [flags] {FILE PATCH | PATCH --to live:}",
		Short:   "Apply to a dump, or to live databases, what 'diff --format patch' wrote",
		GroupID: groupMake,
		Long: `A patch holds every difference between two dumps A and B as it is stored: cells with their write times, rows, tables,
ZooKeeper nodes with their stats. Applied to A, or to a dump that has the same wherever the patch touches it, it makes what B
has there; with --reverse it makes A of B. If anything it touches is not as expected, that is named and nothing is written.
What is not touched keeps its order and its bytes. A patch holds passwords and keys as they are stored.

With --to live: the patch is applied to live Cassandra and ZooKeeper. Everything it touches is compared first, up to write
times; what has changed since is named, and nothing is written. Then it shows where it will write how much, and asks.
Cells are compared again right before they are written, with a time that is later than what is there; what others write in
between wins and is named. ZooKeeper compares and writes in one. In the end everything is read back. The journal
(PATCH.journal) has what was there before: --resume ends what was interrupted, --undo takes it back, also later; with -o it
writes a patch that does.`,
		Example: examples(
			"dumptool diff --format patch before.json after.json > changes.patch", "keep what has changed",
			"dumptool patch before.json changes.patch -o again.json", "make the second dump of the first",
			"dumptool patch --reverse after.json changes.patch -o undone.json", "and the first of the second",
			"dumptool patch --three-way other.json changes.patch -o both.json", "where others have changed something too",
			"dumptool patch changes.patch --to live: --dry-run", "see what would be written to the live databases",
			"dumptool patch changes.patch --to live:", "write it",
			"dumptool patch changes.patch --to live: --undo", "take it back",
			"dumptool patch changes.patch --to live: --undo -o undo.patch", "make a patch that takes it back, to be looked at",
		),
		Args: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("to") {
				return operands(1, "PATCH")(cmd, args)
			}
			return operands(2, "FILE", "PATCH")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.live = cmd.Flags().Changed("to")
			if err := opts.check(cmd); err != nil {
				return err
			}
			if opts.live {
				return runPatchLive(cmd.Context(), app, opts, args[0])
			}
			return runPatch(cmd.Context(), app, opts, args[0], args[1])
		},
	}
	flags := cmd.Flags()
	flags.BoolVarP(&opts.reverse, "reverse", "R", false, "undo the patch")
	flags.BoolVar(&opts.threeWay, "three-way", false, "merge with what others have changed in FILE")
	opts.output.register(cmd)
	opts.output.dump = true
	flags.StringVar(&opts.to, "to", "", "apply the patch to `live:`, the live databases, instead of a FILE")
	flags.BoolVar(&opts.dryRun, "dry-run", false, "with --to live: compare, and show what would be written")
	flags.BoolVar(&opts.resume, "resume", false, "with --to live: go on with what was interrupted")
	flags.BoolVar(&opts.undo, "undo", false, "with --to live: take back what the journal says was written")
	flags.BoolVarP(&opts.yes, "yes", "y", false, "with --to live: don't ask")
	flags.StringVar(&opts.journal, "journal", "", "with --to live: keep the journal in `FILE` (default: PATCH"+applyJournalSuffix+")")
	flags.IntVar(&opts.workers, "concurrency", 32, "with --to live: at most `N` requests to Cassandra at once")
	flags.DurationVar(&opts.patience, "patience", 5*time.Minute, "with --to live: wait `TIME` for databases that are overloaded or away")
	app.live.register(cmd)
	jsonFlag(cmd, &opts.json)
	exits(cmd, map[int]string{exitPartial: "interrupted or failed after writing to live databases had begun; --resume goes on, --undo takes it back"})
	return cmd
}

// liveFlags are those that mean something with --to live: only, and fileFlags those without it.
var (
	liveFlags = []string{"dry-run", "resume", "undo", "yes", "journal", "concurrency", "patience", "json"}
	fileFlags = []string{"three-way", "output", "force", "compress"}
)

// check refuses what makes no sense before anything is opened.
func (o *patchOptions) check(cmd *cobra.Command) error {
	given, wanted := liveFlags, "with"
	if o.live {
		given, wanted = fileFlags, "without"
	}
	for _, name := range given {
		if cmd.Flags().Changed(name) && (!o.live || !o.undo || name == "three-way") {
			return usagef("--%s means something %s --to %s only", name, wanted, liveName)
		}
	}
	switch {
	case o.live && o.to != liveName:
		return withHint(usagef("--to %s: a patch is applied to %s, or to a FILE with -o", o.to, liveName), "usage: dumptool patch PATCH --to live:")
	case o.workers < 1:
		return usagef("--concurrency is a number from 1 on")
	case o.resume && o.undo, o.resume && o.dryRun, o.undo && o.dryRun:
		return usagef("--resume, --undo and --dry-run don't go together")
	case o.undo && o.reverse:
		return usagef("--undo takes back what was done, whichever way it was; leave --reverse out")
	}
	return nil
}

func runPatch(ctx context.Context, app *app, opts patchOptions, file, patchFile string) error {
	if file == "-" && patchFile == "-" {
		return usagef("standard input can't be both FILE and PATCH")
	}
	base, closeBase, err := app.openDump(file)
	if err != nil {
		return err
	}
	defer closeBase()
	text, closeText, err := app.openDump(patchFile)
	if err != nil {
		return err
	}
	defer closeText()
	out, err := app.create(opts.output, file, patchFile)
	if err != nil {
		return err
	}
	defer out.abort()
	p, err := patch.Read(ctx, text, opts.reverse)
	if err != nil {
		return err
	}
	defer p.Close()
	apply := func(w io.Writer) error {
		stats, err := patch.Apply(ctx, w, base, p, patch.ApplyOptions{ThreeWay: opts.threeWay})
		if err == nil {
			app.log.Debug(fmt.Sprintf("%d rows, %d cells, %d nodes changed", stats.Rows, stats.Cells, stats.Nodes))
		}
		return err
	}
	if opts.output.stdout() {
		err = afterwards(base.Options().Temp, out, apply)
	} else {
		err = apply(out)
	}
	if err != nil {
		return err
	}
	return out.commit()
}

// afterwards writes to w what write makes, but nothing if write fails.
func afterwards(temp spill.Dir, w io.Writer, write func(io.Writer) error) error {
	file, err := temp.Create()
	if err != nil {
		return err
	}
	defer file.Close()
	if err := write(file); err != nil {
		return err
	}
	_, err = io.Copy(w, file.Section(0, file.Size()))
	return err
}

// writePatch is 'diff --format patch'.
func writePatch(ctx context.Context, app *app, o outputOptions, a, b *dump.Dump, inputs ...string) error {
	var stats patch.Stats
	err := app.printTo(o, func(w *bufio.Writer) (err error) {
		stats, err = patch.Write(ctx, w, a, b)
		return err
	}, inputs...)
	if err == nil && stats.Total() > 0 {
		return found()
	}
	return err
}
