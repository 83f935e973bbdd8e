package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/filter/redact"
	"github.com/dumptool/dumptool/filter/redact/rules"
	"github.com/dumptool/dumptool/internal/atomicfile"
)

type redactOptions struct {
	output    outputOptions
	profile   redact.Profile
	keyFile   string
	newKey    string
	rules     string
	showRules bool
	report    string
	mapFile   string
	uuids     bool
	check     bool
	format    string
	json      bool
}

func newRedactCmd(app *app) *cobra.Command {
	var opts redactOptions
	cmd := &cobra.Command{
		Use:     "redact [flags] [FILE]",
		Short:   "Take secrets, and if wanted names and addresses, out of a dump before it is given away",
		GroupID: groupMake,
		Long: `Passwords, keys and communities become placeholders: the same for the same secret, of the same JSON type. They are found by
the place where they stand and, in every text however deep it is nested or encoded, by what they look like. With
--profile anonymous names, addresses, MAC addresses, AS numbers, hosts, people and descriptions become pseudonyms, the same
everywhere, so that the result still restores and compares like the original; uuids stay unless --uuids is given.

Then the result is searched for every original in raw, escaped, encoded and case-changed form. If one is left, nothing is
written and the exit code is 1. The same key gives the same replacements in every dump; without --key-file one is made
and forgotten, and there is no way back. --map keeps the way back: whoever has that file has all of it.`,
		Example: examples(
			"dumptool redact db-dump.json -o share.json.gz", "a dump without secrets",
			"dumptool redact --profile anonymous --new-key site.key db-dump.json -o anonymous.json.gz", "without names and addresses too; keep the key",
			"dumptool redact --profile anonymous --key-file site.key later.json -o later-anonymous.json.gz", "the same pseudonyms in a later dump",
			"dumptool redact --check --format sarif share.json.gz", "look for secrets only, before an upload",
		),
		Args: operands(0, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if opts.showRules {
				return runShowRules(app, opts)
			}
			file, err := app.fileOperand(args)
			if err != nil {
				return err
			}
			if opts.check {
				return runRedactCheck(cmd.Context(), app, opts, file)
			}
			return runRedact(cmd.Context(), app, opts, file)
		},
	}
	flags := cmd.Flags()
	choiceVar(cmd, flags, &opts.profile, "profile", redact.Share, "replace as much as `PROFILE` says", redact.Share, redact.Anonymous)
	flags.StringVar(&opts.keyFile, "key-file", "", "take the key from `FILE`")
	flags.StringVar(&opts.newKey, "new-key", "", "make a key and write it to `FILE`, which must not exist")
	flags.StringVar(&opts.rules, "rules", "", "take rules for further places from `FILE` (YAML)")
	flags.BoolVar(&opts.showRules, "show-rules", false, "print what is done at which place, as --rules takes it")
	flags.StringVar(&opts.report, "report", "", "write what was replaced where, without originals, to `FILE` (JSON)")
	flags.StringVar(&opts.mapFile, "map", "", "write originals and replacements to `FILE`, for unredact")
	flags.BoolVar(&opts.uuids, "uuids", false, "replace uuids too")
	flags.BoolVar(&opts.check, "check", false, "only look for secrets, and write nothing")
	choiceVar(cmd, flags, &opts.format, "format", "text", "write the findings of --check as `FORMAT`", "text", "json", "sarif")
	jsonFlag(cmd, &opts.json)
	exitZeroFlag(cmd, "secrets found by --check")
	exits(cmd, map[int]string{exitFound: "an original would be left in the result, or --check found a secret"})
	opts.output.register(cmd)
	opts.output.dump = true
	return cmd
}

