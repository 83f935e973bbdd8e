package main

import (
	"bufio"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/inspect"
	"github.com/dumptool/dumptool/internal/humanize"
)

type infoOptions struct {
	inspect.InfoOptions
	file string
	json bool
}

func newInfoCmd(app *app) *cobra.Command {
	var opts infoOptions
	cmd := &cobra.Command{
		Use:     "info [FILE] [flags]",
		Short:   "Show what is in a dump: tables, objects, ZooKeeper nodes, sizes, times",
		GroupID: groupLook,
		Long: `The sizes of tables are those of their JSON text. Times are those of the oldest and the newest cell. Without FILE the dump
is read from standard input.`,
		Example: examples(
			"dumptool info db-dump.json", "tables, types of objects, families of ZooKeeper nodes",
			"dumptool info db-dump.json.gz --sha256", "with the SHA-256 of the uncompressed text",
			"dumptool info db-dump.json --json | jq .types", "how many objects of each type, for scripts",
		),
		Args: operands(0, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if opts.file, err = app.fileOperand(args); err != nil {
				return err
			}
			return runInfo(cmd.Context(), app, opts)
		},
	}
	cmd.Flags().BoolVar(&opts.SHA256, "sha256", false, "compute the SHA-256 of the uncompressed text")
	jsonFlag(cmd, &opts.json)
	return cmd
}

func runInfo(ctx context.Context, app *app, opts infoOptions) error {
	d, done, err := app.openDump(opts.file)
	if err != nil {
		return err
	}
	defer done()
	info, err := inspect.Summarize(ctx, d, opts.InfoOptions)
	if err != nil {
		return err
	}
	info.File = opts.file
	done()
	if opts.json {
		return app.printJSON(info)
	}
	return app.page(func(w *bufio.Writer) error {
		return printInfo(w, app.streams.OutStyle(), info)
	})
}

// printInfo writes an Info for people.
func printInfo(w *bufio.Writer, style term.Style, info *inspect.Info) error {
	fmt.Fprintf(w, "%s: %s\n", style.Name(term.Escape(info.File)), storedAs(info))
	if info.SHA256 != nil {
		fmt.Fprintf(w, "SHA-256 of the text: %s\n", *info.SHA256)
	}
	for _, note := range layoutNotes(info.Layout) {
		fmt.Fprintf(w, "note: %s\n", note)
	}

	tables := term.NewTable("KEYSPACE", "TABLE", ">ROWS", ">COLUMNS", ">SIZE", "OLDEST (UTC)", "NEWEST (UTC)")
	for _, ks := range info.Keyspaces.Names() {
		keyspace := info.Keyspaces[ks]
		for _, name := range keyspace.Tables.Names() {
			t := keyspace.Tables[name]
			oldest, newest := "", ""
			if t.Oldest != nil {
				oldest, newest = showTime(t.Oldest.String()), showTime(t.Newest.String())
			}
			tables.Row(ks, name, humanize.Count(t.Rows), humanize.Count(t.Columns), humanize.Size(t.Bytes), oldest, newest)
		}
		if len(keyspace.Tables) == 0 {
			tables.Row(ks, "(no tables)")
		}
	}
	types := term.NewTable("TYPE", ">OBJECTS")
	var objects int64
	for _, name := range info.Types.Names() {
		types.Row(name, humanize.Count(info.Types[name]))
		objects += info.Types[name]
	}
	if info.Untyped > 0 {
		types.Row("(rows without type)", humanize.Count(info.Untyped))
	}
	if len(info.Types) > 1 {
		types.Row("(all)", humanize.Count(objects))
	}
	families := term.NewTable("ZOOKEEPER FAMILY", ">NODES")
	for _, name := range info.ZooKeeper.Families.Names() {
		n := info.ZooKeeper.Families[name]
		if name == "" {
			name = "(root)"
		}
		families.Row(name, humanize.Count(n))
	}
	if len(info.ZooKeeper.Families) > 1 {
		families.Row("(all)", humanize.Count(info.ZooKeeper.Nodes))
	}
	for _, t := range []*term.Table{tables, types, families} {
		if t.Len() == 0 {
			continue
		}
		w.WriteByte('\n')
		if err := t.Write(w, style); err != nil {
			return err
		}
	}
	return nil
}

// storedAs says how the dump is stored and how large it is.
func storedAs(info *inspect.Info) string {
	text := fmt.Sprintf("%s (%s bytes)", humanize.Size(info.Bytes), humanize.Count(info.Bytes))
	switch info.Encoding {
	case dump.Plain:
		if info.Index {
			return "plain JSON with an index beside it, " + text
		}
		return "plain JSON, " + text
	case dump.Gzip:
		text = fmt.Sprintf("gzip, %s of %s", humanize.Size(info.StoredBytes), text)
	default:
		text = fmt.Sprintf("%s, %s of %s", info.Encoding, humanize.Size(info.StoredBytes), text)
	}
	if info.Index {
		return text + ", indexed"
	}
	return text
}

// layoutNotes says in words how a dump differs from the ordinary form.
func layoutNotes(l dump.Layout) []string {
	var notes []string
	for _, n := range []struct {
		layout dump.Layout
		text   string
	}{
		{dump.NoKeyspaceLevel, "the tables stand without a keyspace; read as config_db_uuid (A2)"},
		{dump.FlatTables, "names of keyspace and table are joined (A3)"},
		{dump.EmptyZooKeeper, "zookeeper is written as nothing at all (A10)"},
		{dump.NestedZooKeeper, "zookeeper is a nested object (A12)"},
		{dump.BareZooKeeper, "zookeeper is a list instead of a string that holds one"},
		{dump.NoZooKeeper, "there is no member zookeeper"},
	} {
		if l&n.layout != 0 {
			notes = append(notes, n.text)
		}
	}
	return notes
}
