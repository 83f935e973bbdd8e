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
	"github.com/spf13/pflag"

	"github.com/dumptool/dumptool/dump"
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
	opts.register(flags)
	flags.BoolVar(&opts.showRules, "show-rules", false, "print what is done at which place, as --rules takes it")
	flags.BoolVar(&opts.check, "check", false, "only look for secrets, and write nothing")
	choiceVar(cmd, flags, &opts.format, "format", "text", "write the findings of --check as `FORMAT`", "text", "json", "sarif")
	jsonFlag(cmd, &opts.json)
	exitZeroFlag(cmd, "secrets found by --check")
	exits(cmd, map[int]string{exitFound: "an original would be left in the result, or --check found a secret"})
	opts.output.register(cmd)
	opts.output.dump = true
	return cmd
}

// any tells if one of those flags was given.
func (o *redactOptions) any() bool {
	return o.keyFile != "" || o.newKey != "" || o.rules != "" || o.report != "" || o.mapFile != "" || o.uuids
}

// register adds the flags that all commands which redact have.
func (o *redactOptions) register(flags *pflag.FlagSet) {
	flags.StringVar(&o.keyFile, "key-file", "", "take the key of redaction from `FILE`")
	flags.StringVar(&o.newKey, "new-key", "", "make a key of redaction and write it to `FILE`, which must not exist")
	flags.StringVar(&o.rules, "rules", "", "take rules for further places to redact from `FILE` (YAML)")
	flags.StringVar(&o.report, "report", "", "write what was replaced where, without originals, to `FILE` (JSON)")
	flags.StringVar(&o.mapFile, "map", "", "write originals and replacements to `FILE`, for unredact")
	flags.BoolVar(&o.uuids, "uuids", false, "replace uuids too")
}

func runRedact(ctx context.Context, app *app, opts redactOptions, file string) error {
	app.limitHeap(app.global.memory / 4 * 3) // at 10 GB more than an eighth is something else
	r, err := newRedaction(app, opts)
	if err != nil {
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
	if err := r.open(file); err != nil {
		return err
	}
	defer r.abort()
	var w io.Writer = out
	if draft := out.draft(); draft != nil {
		w = draft
	}
	report, err := r.apply(ctx, w, d)
	if err != nil {
		return err
	}
	if err := r.finish(file, report); err != nil {
		return err
	}
	return out.commit()
}

// redaction is what is done by the flags of redact, and the files beside its result.
type redaction struct {
	app     *app
	opts    redactOptions
	o       redact.Options
	mapping mapOutput
}

// newRedaction reads the files that the flags name.
func newRedaction(app *app, opts redactOptions) (*redaction, error) {
	r := &redaction{app: app, opts: opts, o: redact.Options{Profile: opts.profile, UUIDs: opts.uuids}}
	var err error
	if r.o.Rules, err = readRules(opts.rules); err != nil {
		return nil, err
	}
	r.o.Key, err = redactKey(opts)
	return r, err
}

// open opens the file of --map, which is none of the inputs.
func (r *redaction) open(inputs ...string) (err error) {
	r.mapping, err = createMap(r.app, r.opts, &r.o, inputs...)
	return err
}

func (r *redaction) abort() { r.mapping.abort() }

// apply writes a redacted copy of a dump.
func (r *redaction) apply(ctx context.Context, w io.Writer, d *dump.Dump) (*redact.Report, error) {
	report, err := redact.Apply(ctx, w, d, r.o)
	var leaked *redact.LeakError
	if errors.As(err, &leaked) {
		return nil, &statusError{exitFound, err}
	}
	return report, err
}

// finish writes key, map and report, and says what was done.
func (r *redaction) finish(file string, report *redact.Report) error {
	if r.opts.newKey != "" {
		if err := atomicfile.WriteFile(r.opts.newKey, atomicfile.Options{}, r.o.Key.Write); err != nil {
			return hintKey(err)
		}
	}
	if err := r.mapping.commit(); err != nil {
		return err
	}
	if r.opts.report != "" {
		if err := writeReport(r.app, r.opts, file, report); err != nil {
			return err
		}
	}
	r.app.log.Info(fmt.Sprintf("%d replacements; none of %d originals is left (%d are too short or too common to tell)",
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
func createMap(app *app, opts redactOptions, o *redact.Options, inputs ...string) (mapOutput, error) {
	if opts.mapFile == "" {
		return mapOutput{}, nil
	}
	if opts.mapFile == "-" {
		return mapOutput{}, usagef("--map needs the name of a file")
	}
	out, err := app.create(outputOptions{path: opts.mapFile, force: opts.output.force}, inputs...)
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