func runRedact(ctx context.Context, app *app, opts redactOptions, file string) error {
	o := redact.Options{Profile: opts.profile, UUIDs: opts.uuids}
	var err error
	if o.Rules, err = readRules(opts.rules); err != nil {
		return err
	}
	if o.Key, err = redactKey(opts); err != nil {
		return err
	}
	d, done, err := app.openDump(file)
	if err != nil {
		return err
	}
	defer done()
	out, err := app.create(opts.output, file)
	if err != nil {
		return err
	}
	defer out.abort()
	mapping, err := createMap(app, opts, file, &o)
	if err != nil {
		return err
	}
	defer mapping.abort()
	report, err := redact.Apply(ctx, out, d, o)
	var leaked *redact.LeakError
	if errors.As(err, &leaked) {
		return &statusError{exitFound, err}
	}
	if err != nil {
		return err
	}
	if opts.newKey != "" {
		if err := atomicfile.WriteFile(opts.newKey, atomicfile.Options{}, o.Key.Write); err != nil {
			return hintKey(err)
		}
	}
	if err := mapping.commit(); err != nil {
		return err
	}
	if opts.report != "" {
		if err := writeReport(app, opts, file, report); err != nil {
			return err
		}
	}
	if err := out.commit(); err != nil {
		return err
	}
	app.log.Info(fmt.Sprintf("%d replacements; none of %d originals is left (%d are too short or too common to tell)",
		report.Total, report.Leaks.Searched, report.Leaks.NotProvable))
	return nil
}

// hintKey says why a key is never replaced.
func hintKey(err error) error {
	if errors.Is(err, os.ErrExist) {
		return withHint(err, "use it with --key-file, or name another file")
	}
	return err
}

// redactKey returns the key to use.
func redactKey(opts redactOptions) (redact.Key, error) {
	switch {
	case opts.keyFile != "" && opts.newKey != "":
		return redact.Key{}, usagef("--key-file and --new-key exclude each other")
	case opts.keyFile == "":
		if opts.newKey != "" {
			if _, err := os.Lstat(opts.newKey); err == nil {
				return redact.Key{}, hintKey(fmt.Errorf("%s: %w", opts.newKey, os.ErrExist))
			}
		}
		return redact.NewKey(), nil
	}
	f, err := os.Open(opts.keyFile)
	if err != nil {
		return redact.Key{}, err
	}
	defer f.Close()
	k, err := redact.ReadKey(f)
	if err != nil {
		return k, fmt.Errorf("%s: %w", opts.keyFile, err)
	}
	return k, nil
}

func readRules(file string) ([]rules.Rule, error) {
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	list, err := rules.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return list, nil
}

// runShowRules prints the catalogue and the rules of --rules behind it.
func runShowRules(app *app, opts redactOptions) error {
	own, err := readRules(opts.rules)
	if err != nil {
		return err
	}
	return app.page(func(w *bufio.Writer) error {
		return rules.Write(w, append(redact.Catalogue(opts.profile), own...))
	})
}

// mapOutput is the file of --map, or nothing.
type mapOutput struct {
	*output
}

func (m mapOutput) abort() {
	if m.output != nil {
		m.output.abort()
	}
}

func (m mapOutput) commit() error {
	if m.output == nil {
		return nil
	}
	return m.output.commit()
}

// createMap opens the file of --map and makes o write to it.
func createMap(app *app, opts redactOptions, file string, o *redact.Options) (mapOutput, error) {
	if opts.mapFile == "" {
		return mapOutput{}, nil
	}
	if opts.mapFile == "-" {
		return mapOutput{}, usagef("--map needs the name of a file")
	}
	out, err := app.create(outputOptions{path: opts.mapFile, force: opts.output.force}, file)
	if err != nil {
		return mapOutput{}, err
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	o.Map = func(p redact.Pair) error { return enc.Encode(p) }
	return mapOutput{out}, nil
}

// writeReport writes the file of --report.
func writeReport(app *app, opts redactOptions, file string, report *redact.Report) error {
	write := func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(struct {
			Schema string `json:"schema"`
			File   string `json:"file"`
			*redact.Report
		}{"dumptool.redact/1", file, report})
	}
	if opts.report == "-" {
		if opts.output.stdout() {
			return usagef("the result and the report can't both go to standard output")
		}
		return app.print(func(w *bufio.Writer) error { return write(w) })
	}
	out, err := app.create(outputOptions{path: opts.report, force: opts.output.force}, file)
	if err != nil {
		return err
	}
	defer out.abort()
	if err := write(out); err != nil {
		return err
	}
	return out.commit()
}
