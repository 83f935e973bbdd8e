package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/validate"
	"github.com/dumptool/dumptool/validate/repair"
)

type repairOptions struct {
	output  outputOptions
	salvage bool
	json    bool

	heal, clean, fix []string
	all              bool
	timestamp, now   string
	asn              uint32
	dryRun           bool
	format           diffFormat
	showSecrets      bool
	report           string
	targetCluster    string
}

func newRepairCmd(app *app) *cobra.Command {
	var opts repairOptions
	cmd := &cobra.Command{
		Use:     "repair [flags] [FILE] -o OUT",
		Short:   "Mend what validate finds, or take what is whole out of a damaged file",
		GroupID: groupCheck,
		Long: `What "dumptool validate" marks with a fix is mended: all of it (--all), what the operations of the original's db_manage.py
mend (--heal, --clean), or what single rules find (--fix). That is done until nothing is left to do; "validate --explain ID"
and docs/checks.md say what is done about which finding. What has no finding keeps its bytes. Objects that are removed are
listed, with what referred to them. What can't be mended stays, is listed, and makes the exit code 3.

With --dry-run nothing is written: what would change is shown as a diff, or with --format patch as a patch for "dumptool patch".
A new value gets the timestamp --timestamp, by default one microsecond more than the newest of its row.

With --salvage all complete rows and ZooKeeper nodes of a file that was cut off, has holes, or lost compressed frames or its
index are written to OUT. What is lost is said: where in the text, where in the file, and what it was as far as that can be known.

--heal: ` + strings.Join(validate.OperationNames(true), ", ") + `.
--clean: ` + strings.Join(validate.OperationNames(false), ", ") + `.`,
		Example: examples(
			"dumptool repair --all --dry-run db-dump.json", "look at what would change",
			"dumptool repair --all db-dump.json -o mended.json --report repair.jsonl", "mend everything that can be mended",
			"dumptool repair --heal fq_name_index --clean stale_refs db-dump.json.gz -o mended.json.gz", "as db_manage.py does",
			"dumptool repair --fix B-REF,M-FQN-5 db-dump.json -o mended.json", "what some rules find",
			"dumptool repair --salvage broken.json.gz -o rest.json.zst", "what is whole in a damaged archive",
		),
		Args: operands(0, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if opts.salvage {
				if opts.all || opts.dryRun || len(opts.heal)+len(opts.clean)+len(opts.fix) > 0 {
					return withHint(usagef("--salvage stands alone"), "repair its result in a second step")
				}
				return runSalvage(cmd.Context(), app, opts, args)
			}
			o, err := opts.options()
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("target-cluster-id") {
				o.Target = &validate.Target{ClusterID: opts.targetCluster, HasClusterID: true}
			}
			file, err := app.fileOperand(args)
			if err != nil {
				return err
			}
			if o.Now.IsZero() && file != "-" {
				if info, err := os.Stat(file); err == nil {
					o.Now = info.ModTime()
				}
			}
			return runRepair(cmd.Context(), app, opts, o, file)
		},
	}
	flags := cmd.Flags()
	flags.BoolVarP(&opts.all, "all", "a", false, "mend all that can be mended")
	flags.StringSliceVar(&opts.heal, "heal", nil, "do what these heal `OPERATIONS` of db_manage.py do; \"all\" for all")
	flags.StringSliceVar(&opts.clean, "clean", nil, "do what these clean `OPERATIONS` do; \"all\" for all")
	flags.StringSliceVar(&opts.fix, "fix", nil, "mend what these `RULES` find: ids, or beginnings such as B-REF")
	flags.StringVar(&opts.timestamp, "timestamp", "", "write new values with `TIME`: RFC 3339, or microseconds")
	flags.StringVar(&opts.now, "now", "", "take `TIME` (RFC 3339) for the present (default: that of the file)")
	flags.Uint32Var(&opts.asn, "asn", 0, "take `NUMBER` as the system's AS number, where the dump has none")
	flags.StringVar(&opts.targetCluster, "target-cluster-id", "", "write the paths of ZooKeeper for the cluster `ID`; \"\" for none")
	flags.BoolVarP(&opts.dryRun, "dry-run", "n", false, "write nothing, show what would change")
	choiceVar(cmd, flags, &opts.format, "format", diffText, "with --dry-run: print `FORMAT`", diffText, diffJSON, diffJSONL, diffHTML, diffMarkdown, diffPatch)
	flags.BoolVar(&opts.showSecrets, "show-secrets", false, "don't mask secrets in text, HTML and markdown")
	flags.StringVar(&opts.report, "report", "", "write what was done and what is left to `FILE`, as JSON Lines")
	flags.BoolVar(&opts.salvage, "salvage", false, "keep all complete rows and nodes of a damaged file")
	jsonFlag(cmd, &opts.json)
	opts.output.register(cmd)
	opts.output.dump = true
	exits(cmd, map[int]string{exitDone: "done: nothing was lost, or nothing is left to mend", exitPartial: "something can't be mended, or was lost, and is listed"})
	return cmd
}

