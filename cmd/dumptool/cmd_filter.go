package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
	"github.com/dumptool/dumptool/filter"
	"github.com/dumptool/dumptool/internal/humanize"
)

const filterSchema = "dumptool.filter/1"

type filterOptions struct {
	selectionOptions
	output outputOptions
	dryRun bool
	json   bool
}

func newFilterCmd(app *app) *cobra.Command {
	var opts filterOptions
	cmd := &cobra.Command{
		Use:     "filter [FILE] [flags]",
		Short:   "Keep a part of a dump: keyspaces, tables, types, objects with what they need",
		GroupID: groupMake,
		Long: `What is kept keeps its order and its bytes. Names of keyspaces, tables and types, and the name in TYPE:fq:name, may have
the wildcards * and ?.

REF is a uuid or TYPE:fq:name. Objects are kept with their columns in the index tables, and with the rows of other
keyspaces and the ZooKeeper nodes that belong to them; what belongs to no object goes if objects are chosen. Rows stay as
they are, with the references they have; --closure adds the parents of what is kept and all it refers to, again and again,
and takes out columns that name what is not kept, so that the result can be restored. Then --omit-type gives way to what is
needed. --omit-subtree does not, and takes out all columns that name what it removes.

A list is what "ls -R" prints, with lines deleted or behind a ";"; their order means nothing. Rows and nodes that it doesn't
name are left out, and so are, if it has objects, the index columns and nodes of other objects.`,
		Example: examples(
			"dumptool filter db-dump.json --omit-keyspace dm_keyspace -o small.json", "leave out a keyspace",
			"dumptool filter db-dump.json --subtree project:default-domain:demo --closure -o demo.json", "a tenant, to be restored elsewhere",
			"dumptool filter db-dump.json --use-list list -o part.json", "what is left of an edited 'ls -R db-dump.json'",
			"dumptool filter db-dump.json --type virtual-network --closure --dry-run", "what would be kept, and why",
		),
		Args: operands(0, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := app.fileOperand(args)
			if err != nil {
				return err
			}
			if opts.json && !opts.dryRun {
				return usagef("--json needs --dry-run")
			}
			return runFilter(cmd.Context(), app, opts, file)
		},
	}
	opts.selectionOptions.register(cmd)
	flags := cmd.Flags()
	flags.BoolVarP(&opts.dryRun, "dry-run", "n", false, "write no dump; print what would be kept")
	jsonFlag(cmd, &opts.json)
	opts.output.register(cmd)
	opts.output.dump = true
	return cmd
}

func runFilter(ctx context.Context, app *app, opts filterOptions, file string) error {
	if file == "-" && opts.listFile == "-" {
		return usagef("standard input can't be both FILE and the list")
	}
	sel, done, err := opts.selection(app)
	if err != nil {
		return err
	}
	defer done()
	d, closeDump, err := app.openDump(file)
	if err != nil {
		return err
	}
	defer closeDump()
	if opts.dryRun {
		report, err := filter.Apply(ctx, io.Discard, d, sel, filter.Options{Types: true})
		if err != nil {
			return err
		}
		opts.note(app, &report)
		answer := newFilterAnswer(&report, file)
		if opts.json {
			return app.printJSON(answer)
		}
		return app.page(func(w *bufio.Writer) error { return printFilter(w, &answer) })
	}
	inputs := []string{file}
	if opts.listFile != "" {
		inputs = append(inputs, opts.listFile)
	}
	out, err := app.create(opts.output, inputs...)
	if err != nil {
		return err
	}
	defer out.abort()
	report, err := writeFiltered(ctx, out, opts.output.stdout(), d, sel)
	if err != nil {
		return err
	}
	if err := out.commit(); err != nil {
		return err
	}
	opts.note(app, &report)
	if !opts.output.stdout() && slices.Contains(opts.OmitKeyspaces, "dm_keyspace") {
		app.log.Info("leaving out dm_keyspace removes no secret: passwords and keys are in config_db_uuid; see 'dumptool redact'")
	}
	return nil
}

