package main

import (
	"bufio"
	"context"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/inspect"
)

type findOptions struct {
	file       string
	pattern    *inspect.Pattern
	regexp     string
	ignoreCase bool
	secrets    bool
	json       bool
}

func newFindCmd(app *app) *cobra.Command {
	var opts findOptions
	cmd := &cobra.Command{
		Use:     "find FILE {PATTERN | -e REGEXP} [flags]",
		Short:   "Find a text in keys, names and values, and say where it stands",
		GroupID: groupLook,
		Long: `Searched are the names of keyspaces, tables and columns, row keys, values, and paths and data of ZooKeeper nodes. A value is
searched as the text that is stored, free of the escapes that it has in the dump: with the quotes of its own JSON, if it
is JSON. Of each place the first match is shown.

A line is the path, for "dumptool get", and for a value its part around the match. Secrets are masked, but not with
--show-secrets and --json.`,
		Example: examples(
			"dumptool find db-dump.json 10.20.30.4", "where an address is used",
			`dumptool find db-dump.json -e '"owner": *"[0-9a-f]{32}"'`, "a regular expression",
			"dumptool find db-dump.json -i leaf-7 --json | jq -r .path", "only the places, for scripts",
		),
		Args: operands(1, "FILE", "PATTERN"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			opts.file = args[0]
			switch {
			case len(args) > 1 && opts.regexp != "":
				return usagef("both a PATTERN and -e are given")
			case len(args) > 1:
				opts.pattern, err = inspect.FixedPattern(args[1], opts.ignoreCase)
			case opts.regexp != "":
				opts.pattern, err = inspect.RegexpPattern(opts.regexp, opts.ignoreCase)
			default:
				return withHint(usagef("missing PATTERN"), "usage: "+cmd.UseLine())
			}
			if err != nil {
				return usagef("%w", err)
			}
			return runFind(cmd.Context(), app, opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&opts.regexp, "regexp", "e", "", "find what matches `REGEXP` (RE2 syntax) instead of a fixed text")
	flags.BoolVarP(&opts.ignoreCase, "ignore-case", "i", false, "let small and capital letters match each other")
	showSecretsFlag(cmd, &opts.secrets)
	jsonFlag(cmd, &opts.json)
	exitZeroFlag(cmd, "nothing found")
	return cmd
}

func runFind(ctx context.Context, app *app, opts findOptions) error {
	d, done, err := app.openDump(opts.file)
	if err != nil {
		return err
	}
	defer done()
	any := false
	err = app.page(func(w *bufio.Writer) error {
		style := app.streams.OutStyle()
		search := inspect.SearchOptions{Mask: !opts.secrets && !opts.json}
		return inspect.Search(ctx, d, opts.pattern, search, func(h *inspect.Hit) error {
			schema := ""
			if !any {
				schema = inspect.SearchSchema
			}
			any = true
			if opts.json {
				(&jsonPrinter{w: w, oneLine: true}).Write(h.AppendJSON(nil, schema))
				return w.WriteByte('\n')
			}
			return printHit(w, style, h)
		})
	})
	if err == nil && !any {
		err = found() // that nothing is printed says it
	}
	return err
}

// printHit writes the line of a hit. A hit in a name needs no more than the path.
func printHit(w *bufio.Writer, style term.Style, h *inspect.Hit) error {
	w.WriteString(style.Name(h.Path.String()))
	if h.In == inspect.InValue || h.In == inspect.InData {
		w.WriteString(": ")
		if h.Withheld {
			w.WriteString(contrail.Masked)
		} else {
			if h.CutBefore {
				w.WriteString("…")
			}
			w.WriteString(term.Escape(h.Before))
			w.WriteString(style.Changed(term.Escape(h.Match)))
			w.WriteString(term.Escape(h.After))
			if h.CutAfter {
				w.WriteString("…")
			}
		}
	}
	return w.WriteByte('\n')
}
