package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/internal/spill"
	"github.com/dumptool/dumptool/validate"
	"github.com/dumptool/dumptool/validate/render"
)

// validateFormat is how findings are printed.
type validateFormat string

const (
	validateText  validateFormat = "text"
	validateJSON  validateFormat = "json"
	validateJUnit validateFormat = "junit"
	validateSARIF validateFormat = "sarif"
	validateHTML  validateFormat = "html"
)

// severityName is a severity on the command line.
type severityName string

type validateOptions struct {
	format     validateFormat
	json       bool
	failOn     severityName
	only, skip []string
	explain    string
	compat     bool
	now        string
	asn        uint32
	baseline   string
	output     outputOptions

	target          string
	targetCluster   string
	targetCassandra string
	targetKeyspaces []string
}

func newValidateCmd(app *app) *cobra.Command {
	var opts validateOptions
	cmd := &cobra.Command{
		Use:     "validate [FILE] [flags]",
		Short:   "Check whether a dump will restore, and the system be sound",
		GroupID: groupLook,
		Long: `All that the original's db_manage.py finds on a live system (rules M-*), and more (B-*), is looked for in the dump, which is
read only. Rules have ids and severities: fatal stops a restore, error leaves an inconsistent system, warning is suspicious.
See "dumptool validate --explain B-REF-2" for one, docs/checks.md for all.

Timestamps are compared with --now, by default the time of the file.`,
		Example: examples(
			"dumptool validate db-dump.json", "before a restore",
			"dumptool validate --only M,B-REF --json db-dump.json.gz | jq -r .message", "some rules, for scripts",
			"dumptool validate --explain M-FQN-5", "what a rule means and what repairs it",
			"dumptool validate --target live: --format html -o report.html db-dump.json", "also against the system to restore to",
		),
		Args: operands(0, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if opts.explain != "" {
				return explainRule(app, opts.explain)
			}
			o, err := opts.options()
			if err != nil {
				return err
			}
			file, err := app.fileOperand(args)
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("target-cluster-id") {
				o.Target.ClusterID, o.Target.HasClusterID = opts.targetCluster, true
			}
			return runValidate(cmd.Context(), app, opts, o, file)
		},
	}
	flags := cmd.Flags()
	choiceVar(cmd, flags, &opts.format, "format", validateText, "print `FORMAT`", validateText, validateJSON, validateJUnit, validateSARIF, validateHTML)
	jsonFlag(cmd, &opts.json)
	choiceVar(cmd, flags, &opts.failOn, "fail-on", "error", "exit with 1 for findings of `SEVERITY` or worse", "info", "warning", "error", "fatal")
	flags.StringSliceVar(&opts.only, "only", nil, "apply only `RULES`: ids, or beginnings such as B-ZK")
	flags.StringSliceVar(&opts.skip, "skip", nil, "leave out `RULES`")
	flags.StringVar(&opts.explain, "explain", "", "say what the rule `ID` is about, and do nothing else")
	flags.BoolVar(&opts.compat, "compat", false, "group findings as the original tool does")
	flags.StringVar(&opts.now, "now", "", "take `TIME` (RFC 3339) for the present (default: that of the file)")
	flags.Uint32Var(&opts.asn, "asn", 0, "take `NUMBER` as the system's AS number")
	flags.StringVar(&opts.baseline, "baseline", "", "leave out the findings in `FILE`, which --json has written before")
	flags.StringVar(&opts.target, "target", "", "check against the system that `DUMP` is of, or live:, too")
	flags.StringVar(&opts.targetCluster, "target-cluster-id", "", "the target's cluster `ID`; \"\" for none")
	flags.StringVar(&opts.targetCassandra, "target-cassandra", "", "the target's `VERSION` of Cassandra")
	flags.StringSliceVar(&opts.targetKeyspaces, "target-keyspace", nil, "the only `KEYSPACES` that the target allows")
	flags.StringVarP(&opts.output.path, "output", "o", "", "write the report to `FILE`; \"-\" is standard output")
	opts.output.registerForce(cmd)
	exits(cmd, map[int]string{exitDone: "nothing found at or above --fail-on"})
	exitZeroFlag(cmd, "findings at or above --fail-on")
	return cmd
}

// options turns the flags into what the validation takes.
func (o *validateOptions) options() (validate.Options, error) {
	v := validate.Options{Compat: o.compat, ASN: o.asn}
	if o.json {
		if o.format != validateText && o.format != validateJSON {
			return v, usagef("--json and --format %s exclude each other", o.format)
		}
		o.format = validateJSON
	}
	if len(o.only) > 0 || len(o.skip) > 0 {
		v.Rules = map[*validate.Rule]bool{}
		for _, r := range validate.Rules() {
			v.Rules[r] = len(o.only) == 0
		}
		for i, list := range [][]string{o.only, o.skip} {
			selected, unknown := validate.Select(list)
			if unknown != "" {
				return v, withHint(usagef("unknown rule %q", unknown), didYouMean(strings.ToUpper(unknown), ruleIDs(), ""))
			}
			for r := range selected {
				v.Rules[r] = i == 0
			}
		}
	}
	if o.now != "" {
		t, err := time.Parse(time.RFC3339, o.now)
		if err != nil {
			return v, usagef("--now: %w", err)
		}
		v.Now = t
	}
	v.BySeverity = o.format == validateText || o.format == validateHTML
	v.Target = &validate.Target{CassandraVersion: o.targetCassandra, Keyspaces: o.targetKeyspaces}
	return v, nil
}

func ruleIDs() []string {
	var ids []string
	for _, r := range validate.Rules() {
		ids = append(ids, r.ID)
	}
	return ids
}

