package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/humanize"
	"github.com/dumptool/dumptool/internal/spill"
	"github.com/dumptool/dumptool/validate/salvage"
)

// runSalvage takes what is whole out of a damaged file.
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
