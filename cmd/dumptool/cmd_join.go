package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/dump"
)

type joinOptions struct {
	output outputOptions
}

func newJoinCmd(app *app) *cobra.Command {
	var opts joinOptions
	cmd := &cobra.Command{
		Use:     "join MANIFEST [flags]",
		Short:   "Make one dump of its volumes again",
		GroupID: groupMake,
		Long: `Writes the text that was split, byte for byte, and checks every volume and the whole against the manifest. A volume that
is missing or was changed is named, and nothing is written.

Without the order part of the manifest, or with --partial, the result has the content of the volumes that are there, and it
is said that the bytes are others.`,
		Example: examples(
			"dumptool join volumes/manifest.json -o db-dump.json", "the dump that was split",
			"dumptool join manifest.json --volume-dir /mnt/usb -o db-dump.json.zst", "volumes that lie elsewhere, under any name",
			"dumptool join --partial volumes/manifest.json -o rest.json", "what is in the volumes that are left",
		),
		Args: operands(1, "MANIFEST"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runJoin(cmd.Context(), app, opts, args[0])
		},
	}
	opts.output.register(cmd)
	opts.output.dump = true
	exits(cmd, map[int]string{exitPartial: "with --partial: volumes were missing, and said to be"})
	cmd.Flags().Bool("json", false, "print an error as JSON")
	return cmd
}

func runJoin(ctx context.Context, app *app, opts joinOptions, name string) error {
	in, file, err := app.rawInput(name)
	if err != nil {
		return err
	}
	defer file.Close()
	manifest, ok := manifestOf(&in)
	if !ok {
		return usagef("%s is not the manifest of volumes", in.Name)
	}
	set, closeSet, err := app.openVolumes(ctx, manifest, in, name)
	if err != nil {
		return err
	}
	defer closeSet.Close()
	text := set.Input()
	d, err := dump.Open(text, dump.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	progress := app.streams.Progress("joining "+in.Name, text.Size)
	defer progress.Done()
	d.OnProgress(progress.Set)
	r, err := d.Text(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	out, err := app.create(opts.output, name)
	if err != nil {
		return err
	}
	defer out.abort()
	sum := sha256.New()
	if _, err := io.CopyBuffer(io.MultiWriter(struct{ io.Writer }{out}, sum), &input{r: r, name: in.Name}, make([]byte, 1<<20)); err != nil {
		return err
	}
	if set.Exact && hex.EncodeToString(sum.Sum(nil)) != set.Manifest.SHA256 {
		return &dump.Problem{ID: "B-STR-2", Damage: true, Fatal: true, File: in.Name, Offset: -1,
			Message: "the whole does not have the SHA-256 that the manifest says"}
	}
	if err := out.commit(); err != nil {
		return err
	}
	if set.Absent > 0 {
		return partialf("%s: %d of %d volumes are missing from what was written", in.Name, set.Absent, len(set.Manifest.Volumes))
	}
	return nil
}
