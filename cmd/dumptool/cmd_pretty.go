package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/pretty"
)

type prettyOptions struct {
	output      outputOptions
	indent      int
	tab         bool
	noIndent    bool
	compact     bool
	sortKeys    bool
	expand      bool
	ensureASCII bool
}

// The range of --indent, and what json.tool does without it.
const (
	defaultIndent = 4
	mostIndent    = 16
)

func newPrettyCmd(app *app) *cobra.Command {
	var opts prettyOptions
	var noASCII bool
	cmd := &cobra.Command{
		Use:     "pretty [FILE] [flags]",
		Short:   "Indent a JSON document",
		GroupID: groupLook,
		Long: `Prints any JSON document, a dump or not, byte for byte as "python3 -m json.tool" does, at any size in little memory.
Numbers stay as they are written, also NaN and Infinity. What json.tool would pass over is refused: an object with a
name twice, bytes that are not UTF-8. A byte order mark is left out and mentioned.

With --expand, strings that hold a JSON object or array are printed as that object or array, at any depth: the values of
columns, the nodes of ZooKeeper. What is printed then is for reading; it is no dump any more.`,
		Example: examples(
			"dumptool pretty db-dump.json | less", "read a dump",
			"dumptool pretty --expand db-dump.json.gz", "unfold the JSON inside of columns and of zookeeper too",
			"zcat db-dump.json.gz | dumptool pretty --sort-keys -o sorted.json", "a pipe, in an order that can be compared",
		),
		Args: operands(0, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.ensureASCII = !noASCII
			return runPretty(cmd.Context(), app, opts, args)
		},
	}
	flags := cmd.Flags()
	opts.output.register(cmd)
	flags.BoolVar(&opts.expand, "expand", false, "unfold strings that hold JSON")
	flags.IntVar(&opts.indent, "indent", defaultIndent, "indent each level by `N` blanks")
	flags.BoolVar(&opts.tab, "tab", false, "indent each level by a tab")
	flags.BoolVar(&opts.noIndent, "no-indent", false, "print one line, with a blank after each comma and colon")
	flags.BoolVar(&opts.compact, "compact", false, "print one line, without any blanks")
	flags.BoolVar(&opts.sortKeys, "sort-keys", false, "sort the members of each object by name")
	flags.BoolVar(&noASCII, "no-ensure-ascii", false, "don't escape characters beyond ASCII")
	flags.Bool("json", false, "print an error as JSON")
	return cmd
}

func runPretty(ctx context.Context, app *app, opts prettyOptions, args []string) error {
	if err := opts.check(); err != nil {
		return err
	}
	name, err := app.fileOperand(args)
	if err != nil {
		return err
	}
	d, done, err := app.openDump(name)
	if err != nil {
		return err
	}
	defer done()
	if opts.output.stdout() {
		app.streams.Page()
	}
	out, err := app.create(opts.output, name)
	if err != nil {
		return err
	}
	defer out.abort()
	if err := pretty.Print(ctx, out, d, opts.printing()); err != nil {
		if opts.output.stdout() {
			// What was printed so far helps to find what is wrong; err says more than a failure to show it.
			_ = out.commit()
		}
		return err
	}
	return out.commit()
}

func (o prettyOptions) check() error {
	if o.indent < 0 || o.indent > mostIndent {
		return usagef("--indent: want 0 to %d", mostIndent)
	}
	ways := 0
	for _, given := range []bool{o.tab, o.noIndent, o.compact, o.indent != defaultIndent} {
		if given {
			ways++
		}
	}
	if ways > 1 {
		return usagef("--indent, --tab, --no-indent and --compact exclude each other")
	}
	return nil
}

func (o prettyOptions) printing() pretty.Options {
	return pretty.Options{
		Indent:      o.indent,
		Tab:         o.tab,
		OneLine:     o.noIndent,
		Compact:     o.compact,
		SortKeys:    o.sortKeys,
		Expand:      o.expand,
		KeepUnicode: !o.ensureASCII,
	}
}