func runValidate(ctx context.Context, app *app, opts validateOptions, o validate.Options, file string) error {
	app.limitHeap(app.global.memory / 2) // what is sorted stands outside of it
	d, done, err := app.openDump(file)
	if err != nil {
		return err
	}
	defer done()
	if o.Now.IsZero() && file != "-" {
		if info, err := os.Stat(file); err == nil {
			o.Now = info.ModTime()
		}
	}
	if err := opts.addTarget(ctx, app, &o); err != nil {
		return err
	}
	if file == liveName && slices.ContainsFunc(appliedRules(o), func(r *validate.Rule) bool { return r.Live }) {
		if o.Servers, err = liveServers(ctx, app); err != nil {
			return err
		}
	}
	if err := opts.addBaseline(&o); err != nil {
		return err
	}
	failOn, _ := validate.ParseSeverity(string(opts.failOn))
	var summary *validate.Summary
	write := func(w *bufio.Writer) error {
		report := render.Report{File: file, Version: buildVersion().Version, Rules: appliedRules(o)}
		if file == "-" {
			report.File = ""
		}
		out := opts.renderer(app, w, report, failOn)
		if err := out.Begin(); err != nil {
			return err
		}
		var err error
		if summary, err = validate.Validate(ctx, d, o, out.Finding); err != nil {
			return err
		}
		return out.End(summary)
	}
	if opts.output.stdout() {
		err = app.page(write)
	} else {
		err = writeFindings(app, opts.output, write, file)
	}
	switch {
	case err != nil:
		return err
	case summary.Incomplete != nil:
		return summary.Incomplete
	case summary.Worst() >= failOn:
		return found()
	}
	return nil
}

// writeFindings writes the report to a file.
func writeFindings(app *app, o outputOptions, write func(*bufio.Writer) error, inputs ...string) error {
	out, err := app.create(o, inputs...)
	if err != nil {
		return err
	}
	defer out.abort()
	if err := write(bufio.NewWriter(out)); err != nil {
		return err
	}
	return out.commit()
}

// addTarget completes what is known of the target; where that is nothing, there is none.
func (o *validateOptions) addTarget(ctx context.Context, app *app, v *validate.Options) error {
	if o.target != "" {
		t, err := targetOf(ctx, app, o.target)
		if err != nil {
			return err
		}
		if o.targetCassandra != "" {
			t.CassandraVersion = o.targetCassandra
		}
		t.Keyspaces = o.targetKeyspaces
		if v.Target.HasClusterID {
			t.ClusterID, t.HasClusterID = v.Target.ClusterID, true
		}
		v.Target = t
		return nil
	}
	if !v.Target.HasClusterID && o.targetCassandra == "" && len(o.targetKeyspaces) == 0 {
		v.Target = nil
	}
	return nil
}

// targetOf finds out what is known of a target: a dump of it, or the databases themselves.
func targetOf(ctx context.Context, app *app, name string) (*validate.Target, error) {
	if name == liveName {
		return liveTargetOf(ctx, app)
	}
	d, done, err := app.openDump(name)
	if err != nil {
		return nil, err
	}
	defer done()
	return validate.TargetOf(ctx, d)
}

// addBaseline reads the findings that are known.
func (o *validateOptions) addBaseline(v *validate.Options) error {
	if o.baseline == "" {
		return nil
	}
	f, err := os.Open(o.baseline)
	if err != nil {
		return err
	}
	defer f.Close()
	b, err := validate.ReadBaseline(f)
	if err != nil {
		return fmt.Errorf("read %s: %w", o.baseline, err)
	}
	v.Known = b.Has
	return nil
}

// appliedRules are the selected rules.
func appliedRules(o validate.Options) []*validate.Rule {
	var list []*validate.Rule
	for _, r := range validate.Rules() {
		if o.Rules == nil || o.Rules[r] {
			list = append(list, r)
		}
	}
	return list
}

func (o *validateOptions) renderer(app *app, w *bufio.Writer, r render.Report, failOn validate.Severity) render.Renderer {
	temp := spill.Dir(app.global.tempDir)
	switch o.format {
	case validateJSON:
		return render.NewJSON(w)
	case validateJUnit:
		return render.NewJUnit(w, r, failOn, temp)
	case validateSARIF:
		return render.NewSARIF(w, r)
	case validateHTML:
		return render.NewHTML(w, r, temp)
	}
	style := app.streams.OutStyle()
	if !o.output.stdout() {
		style = term.Style{}
	}
	return render.NewText(w, render.Look{
		Heading: style.Heading, Bad: style.Removed, Warn: style.Changed, Faint: style.Faint, Name: style.Name, Escape: term.Escape,
	})
}

// explainRule prints the documentation of a rule.
func explainRule(app *app, id string) error {
	r, ok := validate.Lookup(id)
	if !ok {
		return withHint(usagef("unknown rule %q", id), didYouMean(strings.ToUpper(id), ruleIDs(), ""))
	}
	return app.page(func(w *bufio.Writer) error {
		style := app.streams.OutStyle()
		fmt.Fprintf(w, "%s  %s\n\n%s\n", style.Heading(r.ID), r.Severity, r.Title)
		if r.Doc != "" {
			fmt.Fprintf(w, "\n%s\n", r.Doc)
		}
		if r.Class != "" {
			fmt.Fprintf(w, "\nOriginal: check_%s, %s\n", r.Check, r.Class)
		}
		if r.Fix != "" {
			fmt.Fprintf(w, "\nFix: %s.\n", r.Fix)
		} else {
			fmt.Fprint(w, "\nFix: by hand.\n")
		}
		switch {
		case r.Live:
			fmt.Fprint(w, "\nIt needs a live system.\n")
		case r.Target:
			fmt.Fprint(w, "\nIt needs to know the target (--target).\n")
		}
		return w.Flush()
	})
}
