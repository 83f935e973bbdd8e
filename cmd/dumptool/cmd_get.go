package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/inspect"
	"github.com/dumptool/dumptool/internal/humanize"
)

type getOptions struct {
	file    string
	ref     inspect.Ref
	pick    string // a gjson path
	raw     bool
	noNames bool
	secrets bool
	json    bool
}

func newGetCmd(app *app) *cobra.Command {
	var opts getOptions
	cmd := &cobra.Command{
		Use:     "get FILE REF [GJSON] [flags]",
		Short:   "Show one thing: an object, a row, a column, a ZooKeeper node",
		GroupID: groupLook,
		Long: `REF is a uuid or the beginning of one that no other object has; TYPE:fq:name, with the type in hyphens or underscores;
KEYSPACE/TABLE/ROWKEY or KEYSPACE/TABLE/ROWKEY/COLUMN; or zk:/path. See "dumptool ls --help" for how paths are written.

An object is shown decoded, with what it refers to by name and uuid. A gjson path picks from what is shown, such as
props.display_name or refs.virtual_network.#.uuid: a text is printed as it is, anything else as JSON.

Secrets are masked, but not with --show-secrets, --json and --raw.`,
		Example: examples(
			"dumptool get db-dump.json virtual-network:default-domain:demo:net1", "an object by name",
			"dumptool get db-dump.json 2b425d5c props.display_name", "a property of an object by uuid",
			"dumptool get db-dump.json useragent/useragent_keyval_table/10.0.0.0%2F24 --raw", "a row as it is stored",
		),
		Args: operands(2, "FILE", "REF", "GJSON"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			opts.file = args[0]
			if opts.ref, err = inspect.ParseRef(args[1]); err != nil {
				return usagef("%q: %w", args[1], err)
			}
			if len(args) > 2 {
				if opts.pick = args[2]; opts.pick == "" {
					return usagef("the gjson path is empty")
				}
			}
			return runGet(cmd.Context(), app, opts)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&opts.raw, "raw", false, "print the stored JSON, byte for byte")
	flags.BoolVar(&opts.noNames, "no-names", false, "don't look for the names of what an object refers to")
	showSecretsFlag(cmd, &opts.secrets)
	jsonFlag(cmd, &opts.json)
	exitZeroFlag(cmd, "the dump has no such thing, or the gjson path picks nothing")
	exits(cmd, map[int]string{exitPartial: "the object is too large for --memory; a part of it was shown"})
	return cmd
}

// showSecretsFlag adds --show-secrets.
func showSecretsFlag(cmd *cobra.Command, p *bool) {
	cmd.Flags().BoolVar(p, "show-secrets", false, "show passwords, keys and the like instead of "+contrail.Masked)
}

func runGet(ctx context.Context, app *app, opts getOptions) error {
	d, done, err := app.openDump(opts.file)
	if err != nil {
		return err
	}
	defer done()
	found, err := inspect.Get(ctx, d, opts.ref)
	if err != nil {
		return nothingFound(err)
	}
	view := inspect.View{Names: !opts.noNames, Mask: !opts.secrets && !opts.json}
	switch {
	case opts.pick != "":
		return app.getPart(found, view, opts)
	case opts.raw:
		return app.page(func(w *bufio.Writer) error {
			if err := found.Raw(w); err != nil || !app.streams.OutTerminal() {
				return err
			}
			return w.WriteByte('\n')
		})
	case found.Path.Level == dump.AtColumn && !opts.json:
		opts.pick = "value"
		return app.getPart(found, view, opts)
	}
	if opts.json {
		view.Schema = inspect.GetSchema
	}
	var cut bool
	err = app.page(func(w *bufio.Writer) error {
		var err error
		if cut, err = found.WriteJSON(&jsonPrinter{w: w}, view); err == nil {
			err = w.WriteByte('\n')
		}
		return err
	})
	if err == nil && cut {
		err = partialf("%s is too large for --memory %s: not all of it is shown", found.Path, humanize.Size(app.global.memory))
	}
	return err
}

// getPart prints what a gjson path picks.
func (a *app) getPart(found *inspect.Found, view inspect.View, opts getOptions) error {
	text := bounded{most: a.global.memory / 4}
	tooLarge := withHint(errors.New("it is too large for a gjson path"), "give it more with --memory")
	var cut bool
	var err error
	if opts.raw {
		err = found.Raw(&text)
	} else {
		cut, err = found.WriteJSON(&text, view)
	}
	switch {
	case errors.Is(err, errBound), err == nil && cut:
		return tooLarge
	case err != nil:
		return err
	}
	result, ok := inspect.Pick(text.Bytes(), opts.pick)
	if !ok {
		return notFoundf("%s: nothing at %s", found.Path, opts.pick)
	}
	return a.page(func(w *bufio.Writer) error {
		switch {
		case opts.raw:
			w.Write(result)
		case opts.json:
			b := contrail.AppendJSONString([]byte(`{"schema":`), inspect.GetSchema, false)
			b = contrail.AppendJSONString(append(b, `,"path":`...), found.Path.String(), false)
			b = append(append(append(b, `,"result":`...), result...), '}')
			(&jsonPrinter{w: w}).Write(b)
		case result[0] == '"':
			a.printText(w, inspect.TextOf(result))
		default:
			(&jsonPrinter{w: w}).Write(result)
		}
		return w.WriteByte('\n')
	})
}

// printText prints a text as it is, but on a terminal so that it can't do harm there.
func (a *app) printText(w *bufio.Writer, text string) {
	if a.streams.OutTerminal() {
		text = term.EscapeLines(text)
	}
	w.WriteString(text)
}

// bounded is a buffer that refuses to grow beyond a size.
type bounded struct {
	bytes.Buffer
	most int64
}

var errBound = errors.New("too large")

func (b *bounded) Write(p []byte) (int, error) {
	if int64(b.Len()+len(p)) > b.most {
		return 0, errBound
	}
	return b.Buffer.Write(p)
}
