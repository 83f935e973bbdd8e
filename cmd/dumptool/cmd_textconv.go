package main

import (
	"bufio"
	"context"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/inspect/textconv"
)

type textconvOptions struct {
	all         bool
	showSecrets bool
}

func newTextconvCmd(app *app) *cobra.Command {
	var opts textconvOptions
	cmd := &cobra.Command{
		Use:     "textconv [FILE] [flags]",
		Short:   "Write a dump as sorted lines, one a field, for git to compare",
		GroupID: groupLook,
		Long: `The same content gives the same lines, however a dump is ordered, spelled or compressed. Write times, stats, nodes of
sessions, back-references, tables of names and shares, and locks of names are left out unless --all is given; secrets are
masked. "dumptool git-setup" prints what makes git use it.`,
		Example: examples(
			"dumptool textconv db-dump.json.zst | less", "a dump as lines",
			"dumptool git-setup | sh", "let git log -p and git diff show dumps that way",
			"diff <(dumptool textconv a.json) <(dumptool textconv b.json)", "with any program that compares lines",
		),
		Args: operands(0, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runTextconv(cmd.Context(), app, opts, args)
		},
	}
	cmd.Flags().BoolVar(&opts.all, "all", false, "leave nothing out")
	cmd.Flags().BoolVar(&opts.showSecrets, "show-secrets", false, "don't mask secrets")
	return cmd
}

func runTextconv(ctx context.Context, app *app, opts textconvOptions, args []string) error {
	name, err := app.fileOperand(args)
	if err != nil {
		return err
	}
	d, closeDump, err := app.openDump(name)
	if err != nil {
		return err
	}
	defer closeDump()
	return app.page(func(w *bufio.Writer) error {
		return textconv.Write(ctx, w, d, textconv.Options{All: opts.all, ShowSecrets: opts.showSecrets, Escape: term.Escape})
	})
}