// options turns the flags into what the repair takes.
func (o *repairOptions) options() (repair.Options, error) {
	r := repair.Options{ASN: o.asn}
	var err error
	if r.Rules, r.Named, err = o.rules(); err != nil {
		return r, err
	}
	if o.timestamp != "" {
		if r.Timestamp, err = strconv.ParseInt(o.timestamp, 10, 64); err != nil {
			t, err := time.Parse(time.RFC3339, o.timestamp)
			if err != nil {
				return r, usagef("--timestamp: %q is neither a number of microseconds nor a time such as 2026-01-31T12:00:00Z", o.timestamp)
			}
			r.Timestamp = t.UnixMicro()
		}
		if r.Timestamp <= 0 {
			return r, usagef("--timestamp: %s is before 1970", o.timestamp)
		}
	}
	if o.now != "" {
		if r.Now, err = time.Parse(time.RFC3339, o.now); err != nil {
			return r, usagef("--now: %w", err)
		}
	}
	switch {
	case o.dryRun && o.json && o.format != diffText && o.format != diffJSON:
		return r, usagef("--json and --format %s exclude each other", o.format)
	case !o.dryRun && o.format != diffText:
		return r, usagef("--format is for --dry-run")
	case !o.dryRun && o.output.path == "":
		return r, withHint(usagef("missing -o OUT"), `"-o -" is standard output; --dry-run writes nothing`)
	case o.dryRun && o.output.path != "":
		return r, usagef("--dry-run writes nothing: leave -o out")
	case !o.dryRun && o.json && o.output.stdout():
		return r, withHint(usagef("the report and the dump can't both go to standard output"), "--report FILE writes it to a file")
	}
	return r, nil
}

// rules are the selected rules, nil for all, and those that were named one by one.
func (o *repairOptions) rules() (selected, named map[*validate.Rule]bool, err error) {
	selected, named = map[*validate.Rule]bool{}, map[*validate.Rule]bool{}
	for _, x := range []struct {
		heal  bool
		flag  string
		names []string
	}{{true, "--heal", o.heal}, {false, "--clean", o.clean}} {
		for _, name := range x.names {
			list, ok := validate.Operation(x.heal, name)
			if !ok {
				return nil, nil, unknownOperation(x.flag, name, validate.OperationNames(x.heal))
			}
			for _, r := range list {
				selected[r] = true
				named[r] = name != "all"
			}
		}
	}
	for _, pattern := range o.fix {
		list, unknown := validate.Select([]string{pattern})
		if unknown != "" {
			return nil, nil, withHint(usagef("unknown rule %q", pattern), didYouMean(strings.ToUpper(pattern), ruleIDs(), ""))
		}
		fixable := false
		for r := range list {
			if r.Fixable() {
				fixable = true
				selected[r] = true
				named[r] = strings.EqualFold(r.ID, pattern)
			}
		}
		if !fixable {
			return nil, nil, withHint(usagef("what %s finds has to be mended by hand", strings.ToUpper(pattern)), "see \"dumptool validate --explain "+strings.ToUpper(pattern)+"\"")
		}
	}
	switch {
	case o.all:
		return nil, named, nil
	case len(selected) == 0:
		return nil, nil, withHint(usagef("nothing to do"), "say --all, --heal, --clean, --fix or --salvage")
	}
	validate.WithFixers(selected)
	return selected, named, nil
}

func unknownOperation(flag, name string, known []string) error {
	hint := didYouMean(name, known, "")
	if hint != "" {
		hint += " "
	}
	return withHint(usagef("%s: unknown operation %q", flag, name), fmt.Sprintf("%sKnown are %s.", hint, strings.Join(known, ", ")))
}
