package main

import (
	"bufio"
	"context"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/inspect"
	"github.com/dumptool/dumptool/internal/humanize"
)

type queryOptions struct {
	file    string
	path    string
	types   []string
	bare    bool
	secrets bool
	json    bool
}

func newQueryCmd(app *app) *cobra.Command {
	var opts queryOptions
	cmd := &cobra.Command{
		Use:     "query FILE GJSON [flags]",
		Short:   "Pick something from every object with a gjson path",
		GroupID: groupLook,
		Long: `The path is evaluated on what "dumptool get" shows of an object, but for the names of what it refers to. Each object where
it picks something is a line of JSON: {"uuid", "type", "fq_name", "result"}, or with --bare the result alone.

Secrets are masked, but not with --show-secrets and --json.`,
		Example: examples(
			"dumptool query db-dump.json props.display_name --type virtual-machine", "one property of all objects of a type",
			"dumptool query db-dump.json 'refs.security_group.#.uuid'", "what objects refer to",
			"dumptool query db-dump.json props.virtual_network_network_id --bare | sort -n", "the results alone",
		),
		Args: operands(2, "FILE", "GJSON"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.file, opts.path = args[0], args[1]
			if opts.path == "" {
				return usagef("the gjson path is empty")
			}
			return runQuery(cmd.Context(), app, opts)
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&opts.types, "type", nil, "only objects of these `TYPES`, separated by commas")
	flags.BoolVar(&opts.bare, "bare", false, "print the results alone")
	showSecretsFlag(cmd, &opts.secrets)
	jsonFlag(cmd, &opts.json)
	exits(cmd, map[int]string{exitPartial: "some objects are too large for --memory and were left out"})
	return cmd
}

func runQuery(ctx context.Context, app *app, opts queryOptions) error {
	d, done, err := app.openDump(opts.file)
	if err != nil {
		return err
	}
	defer done()
	query := inspect.QueryOptions{Types: opts.types, Mask: !opts.secrets && !opts.json}
	var tooLarge []string
	var leftOut int64
	err = app.page(func(w *bufio.Writer) error {
		schema := ""
		if opts.json {
			schema = inspect.QuerySchema
		}
		var line []byte
		return inspect.Query(ctx, d, opts.path, query, func(a *inspect.Answer) error {
			if a.TooLarge {
				if leftOut++; len(tooLarge) < 3 {
					tooLarge = append(tooLarge, a.Type+" "+a.UUID)
				}
				return nil
			}
			if line = line[:0]; opts.bare && !opts.json {
				line = append(line, a.Result...)
			} else {
				line = a.AppendJSON(line, schema)
			}
			schema = ""
			(&jsonPrinter{w: w, oneLine: true}).Write(line)
			return w.WriteByte('\n')
		})
	})
	switch {
	case err != nil:
		return hintNear(err)
	case leftOut > 0:
		return withHint(partialf("%s too large and left out: %s", humanize.Plural(leftOut, "object"), orList(tooLarge)),
			"give them more with --memory")
	}
	return nil
}
