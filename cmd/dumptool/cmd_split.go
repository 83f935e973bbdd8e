package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/volume"
	"github.com/dumptool/dumptool/filter/parts"
	"github.com/dumptool/dumptool/internal/humanize"
)

// splitBy is what makes the volumes.
type splitBy string

const (
	bySize     splitBy = "size"
	byKeyspace splitBy = "keyspace"
	byTable    splitBy = "table"
	byType     splitBy = "type"
	byProject  splitBy = "project"
)

type splitOptions struct {
	dir      string
	by       splitBy
	size     int64
	compress compression
	json     bool
}

func newSplitCmd(app *app) *cobra.Command {
	var opts splitOptions
	cmd := &cobra.Command{
		Use:     "split [FILE] -o DIR",
		Short:   "Cut a dump into volumes that can each be looked at",
		GroupID: groupMake,
		Long: `Writes volumes and a manifest into the new folder DIR. Each volume is a dump of its own; the manifest opens as the
whole dump in every command, wherever FILE may stand, and "join" makes the very bytes of FILE of it again.

--volume-size counts bytes of text, before they are compressed; a volume is larger only if one cell or node alone is. A row
may go on in the next volume.`,
		Example: examples(
			"dumptool split db-dump.json --volume-size 2GiB -o volumes", "volumes of up to 2 GiB",
			"dumptool split db-dump.json --by keyspace --compress zstd -o volumes", "a volume for each keyspace, with an index",
			"dumptool info volumes/manifest.json", "the volumes as one dump",
		),
		Args: operands(0, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("by") && opts.by != bySize && cmd.Flags().Changed("volume-size") {
				return usagef("--volume-size and --by %s exclude each other", opts.by)
			}
			return runSplit(cmd.Context(), app, opts, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&opts.dir, "output", "o", "", "write to the new folder `DIR`")
	sizeVar(flags, &opts.size, "volume-size", 2<<30, "make volumes of up to `SIZE` of text")
	choiceVar(cmd, flags, &opts.by, "by", bySize, "make a volume for each `THING`", splitChoices...)
	choiceVar(cmd, flags, &opts.compress, "compress", compressNone, "encode the volumes as `ENCODING`", compressNone, compressGzip, compressZstd)
	jsonFlag(cmd, &opts.json)
	return cmd
}

var splitChoices = []splitBy{bySize, byKeyspace, byTable, byType, byProject}

func runSplit(ctx context.Context, app *app, opts splitOptions, args []string) error {
	name, err := app.fileOperand(args)
	if err != nil {
		return err
	}
	if opts.dir == "" || opts.dir == "-" {
		return usagef("missing -o DIR")
	}
	const least = 1 << 10
	if opts.size < least {
		return usagef("--volume-size: at least %s", humanize.Size(least))
	}
	d, done, err := app.openDump(name)
	if err != nil {
		return err
	}
	defer done()
	o := app.splitOptions(opts)
	if opts.by == byType || opts.by == byProject {
		p, err := parts.Read(ctx, d, opts.by == byProject)
		if err != nil {
			return err
		}
		defer p.Close()
		o.Choose = p.Choose
	}
	temp, commit, abort, err := newFolder(opts.dir)
	if err != nil {
		return err
	}
	defer abort()
	m, err := volume.Split(ctx, d, temp, o)
	if err != nil {
		return err
	}
	if err := app.streams.Stopped(); err != nil {
		return err
	}
	if err := commit(); err != nil {
		return err
	}
	if opts.json {
		return app.printJSON(splitAnswer{"dumptool.split/1", filepath.Join(opts.dir, volume.ManifestName), m.Bytes, m.SHA256, m.Volumes})
	}
	return app.print(func(w *bufio.Writer) error {
		for _, v := range m.Volumes {
			fmt.Fprintf(w, "%s\t%s\n", filepath.Join(opts.dir, v.File), humanize.Size(v.StoredBytes))
		}
		_, err := fmt.Fprintln(w, filepath.Join(opts.dir, volume.ManifestName))
		return err
	})
}

// splitAnswer is what --json prints.
type splitAnswer struct {
	Schema   string         `json:"schema"`
	Manifest string         `json:"manifest"`
	Bytes    int64          `json:"bytes"`
	SHA256   string         `json:"sha256"`
	Volumes  []volume.Entry `json:"volumes"`
}

func (a *app) splitOptions(opts splitOptions) volume.Options {
	o := volume.Options{Tool: toolName(), By: string(opts.by), Size: opts.size}
	switch opts.by {
	case byKeyspace:
		o.Choose = volume.ByKeyspace
	case byTable:
		o.Choose = volume.ByTable
	}
	switch opts.compress {
	case compressGzip:
		o.Suffix, o.Encoding = ".gz", dump.Gzip
		o.Encode = func(w io.Writer) (io.WriteCloser, func(), error) {
			enc, err := newEncoder(w, compressGzip)
			return enc, func() {}, err
		}
	case compressZstd:
		o.Suffix, o.Encoding = ".zst", dump.Zstd
		o.Encode = func(w io.Writer) (io.WriteCloser, func(), error) {
			enc := a.indexedWriter(w, opts.dir)
			return enc, enc.Abort, nil
		}
	}
	return o
}
