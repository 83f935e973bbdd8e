package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
)

type compressOptions struct {
	output outputOptions
	opaque bool
}

func newCompressCmd(app *app) *cobra.Command {
	var opts compressOptions
	cmd := &cobra.Command{
		Use:     "compress [FILE] [flags]",
		Short:   "Compress a dump with an index, so that it opens at once",
		GroupID: groupMake,
		Long: `Writes the indexed form: the very text of the dump in Zstandard frames, and behind them an index that other commands
use to look up one object, or to compare two dumps, without reading all of it. "zstd -dc" gives the text back.

Without -o the new file stands beside FILE, with .zst added to its name (.gz replaced). FILE stays. What is read from
standard input goes to standard output. FILE may be compressed itself.

What isn't a dump is refused; with --opaque any text is taken, and there is no index of what is in it.`,
		Example: examples(
			"dumptool compress db-dump.json", "write db-dump.json.zst",
			"dumptool compress db-dump.json.gz -o db-dump.json.zst", "from gzip",
			"zcat db-dump.json.gz | dumptool compress -o db-dump.json.zst", "from a pipe",
		),
		Args: operands(0, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runCompress(cmd.Context(), app, opts, args)
		},
	}
	cmd.Flags().StringVarP(&opts.output.path, "output", "o", "", "write to `FILE`; \"-\" is standard output")
	opts.output.registerForce(cmd)
	cmd.Flags().BoolVar(&opts.opaque, "opaque", false, "take any text, and make no index of its content")
	cmd.Flags().Bool("json", false, "print an error as JSON")
	return cmd
}

func runCompress(ctx context.Context, app *app, opts compressOptions, args []string) error {
	name, err := app.fileOperand(args)
	if err != nil {
		return err
	}
	d, done, err := app.openDump(name)
	if err != nil {
		return err
	}
	defer done()
	opts.output.path = packedName(opts.output.path, name)
	opts.output.compress = compressZstd // refused on a terminal, and written here
	text, err := d.Text(ctx)
	if err != nil {
		return err
	}
	defer text.Close()
	out, err := app.createRaw(opts.output, name)
	if err != nil {
		return err
	}
	defer out.abort()
	o := app.indexOptions(d.Name())
	o.Opaque = opts.opaque
	if err := index.Compress(ctx, out, &input{r: text, name: d.Name()}, o); err != nil {
		var problem *dump.Problem
		if errors.As(err, &problem) && !opts.opaque && problem.ID != "B-STR-2" {
			return withHint(err, "--opaque compresses it without an index of its content")
		}
		return err
	}
	return out.commit()
}

// packedName returns where compress writes.
func packedName(output, input string) string {
	if output != "" || input == "-" {
		return output
	}
	return strings.TrimSuffix(input, ".gz") + ".zst"
}
