package main

import (
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/generate"
	"github.com/dumptool/dumptool/internal/humanize"
)

// rowOrder is the order of rows in a generated dump.
type rowOrder string

const (
	orderToken    rowOrder = "token"
	orderCreation rowOrder = "creation"
)

type generateOptions struct {
	generate.Options
	order  rowOrder
	after  string
	truth  string
	output outputOptions
}

func newGenerateCmd(app *app) *cobra.Command {
	var opts generateOptions
	cmd := &cobra.Command{
		Use:     "generate [flags]",
		Short:   "Make a consistent synthetic dump, or a pair that differs in known ways",
		GroupID: groupMake,
		Long: `The dump follows from the flags: the same flags make the same bytes, on every machine. With --after a second dump is
written that has --changes primary changes against the first, and all that follows from them; --truth lists them.`,
		Example: examples(
			"dumptool generate --objects 1000 -o db-dump.json", "a small dump",
			"dumptool generate --objects 5000000 --seed 7 -o big.json.zst", "a large one, compressed",
			"dumptool generate --changes 20 -o before.json --after after.json --truth truth.json", "a pair to compare",
		),
		Args: operands(0),
		RunE: func(_ *cobra.Command, _ []string) error {
			if err := opts.validate(); err != nil {
				return err
			}
			return runGenerate(app, opts)
		},
	}
	opts.register(cmd)
	opts.output.dump = true
	return cmd
}

func (o *generateOptions) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.IntVar(&o.Objects, "objects", 1000, "make `N` objects")
	flags.Uint64Var(&o.Seed, "seed", 1, "select one of many dumps of that size by `NUMBER`")
	choiceVar(cmd, flags, &o.order, "order", orderToken, "`ORDER` of the rows", orderToken, orderCreation)
	flags.BoolVar(&o.UnsortedColumns, "unsorted-columns", false, "shuffle the columns of each row")
	flags.BoolVar(&o.ZooKeeperFirst, "zookeeper-first", false, "put ZooKeeper before Cassandra")
	flags.StringVar(&o.ClusterID, "cluster-id", "", "begin all ZooKeeper paths with `ID`")
	flags.BoolVar(&o.FourByteASN, "four-byte-asn", false, "use a four byte AS number")
	flags.IntVar(&o.Indent, "indent", 0, "indent the JSON by `N` blanks a level (default: one line)")
	flags.IntVar(&o.Changes, "changes", 0, "make `N` primary changes in the second dump")
	flags.StringVar(&o.after, "after", "", "write the changed dump to `FILE`")
	flags.StringVar(&o.truth, "truth", "", "write the list of primary changes to `FILE`")
	flags.BoolVar(&o.AfterShuffled, "after-shuffled", false, "give the second dump other orders of everything")
	o.output.register(cmd)
}

func (o *generateOptions) validate() error {
	o.TokenOrder = o.order == orderToken
	if o.after == "" {
		switch {
		case o.Changes != 0:
			return usagef("--changes needs --after FILE")
		case o.truth != "":
			return usagef("--truth needs --after FILE")
		case o.AfterShuffled:
			return usagef("--after-shuffled needs --after FILE")
		}
		return nil
	}
	return distinct(o.output.path, o.after, o.truth)
}

// distinct refuses two outputs of one name, and more than one on standard output.
func distinct(paths ...string) error {
	seen := map[string]bool{}
	for i, path := range paths {
		switch path {
		case "":
			if i > 0 {
				continue // an output that isn't wanted
			}
			path = "-"
		case "-":
		default:
			path = filepath.Clean(path)
		}
		if seen[path] {
			return usagef("two outputs go to %s", path)
		}
		seen[path] = true
	}
	return nil
}

func runGenerate(app *app, opts generateOptions) error {
	before, err := app.create(opts.output)
	if err != nil {
		return err
	}
	defer before.abort()
	progress := app.streams.Progress("generating", 0)
	defer progress.Done()
	if opts.after == "" {
		stats, err := generate.Write(progress.Writer(before), opts.Options)
		if err != nil {
			return err
		}
		app.logGenerated(opts.output.path, stats)
		return before.commit()
	}

	after, err := app.create(opts.output.at(opts.after))
	if err != nil {
		return err
	}
	defer after.abort()
	var truth *output
	var truthWriter io.Writer
	if opts.truth != "" {
		if truth, err = app.create(outputOptions{path: opts.truth, force: opts.output.force}); err != nil {
			return err
		}
		defer truth.abort()
		truthWriter = truth
	}
	stats, err := generate.WritePair(progress.Writer(before), progress.Writer(after), truthWriter, opts.Options)
	if err != nil {
		return err
	}
	app.logGenerated(opts.output.path, stats.Before)
	app.logGenerated(opts.after, stats.After)
	if truth != nil {
		if err := truth.commit(); err != nil {
			return err
		}
	}
	if err := after.commit(); err != nil {
		return err
	}
	return before.commit()
}

func (a *app) logGenerated(path string, stats generate.Stats) {
	if path == "" {
		path = "-"
	}
	a.log.Debug("generated "+path, "size", humanize.Size(stats.Bytes), "objects", humanize.Count(stats.Objects),
		"rows", humanize.Count(stats.Rows), "columns", humanize.Count(stats.Columns), "nodes", humanize.Count(stats.Nodes))
}
