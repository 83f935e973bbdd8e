package main

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/diff/patch"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

type patchOptions struct {
	output   outputOptions
	reverse  bool
	threeWay bool
}

func newPatchCmd(app *app) *cobra.Command {
	var opts patchOptions
	cmd := &cobra.Command{
		Use:     "patch [flags] FILE PATCH",
		Short:   "Apply to a dump what 'diff --format patch' wrote",
		GroupID: groupMake,
		Long: `A patch holds every difference between two dumps A and B as it is stored: cells with their write times, rows, tables,
ZooKeeper nodes with their stats. Applied to A, or to a dump that has the same wherever the patch touches it, it makes what B
has there; with --reverse it makes A of B. If anything it touches is not as expected, that is named and nothing is written.
What is not touched keeps its order and its bytes. A patch holds passwords and keys as they are stored.`,
		Example: examples(
			"dumptool diff --format patch before.json after.json > changes.patch", "keep what has changed",
			"dumptool patch before.json changes.patch -o again.json", "make the second dump of the first",
			"dumptool patch --reverse after.json changes.patch -o undone.json", "and the first of the second",
			"dumptool patch --three-way other.json changes.patch -o both.json", "where others have changed something too",
		),
		Args: operands(2, "FILE", "PATCH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runPatch(cmd.Context(), app, opts, args[0], args[1])
		},
	}
	flags := cmd.Flags()
	flags.BoolVarP(&opts.reverse, "reverse", "R", false, "undo the patch")
	flags.BoolVar(&opts.threeWay, "three-way", false, "merge with what others have changed in FILE")
	opts.output.register(cmd)
	opts.output.dump = true
	return cmd
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