// writeFiltered writes what the selection keeps. To standard output nothing goes before all of the dump was seen.
func writeFiltered(ctx context.Context, out *output, late bool, d *dump.Dump, sel filter.Selection) (filter.Report, error) {
	if !late {
		return filter.Apply(ctx, out, d, sel, filter.Options{})
	}
	plan := splice.NewPlan(d.Options().Temp)
	defer plan.Close()
	report, err := filter.Apply(ctx, plan, d, sel, filter.Options{})
	if err != nil {
		return report, err
	}
	return report, plan.Run(out)
}

// filterAnswer is the report as JSON.
type filterAnswer struct {
	Schema    string                             `json:"schema"`
	File      string                             `json:"file"`
	Keyspaces filter.Count                       `json:"keyspaces"`
	Tables    map[string]map[string]filter.Count `json:"tables"`
	Types     map[string]filter.Count            `json:"types"`
	ZooKeeper map[string]filter.Count            `json:"zookeeper"`
	Columns   int64                              `json:"columns_dropped"`
	Closure   []filterNeed                       `json:"closure"`
}

type filterNeed struct {
	Type    string `json:"type"`
	Why     string `json:"why"`
	Of      string `json:"of"`
	Objects int64  `json:"objects"`
}

func newFilterAnswer(r *filter.Report, file string) filterAnswer {
	a := filterAnswer{Schema: filterSchema, File: file, Keyspaces: r.Keyspaces, Columns: r.Columns, Closure: []filterNeed{},
		Tables: map[string]map[string]filter.Count{}, Types: map[string]filter.Count{}, ZooKeeper: map[string]filter.Count{}}
	for key, c := range r.Tables {
		if a.Tables[key[0]] == nil {
			a.Tables[key[0]] = map[string]filter.Count{}
		}
		a.Tables[key[0]][key[1]] = *c
	}
	for name, c := range r.Types {
		a.Types[name] = *c
	}
	for name, c := range r.Families {
		a.ZooKeeper[name] = *c
	}
	for n, objects := range r.Needs {
		a.Closure = append(a.Closure, filterNeed{n.Type, n.Why, n.Of, objects})
	}
	slices.SortFunc(a.Closure, func(x, y filterNeed) int {
		return cmp.Or(cmp.Compare(x.Type, y.Type), cmp.Compare(x.Why, y.Why), cmp.Compare(x.Of, y.Of))
	})
	return a
}

// printFilter prints what is kept and what is not.
func printFilter(w *bufio.Writer, a *filterAnswer) error {
	line := func(c filter.Count, name string) {
		fmt.Fprintf(w, "%12d  %12d  %s\n", c.Kept, c.Dropped, term.Escape(name))
	}
	fmt.Fprintf(w, "%12s  %12s\n", "kept", "dropped")
	for _, name := range slices.Sorted(maps.Keys(a.Types)) {
		line(a.Types[name], "type:"+name)
	}
	for _, keyspace := range slices.Sorted(maps.Keys(a.Tables)) {
		for _, table := range slices.Sorted(maps.Keys(a.Tables[keyspace])) {
			line(a.Tables[keyspace][table], keyspace+"/"+table)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.ZooKeeper)) {
		line(a.ZooKeeper[name], "zk:/"+name)
	}
	if a.Columns > 0 {
		fmt.Fprintf(w, "\n%s of kept rows left out\n", humanize.Plural(a.Columns, "column"))
	}
	if len(a.Closure) > 0 {
		fmt.Fprint(w, "\nkept because others need them:\n")
	}
	for _, n := range a.Closure {
		fmt.Fprintf(w, "%12d  %s, %s of %s\n", n.Objects, term.Escape(n.Type), n.Why, term.Escape(n.Of))
	}
	return w.Flush()
}
