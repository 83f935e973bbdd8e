package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/humanize"
	"github.com/dumptool/dumptool/internal/spill"
	"github.com/dumptool/dumptool/validate/salvage"
)

type repairOptions struct {
	output  outputOptions
	salvage bool
	json    bool
}

func newRepairCmd(app *app) *cobra.Command {
	var opts repairOptions
	cmd := &cobra.Command{
		Use:     "repair --salvage [flags] [FILE] -o OUT",
		Short:   "Take what is whole out of a damaged dump",
		GroupID: groupCheck,
		Long: `With --salvage all complete rows and ZooKeeper nodes of a file that was cut off, has holes, or lost compressed frames or
its index are written to OUT, which is a dump again and, named .zst, gets a new index. Rows that are cut are left out, and so
is what can't be told from damage. What is lost is said: where in the text, where in the file, and what it was as far as that
can be known.`,
		Example: examples(
			"dumptool repair --salvage broken.json -o rest.json", "what is whole",
			"dumptool repair --salvage broken.json.gz -o rest.json.zst", "out of a damaged archive, with an index",
			"dumptool repair --salvage --json broken.json -o rest.json > report.json", "with a report for scripts",
		),
		Args: operands(0, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !opts.salvage {
				return usagef("say --salvage")
			}
			return runSalvage(cmd.Context(), app, opts, args)
		},
	}
	cmd.Flags().BoolVar(&opts.salvage, "salvage", false, "keep all complete rows and nodes of a damaged file")
	jsonFlag(cmd, &opts.json)
	opts.output.register(cmd)
	opts.output.dump = true
	exits(cmd, map[int]string{exitDone: "nothing was lost", exitPartial: "something was lost, and said"})
	return cmd
}

func runSalvage(ctx context.Context, app *app, opts repairOptions, args []string) error {
	name, err := app.fileOperand(args)
	if err != nil {
		return err
	}
	if opts.output.path == "" {
		return withHint(usagef("missing -o OUT"), `"-o -" is standard output`)
	}
	if opts.json && opts.output.stdout() {
		return usagef("the report and the dump can't both go to standard output")
	}
	in, closeInput, err := app.input(name)
	if err != nil {
		return err
	}
	defer closeInput.Close()
	out, err := app.create(opts.output, name)
	if err != nil {
		return err
	}
	defer out.abort()
	rep, err := salvage.Salvage(ctx, out, in, dump.Options{Temp: spill.Dir(app.global.tempDir), Memory: app.global.memory})
	if errors.Is(err, salvage.ErrNothing) {
		return fmt.Errorf("%s: %w", in.Name, err)
	}
	if err != nil {
		return err
	}
	if err := out.commit(); err != nil {
		return err
	}
	if err := printSalvage(app, opts, rep); err != nil {
		return err
	}
	if !rep.Complete() {
		return partialf("%s: %s rows and %s ZooKeeper nodes were kept; something was lost in %d places", in.Name,
			humanize.Count(rep.Kept()), humanize.Count(rep.Nodes), rep.Losses)
	}
	return nil
}

// printSalvage says what was kept and lost: as JSON, or for people on standard error, where it doesn't mix with a dump.
func printSalvage(app *app, opts repairOptions, rep *salvage.Report) error {
	if opts.json {
		return app.print(func(w *bufio.Writer) error {
			enc := json.NewEncoder(w)
			enc.SetEscapeHTML(false)
			return enc.Encode(rep)
		})
	}
	const shown = 20
	for i, l := range rep.Lost {
		if i == shown {
			app.log.Info(fmt.Sprintf("and %d more; --json lists them", rep.Losses-shown))
			break
		}
		line := fmt.Sprintf("lost: bytes %d to %d of the text", l.Start, l.End)
		for _, s := range l.Stored {
			line += fmt.Sprintf(" (bytes %d to %d of the file)", s.Start, s.End)
		}
		app.log.Info(line + ": " + term.Escape(l.What))
	}
	return nil
}
