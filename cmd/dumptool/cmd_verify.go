package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/seekable"
	"github.com/dumptool/dumptool/internal/humanize"
	"github.com/dumptool/dumptool/internal/spill"
)

type verifyOptions struct {
	sha256, json bool
}

// verified is what verify --json prints.
type verified struct {
	Schema  string          `json:"schema"`
	File    string          `json:"file"`
	Indexed bool            `json:"indexed"`
	Intact  bool            `json:"intact"`
	Bytes   int64           `json:"bytes"`  // of the text; -1 if unknown
	Frames  int64           `json:"frames"` // data frames that were checked
	Blocks  int64           `json:"blocks"` // blocks of the index that were checked
	SHA256  *string         `json:"sha256"` // of the text; null without --sha256
	Faults  []verifiedFault `json:"faults"`
}

// verifiedFault is a place of damage in the file.
type verifiedFault struct {
	Part    string `json:"part"`
	Offset  int64  `json:"offset"` // in the file, in bytes
	Length  int64  `json:"length"` // 0 if unknown
	Message string `json:"message"`
}

func newVerifyCmd(app *app) *cobra.Command {
	var opts verifyOptions
	cmd := &cobra.Command{
		Use:     "verify FILE [flags]",
		Short:   "Check that a dump is undamaged",
		GroupID: groupCheck,
		Long: `Of an indexed dump every byte is under a checksum: data, index, and what says where they stand. Each place that is damaged
is printed. Any other file is read to its end: its compression has a checksum if it was written with one, and its text is
parsed. Whether the content makes sense is for "dumptool validate".`,
		Example: examples(
			"dumptool verify db-dump.json.zst", "check a backup",
			"dumptool verify --sha256 db-dump.json.zst", "and print the SHA-256 of its text",
			"dumptool verify --json db-dump.json.zst", "for scripts",
		),
		Args: operands(1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runVerify(cmd.Context(), app, opts, args[0])
		},
	}
	exits(cmd, map[int]string{exitFailed: "the file is damaged"})
	cmd.Flags().BoolVar(&opts.sha256, "sha256", false, "compute the SHA-256 of the text too, and compare it with the one in the file, or enter it")
	jsonFlag(cmd, &opts.json)
	return cmd
}

func runVerify(ctx context.Context, app *app, opts verifyOptions, name string) error {
	in, file, err := app.input(name)
	if err != nil {
		return err
	}
	defer file.Close()
	answer := &verified{Schema: "dumptool.verify/1", File: name, Bytes: -1, Faults: []verifiedFault{}}
	progress := app.streams.Progress("checking "+in.Name, in.Size)
	defer progress.Done()
	if in.At == nil {
		err = seekable.ErrForeign
	} else {
		err = answer.container(ctx, in, opts, progress.Set)
	}
	var problem error
	if errors.Is(err, seekable.ErrForeign) {
		if problem, err = answer.stream(ctx, app, in, opts, progress.Set), nil; problem != nil && !damaged(problem) {
			return problem
		}
	}
	if err != nil {
		return err
	}
	progress.Done()
	answer.Intact = problem == nil && len(answer.Faults) == 0
	if opts.json {
		err = app.printJSON(answer)
	} else {
		err = app.print(func(w *bufio.Writer) error { return answer.print(w) })
	}
	switch {
	case err != nil:
		return err
	case problem != nil:
		return problem
	case !answer.Intact:
		return &dump.Problem{ID: "B-STR-2", Damage: true, Fatal: true, File: name, Offset: -1, Message: "the file is damaged"}
	}
	return nil
}

// damaged tells if an error is about the content of the file.
func damaged(err error) bool {
	var p *dump.Problem
	return errors.As(err, &p)
}

// container checks a file of the indexed form.
func (v *verified) container(ctx context.Context, in dump.Input, opts verifyOptions, progress func(int64)) error {
	checks := seekable.Checks{Text: true, SHA256: opts.sha256, Progress: progress}
	found, err := seekable.Verify(ctx, in.At, in.Size, checks, func(f *seekable.Fault) error {
		v.fault(f)
		return nil
	})
	if errors.Is(err, seekable.ErrForeign) {
		fault := seekable.Remains(in.At, in.Size)
		if fault == nil {
			return err
		}
		v.Indexed = true
		v.fault(fault)
		return nil
	}
	if err != nil {
		return err
	}
	v.Indexed = true
	v.Frames, v.Blocks = found.Frames, found.Blocks
	if found.SHA256 != nil {
		v.SHA256 = new(hex.EncodeToString(found.SHA256[:]))
		if !found.Stored {
			if err := fillSHA256(v.File, in.Size, *found.SHA256); err != nil {
				return err
			}
		}
	}
	if c, err := seekable.Open(in.At, in.Size); err == nil {
		v.Bytes = c.Size()
		c.Close()
	}
	return nil
}

// fillSHA256 enters the SHA-256 into a file that was written without it.
func fillSHA256(name string, size int64, sum seekable.Digest) error {
	if name == "-" {
		return nil
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return nil //nolint:nilerr // a file that may only be read: the sum is printed anyway
	}
	return errors.Join(seekable.FillSHA256(f, size, sum), f.Close())
}

func (v *verified) fault(f *seekable.Fault) {
	v.Faults = append(v.Faults, verifiedFault{f.Part, f.Offset, f.Length, f.Message})
}

// stream reads any other file to its end.
func (v *verified) stream(ctx context.Context, app *app, in dump.Input, opts verifyOptions, progress func(int64)) error {
	o := dump.Options{OnProblem: app.problemNotes(), Temp: spill.Dir(app.global.tempDir), Memory: app.global.memory}
	d, err := dump.Open(in, o)
	if err != nil {
		return err
	}
	defer d.Close()
	d.OnProgress(progress)
	text, err := d.Text(ctx)
	if err != nil {
		return err
	}
	defer text.Close()
	var r io.Reader = text
	var sum hash.Hash
	if opts.sha256 {
		sum = sha256.New()
		r = io.TeeReader(r, sum)
	}
	o.DropLong = true
	reader := dump.NewReader(r, in.Name, o)
	defer reader.Close()
	for reader.Next() {
		continue
	}
	if reader.Err() != nil {
		return reader.Err()
	}
	v.Bytes = d.Bytes()
	if sum != nil {
		v.SHA256 = new(hex.EncodeToString(sum.Sum(nil)))
	}
	return nil
}

// print writes the answer for people.
func (v *verified) print(w *bufio.Writer) error {
	for _, f := range v.Faults {
		place := seekable.Fault{Part: f.Part, Offset: f.Offset, Length: f.Length, Message: f.Message}
		fmt.Fprintf(w, "%s: %s\n", term.Escape(v.File), place.Error())
	}
	if v.Intact && v.Indexed {
		fmt.Fprintf(w, "%s: intact, %s of text in %s frames, %s blocks of index\n", term.Escape(v.File),
			humanize.Size(v.Bytes), humanize.Count(v.Frames), humanize.Count(v.Blocks))
	} else if v.Intact {
		fmt.Fprintf(w, "%s: intact, %s of text, without an index\n", term.Escape(v.File), humanize.Size(v.Bytes))
	}
	if v.SHA256 != nil {
		fmt.Fprintf(w, "SHA-256 of the text: %s\n", *v.SHA256)
	}
	return nil
}
