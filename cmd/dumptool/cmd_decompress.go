package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/dump"
)

type decompressOptions struct {
	output outputOptions
}

func newDecompressCmd(app *app) *cobra.Command {
	var opts decompressOptions
	cmd := &cobra.Command{
		Use:     "decompress [FILE] [flags]",
		Short:   "Give back the text of a compressed dump, byte for byte",
		GroupID: groupMake,
		Long: `Unpacks the indexed form, and .zst and .gz of any other program. Every checksum is checked on the way; a damaged file is
refused and leaves nothing behind.

Without -o the new file stands beside FILE, without the .zst or .gz of its name. FILE stays. What is read from standard
input goes to standard output.`,
		Example: examples(
			"dumptool decompress db-dump.json.zst", "write db-dump.json",
			"dumptool decompress db-dump.json.zst -o - | jq .cassandra", "into a pipe",
			"dumptool decompress db-dump.json.gz -o /tmp/db-dump.json", "from gzip",
		),
		Args: operands(0, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDecompress(cmd.Context(), app, opts, args)
		},
	}
	cmd.Flags().StringVarP(&opts.output.path, "output", "o", "", "write to `FILE`; \"-\" is standard output")
	opts.output.registerForce(cmd)
	cmd.Flags().Bool("json", false, "print an error as JSON")
	return cmd
}

func runDecompress(ctx context.Context, app *app, opts decompressOptions, args []string) error {
	name, err := app.fileOperand(args)
	if err != nil {
		return err
	}
	if opts.output.path, err = unpackedName(opts.output.path, name); err != nil {
		return err
	}
	d, done, err := app.openDump(name)
	if err != nil {
		return err
	}
	defer done()
	opts.output.compress = compressNone
	out, err := app.create(opts.output, name)
	if err != nil {
		return err
	}
	defer out.abort()
	text, err := d.Text(ctx)
	if err != nil {
		return err
	}
	defer text.Close()
	if _, err := io.Copy(out, &input{r: text, name: d.Name()}); err != nil {
		return err
	}
	return out.commit()
}

// input makes what is wrong with the stored form a problem of the file.
type input struct {
	r    io.Reader
	name string
}

func (i *input) Read(p []byte) (int, error) {
	n, err := i.r.Read(p)
	var problem *dump.Problem
	if err != nil && err != io.EOF && !errors.Is(err, context.Canceled) && !errors.As(err, &problem) {
		err = &dump.Problem{ID: "B-STR-2", Damage: true, Fatal: true, File: i.name, Offset: -1, Message: err.Error(), Err: err}
	}
	return n, err
}

// unpackedName returns where decompress writes.
func unpackedName(output, input string) (string, error) {
	if output != "" || input == "-" {
		return output, nil
	}
	switch ext := strings.ToLower(filepath.Ext(input)); ext {
	case ".zst", ".gz":
		return input[:len(input)-len(ext)], nil
	}
	return "", withHint(usagef("no name for the output: %s ends neither in .zst nor in .gz", input), "name it with -o FILE")
}
