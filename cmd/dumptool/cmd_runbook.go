package main

import (
	"bufio"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/export/runbook"
)

type runbookOptions struct {
	site   runbook.Options
	format runbook.Format
	json   bool
}

func newRunbookCmd(app *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "runbook COMMAND",
		Short:   "Print the steps of a backup or a restore, with the checks between them",
		GroupID: groupLive,
		Long: `The procedure that operators follow, for the hosts that you name: what to do where, and what has to hold before the next
step. As a shell script (--format shell) it does it all over ssh, stops at whatever does not hold, and asks before it
destroys anything.`,
		Example: examples(
			"dumptool runbook restore --hosts a,b,c", "the steps of a restore, to read",
			"dumptool runbook restore --hosts a,b,c --containerized --format shell > restore.sh", "a script that carries it out",
			"dumptool runbook backup --hosts a,b,c --format markdown", "for a wiki or a ticket",
		),
	}
	subcommands(cmd)
	cmd.AddCommand(
		newRunbookForCmd(app, runbook.Backup, "backup", "Print the steps of a backup"),
		newRunbookForCmd(app, runbook.Restore, "restore", "Print the steps of a restore"),
		newRunbookCheckCmd(app),
	)
	return cmd
}

func newRunbookForCmd(app *app, build func(runbook.Options) (*runbook.Runbook, error), name, short string) *cobra.Command {
	var opts runbookOptions
	cmd := &cobra.Command{
		Use:   name + " --hosts HOST,... [flags]",
		Short: short,
		Example: examples(
			"dumptool runbook "+name+" --hosts a,b,c", "to read",
			"dumptool runbook "+name+" --hosts a,b,c --format shell > "+name+".sh", "a script that carries it out over ssh",
			"dumptool runbook "+name+" --hosts a --containerized --dump /var/backups/db-dump.json.zst", "one controller, in a container",
		),
		Args: operands(0),
		RunE: func(_ *cobra.Command, _ []string) error {
			return runRunbook(app, opts, build)
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&opts.site.Hosts, "hosts", nil, "the controllers: `HOST,...`")
	flags.StringSliceVar(&opts.site.KafkaHosts, "analytics-hosts", nil, "analytics controllers, which run Kafka too: `HOST,...`")
	flags.BoolVar(&opts.site.Containerized, "containerized", false, "the services run in a controller container on each host")
	flags.StringVar(&opts.site.Dump, "dump", "db-dump.json", "the dump is `FILE`")
	flags.StringVar(&opts.site.APIConf, "api-conf", "", "the configuration of the API server is `FILE`")
	flags.StringVar(&opts.site.ClusterID, "cluster-id", "", "keyspaces and nodes have the prefix `ID`")
	choiceVar(cmd, flags, &opts.format, "format", runbook.Text, "print as `FORMAT`", runbook.Text, runbook.Markdown, runbook.Shell)
	jsonFlag(cmd, &opts.json)
	return cmd
}

func runRunbook(app *app, opts runbookOptions, build func(runbook.Options) (*runbook.Runbook, error)) error {
	if len(opts.site.Hosts) == 0 {
		return usagef("name the controllers with --hosts")
	}
	book, err := build(opts.site)
	if err != nil {
		return usagef("%w", err)
	}
	if opts.json {
		return app.printJSON(book)
	}
	if opts.format == runbook.Text {
		app.streams.Page()
	}
	return app.print(func(w *bufio.Writer) error { return book.Render(w, opts.format) })
}
