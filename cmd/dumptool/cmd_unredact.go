package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/filter/redact"
)

type unredactOptions struct {
	output  outputOptions
	mapFile string
}

func newUnredactCmd(app *app) *cobra.Command {
	var opts unredactOptions
	cmd := &cobra.Command{
		Use:     "unredact --map FILE [flags] [TEXT]",
		Short:   "Put originals back into a text about a redacted dump",
		GroupID: groupMake,
		Long: `What 'redact' has put into a dump is replaced by what was there, with the file that 'redact --map' wrote: in the answer of
a support team, in a log, or in the dump itself. TEXT is any file; without it standard input is read. Every replacement is
found that stands there as a word. Of secrets too: mind where the result goes.`,
		Example: examples(
			"dumptool unredact --map site.map answer.txt", "read an answer with one's own names",
			"dumptool unredact --map site.map < findings.txt > mine.txt", "in a pipe",
			"dumptool unredact --map site.map anonymous.json -o again.json", "a whole dump",
		),
		Args: operands(0, "TEXT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if opts.mapFile == "" {
				return withHint(usagef("missing --map FILE"), "usage: "+cmd.UseLine())
			}
			file, err := app.fileOperand(args)
			if err != nil {
				return err
			}
			return runUnredact(cmd.Context(), app, opts, file)
		},
	}
	cmd.Flags().StringVar(&opts.mapFile, "map", "", "use the `FILE` that redact --map wrote")
	opts.output.register(cmd)
	return cmd
}

func runUnredact(_ context.Context, app *app, opts unredactOptions, file string) error {
	f, err := os.Open(opts.mapFile)
	if err != nil {
		return err
	}
	defer f.Close()
	mapping, err := redact.ReadMapping(f)
	if err != nil {
		return fmt.Errorf("%s: %w", opts.mapFile, err)
	}
	in, closer, err := app.input(file)
	if err != nil {
		return err
	}
	defer closer.Close()
	out, err := app.create(opts.output, file, opts.mapFile)
	if err != nil {
		return err
	}
	defer out.abort()
	var text io.Reader = in.Stream
	if in.At != nil {
		text = io.NewSectionReader(in.At, 0, in.Size)
	}
	count, err := mapping.Restore(out, text)
	if err != nil {
		return err
	}
	app.log.Debug(fmt.Sprintf("%d of %d replacements used", count, mapping.Len()))
	return out.commit()
}
