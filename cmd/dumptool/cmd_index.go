package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
)

// sidecarSuffix is added to the name of a dump for that of the index beside it.
const sidecarSuffix = ".idx"

func newIndexCmd(app *app) *cobra.Command {
	var output outputOptions
	cmd := &cobra.Command{
		Use:     "index FILE [flags]",
		Short:   "Write an index beside a plain dump",
		GroupID: groupMake,
		Long: `Writes FILE.idx, with what a compressed dump has inside of it: where every row, object and node stands. Other commands use
it when it lies beside FILE, and only as long as FILE is what it was: its size, time of change and samples of its content
are compared.`,
		Example: examples(
			"dumptool index db-dump.json", "write db-dump.json.idx",
			"dumptool index --force db-dump.json", "write it anew",
			"dumptool verify db-dump.json.idx", "check it",
		),
		Args: operands(1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runIndex(cmd.Context(), app, output, args[0])
		},
	}
	cmd.Flags().StringVarP(&output.path, "output", "o", "", "write to `FILE` (default: FILE.idx)")
	output.registerForce(cmd)
	cmd.Flags().Bool("json", false, "print an error as JSON")
	return cmd
}

func runIndex(ctx context.Context, app *app, output outputOptions, name string) error {
	if name == "-" {
		return usagef("standard input has no place for an index")
	}
	d, done, err := app.openDump(name)
	if err != nil {
		return err
	}
	defer done()
	switch {
	case d.Container() != nil && !d.Container().Locator().Sidecar:
		return usagef("%s has its index inside", name)
	case d.Encoding() != dump.Plain:
		return withHint(usagef("an index stands beside plain files only, this one is %s", d.Encoding()),
			"dumptool compress writes a file with its index inside")
	}
	src, err := plainSource(d, name)
	if err != nil {
		return err
	}
	if output.path == "" {
		output.path = name + sidecarSuffix
	}
	out, err := app.createRaw(output, name)
	if err != nil {
		return err
	}
	defer out.abort()
	if err := index.WriteSidecar(ctx, out, src, app.indexOptions(d.Name())); err != nil {
		return err
	}
	return out.commit()
}

// plainSource describes a plain file for its sidecar.
func plainSource(d *dump.Dump, name string) (index.Source, error) {
	info, err := os.Stat(name)
	if err != nil {
		return index.Source{}, err
	}
	at, err := d.At()
	if err != nil {
		return index.Source{}, err
	}
	return index.Source{At: at, Size: d.Bytes(), ModTime: info.ModTime()}, nil
}
