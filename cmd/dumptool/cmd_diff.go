package main

import (
	"bufio"
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/diff"
	"github.com/dumptool/dumptool/diff/render"
	"github.com/dumptool/dumptool/internal/humanize"
)

// diffFormat is how a comparison is printed.
type diffFormat string

const (
	diffText     diffFormat = "text"
	diffJSON     diffFormat = "json"
	diffJSONL    diffFormat = "jsonl"
	diffHTML     diffFormat = "html"
	diffMarkdown diffFormat = "markdown"
	diffPatch    diffFormat = "patch" // for the patch command
)

// matchBy is what makes an object of one dump the same as one of the other.
type matchBy string

const (
	matchByUUID matchBy = "uuid"
	matchByName matchBy = "name"
)

type diffOptions struct {
	output         outputOptions
	format         diffFormat
	json           bool
	show, hide     []string
	all            bool
	types, omit    []string
	keyspaces      []string
	omitKeyspaces  []string
	objects        []string
	stat, nameOnly bool
	thorough       bool
	matchBy        matchBy
	full           bool
	showSecrets    bool
	maxLines       int
}

func newDiffCmd(app *app) *cobra.Command {
	var opts diffOptions
	cmd := &cobra.Command{
		Use:     "diff [flags] A B",
		Short:   "Compare two dumps, by object type",
		GroupID: groupLook,
		Long: `What differs is shown by object, in Contrail's terms, then by row, ZooKeeper node and the rest. Order and spelling never
matter. What only follows from something else, and write times, are left out and counted on standard error: ` + strings.Join(reasonNames(), ", ") + `.
A derived thing that disagrees with what it derives from is shown.`,
		Example: examples(
			"dumptool diff before.json after.json", "what has changed",
			"dumptool diff --stat before.json.gz after.json.gz", "how much of which type",
			"dumptool diff --match-by name lab.json production.json", "two systems: the same name is the same object",
			"dumptool diff --json --type virtual-network A B | jq .summary", "for scripts",
			"dumptool diff --format html -o changes.html A B", "a page to hand on",
		),
		Args: operands(2, "A", "B"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := opts.options()
			if err != nil {
				return err
			}
			return runDiff(cmd.Context(), app, opts, o, args[0], args[1])
		},
	}
	flags := cmd.Flags()
	choiceVar(cmd, flags, &opts.format, "format", diffText, "print `FORMAT`", diffText, diffJSON, diffJSONL, diffHTML, diffMarkdown, diffPatch)
	jsonFlag(cmd, &opts.json)
	flags.StringSliceVar(&opts.show, "show", nil, "show what is ignored for these `REASONS` too")
	flags.StringSliceVar(&opts.hide, "hide", nil, "ignore these `REASONS`; with --all")
	flags.BoolVar(&opts.all, "all", false, "ignore nothing")
	flags.StringSliceVar(&opts.types, "type", nil, "only objects of these `TYPES`")
	flags.StringSliceVar(&opts.omit, "omit-type", nil, "no objects of these `TYPES`")
	flags.StringSliceVar(&opts.keyspaces, "keyspace", nil, "only these `KEYSPACES` of Cassandra")
	flags.StringSliceVar(&opts.omitKeyspaces, "omit-keyspace", nil, "without these `KEYSPACES`")
	flags.StringSliceVar(&opts.objects, "object", nil, "only the objects `REF`: a uuid, or TYPE:fq:name")
	flags.BoolVar(&opts.stat, "stat", false, "only how much, with bars")
	flags.BoolVar(&opts.nameOnly, "name-only", false, "only what, not how")
	choiceVar(cmd, flags, &opts.matchBy, "match-by", matchByUUID, "pair objects by `WHAT`; by name for two systems, whose uuids differ", matchByUUID, matchByName)
	flags.BoolVar(&opts.full, "full", false, "fold no long lists and cut no values")
	flags.BoolVar(&opts.thorough, "thorough", false, "compare the text of everything, not its hashes")
	flags.BoolVar(&opts.showSecrets, "show-secrets", false, "don't mask secrets in text, HTML and markdown")
	flags.IntVar(&opts.maxLines, "max-lines", 400, "cut markdown to `N` lines; 0 is no limit")
	opts.output.register(cmd)
	exits(cmd, map[int]string{exitDone: "no difference, but for what is ignored"})
	exitZeroFlag(cmd, "the dumps differ")
	return cmd
}

func reasonNames() []string {
	var names []string
	for _, r := range diff.Reasons() {
		names = append(names, string(r))
	}
	return names
}

// options turns the flags into what the comparison takes.
func (o *diffOptions) options() (diff.Options, error) {
	if o.json {
		if o.format == diffText {
			o.format = diffJSON
		}
	}
	if (o.stat || o.nameOnly) && o.format != diffText {
		return diff.Options{}, usagef("--stat and --name-only are for text; JSON has a summary")
	}
	if o.format == diffPatch && o.selects() {
		return diff.Options{}, usagef("a patch holds all differences: nothing can be selected or hidden")
	}
	if o.format == diffPatch && o.matchBy == matchByName {
		return diff.Options{}, usagef("a patch knows uuids only: --match-by name can't be used with it")
	}
	d := diff.Options{
		Show:          map[diff.Reason]bool{},
		MatchByName:   o.matchBy == matchByName,
		Keyspaces:     o.keyspaces,
		OmitKeyspaces: o.omitKeyspaces,
		Thorough:      o.thorough,
	}
	if o.all {
		for _, r := range diff.Reasons() {
			d.Show[r] = true
		}
	}
	for i, list := range [][]string{o.show, o.hide} {
		for _, name := range list {
			if !slices.Contains(reasonNames(), name) {
				return d, withHint(usagef("unknown reason %q", name), didYouMean(name, reasonNames(), ""))
			}
			d.Show[diff.Reason(name)] = i == 0
		}
	}
	var err error
	if d.Types, err = typeNames(o.types); err != nil {
		return d, err
	}
	if d.OmitTypes, err = typeNames(o.omit); err != nil {
		return d, err
	}
	d.Objects, err = objectRefs(o.objects)
	return d, err
}

// selects tells if only a part of the differences is wanted.
func (o *diffOptions) selects() bool {
	for _, list := range [][]string{o.hide, o.types, o.omit, o.keyspaces, o.omitKeyspaces, o.objects} {
		if len(list) > 0 {
			return true
		}
	}
	return false
}

// typeNames checks names of types. One that the model doesn't know may be of a
// newer release; then only a near one is reason to stop.
func typeNames(names []string) ([]string, error) {
	var types []string
	for _, name := range names {
		if _, ok := contrail.LookupType(name); !ok {
			if near := contrail.SuggestTypes(name); len(near) > 0 {
				return nil, withHint(usagef("unknown type %q", name), didYouMean(name, near, ""))
			}
		}
		types = append(types, contrail.NormalizeType(name))
	}
	return types, nil
}

// objectRefs reads references to objects: a uuid, or TYPE:fq:name.
func objectRefs(texts []string) ([]diff.ObjectRef, error) {
	var refs []diff.ObjectRef
	for _, text := range texts {
		typ, name, ok := strings.Cut(text, ":")
		if !ok {
			refs = append(refs, diff.ObjectRef{UUID: text})
			continue
		}
		types, err := typeNames([]string{typ})
		if err != nil {
			return nil, err
		}
		refs = append(refs, diff.ObjectRef{Type: types[0], Name: name})
	}
	return refs, nil
}

func runDiff(ctx context.Context, app *app, opts diffOptions, o diff.Options, nameA, nameB string) error {
	if nameA == "-" && nameB == "-" {
		return usagef("standard input can't be both dumps")
	}
	// What grows are sorters without pointers, which cost the collector nothing.
	debug.SetGCPercent(50)
	a, closeA, err := app.openDump(nameA)
	if err != nil {
		return err
	}
	defer closeA()
	b, closeB, err := app.openDump(nameB)
	if err != nil {
		return err
	}
	defer closeB()
	if opts.format == diffPatch {
		return writePatch(ctx, app, opts.output, a, b, nameA, nameB)
	}
	result, err := diff.Compare(ctx, a, b, o)
	if err != nil {
		return err
	}
	defer result.Close()
	if err := printDiff(app, opts, nameA, nameB, result); err != nil {
		return err
	}
	if n := result.Summary.Ambiguous; n > 0 {
		app.log.Info(fmt.Sprintf("%s belong to more than one object of a type: those objects are paired by uuid, or else as re-created ones", humanize.Plural(n, "name")))
	}
	if line := render.Ignored(result.Summary); line != "" {
		app.log.Info(line)
	}
	if result.Summary.Total() > 0 {
		return found()
	}
	return nil
}

// page is how HTML and markdown look.
func (o *diffOptions) page(a, b string, r *diff.Result) render.Page {
	words := o.blocks(r)
	return render.Page{A: a, B: b, Escape: term.Escape, ShowSecrets: o.showSecrets, NameOf: r.NameOf, InA: words.InA, InB: words.InB}
}

func printDiff(app *app, opts diffOptions, a, b string, r *diff.Result) error {
	return app.printTo(opts.output, func(w *bufio.Writer) error {
		switch opts.format {
		case diffJSON:
			return render.JSON(w, a, b, r.Changes(), r.Summary)
		case diffJSONL:
			return render.JSONL(w, a, b, r.Changes(), r.Summary)
		case diffHTML:
			return render.HTML(w, r.Changes(), r.Summary, opts.page(a, b, r))
		case diffMarkdown:
			return render.Markdown(w, r.Changes(), r.Summary, opts.page(a, b, r), opts.maxLines)
		}
		style := app.streams.OutStyle()
		if !opts.output.stdout() {
			style = term.Style{}
		}
		return render.Text(w, r.Changes(), r.Summary, render.Look{
			Heading: style.Heading, Added: style.Added, Removed: style.Removed, Modified: style.Changed, Faint: style.Faint,
			Escape: term.Escape, Width: diffWidth(app, opts.output), Stat: opts.stat, NameOnly: opts.nameOnly,
			Blocks: opts.blocks(r),
		})
	}, a, b)
}

// blocks is how changes are put for people.
func (o *diffOptions) blocks(r *diff.Result) render.Blocks {
	b := render.Blocks{ShowSecrets: o.showSecrets, Full: o.full, NameOf: r.NameOf}
	if o.matchBy == matchByName {
		b.InA, b.InB = r.InA, r.InB
	}
	return b
}

// diffWidth is the width of the terminal. Where nobody is known to look, there
// is room for whole names and uuids on a line.
func diffWidth(app *app, o outputOptions) int {
	if (!app.streams.OutTerminal() || !o.stdout()) && app.streams.Getenv("COLUMNS") == "" {
		return 160
	}
	return app.streams.Width()
}
