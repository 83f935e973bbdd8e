package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/graft"
	"github.com/dumptool/dumptool/export/restore"
)

type importOptions struct {
	selection  selectionOptions
	selected   []string // its flags as they were given
	preflight  bool
	dryRun     bool
	plan       string
	now        bool
	nonEmpty   bool
	onConflict string
	resume     bool
	rollback   bool
	yes        bool
	journal    string
	noCompact  bool
	noRead     bool
	factor     int
	workers    int
	patience   time.Duration
	maxValue   int64
	maxNode    int64
	json       bool
}

func newImportCmd(app *app) *cobra.Command {
	var opts importOptions
	cmd := &cobra.Command{
		Use:     "import [flags] FILE",
		Short:   "Write a dump into empty databases, and prove that all of it is there",
		GroupID: groupLive,
		Long: `Before anything is written the whole dump is read and the databases are looked at: that all servers answer and agree, that
nothing is in the tables and below the nodes that the dump has, that no service is running. What stands in the way is named,
and nothing is written. Then it shows what it will do and asks.

The rules of validate are applied too. --preflight refuses what is fatal; an import names it, and errors, and goes on.

Cells keep their write times and what is left of their time to live. ZooKeeper nodes are written after Cassandra, by depth,
and get their ACLs; ephemeral nodes and those of other programs are left out. In the end everything is read back and compared.

An import that was interrupted goes on with --resume: it keeps a journal beside the dump (FILE.import). After the end that is
called FILE.imported. With it --rollback takes the import back, whether it has ended or not: tables and keyspaces that it made
are dropped, those that were there and empty are truncated, ZooKeeper nodes are deleted. No row is deleted one by one, so nothing
hides the rows of a second import. If others have written or deleted anything there meanwhile that is named, and nothing is done.

With --into-nonempty the selected objects come between others that stay: with their names, addresses and numbers in ZooKeeper,
and with the other ends of their links. What is in the way is named first, and nothing is written: --on-conflict says what
else to do. Timestamps are new, since old ones would lose against the deletion. Before it asks, the plan is shown as a diff.`,
		Example: examples(
			"dumptool import --preflight db-dump.json", "see if an import would be possible",
			"dumptool import --cassandra a,b,c --zookeeper a,b,c db-dump.json", "import",
			"dumptool import --resume db-dump.json", "go on after an interruption",
			"dumptool import --subtree project:default-domain:demo --closure db-dump.json", "only a tenant, and what it needs",
			"dumptool import --into-nonempty --subtree virtual-network:default-domain:demo:net1 --closure db-dump.json",
			"bring a network back that was deleted",
			"dumptool import --rollback db-dump.json", "take the import of this dump back",
			"dumptool import --dry-run --plan plan.json db-dump.json", "write the plan, to be looked at",
			"dumptool import --plan plan.json db-dump.json", "do exactly that, or stop",
		),
		Args: operands(1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.selected = opts.selection.words(cmd.Flags())
			return runImport(cmd.Context(), app, opts, args[0])
		},
	}
	flags := cmd.Flags()
	app.live.register(cmd)
	opts.selection.register(cmd)
	flags.BoolVar(&opts.preflight, "preflight", false, "only look, and say what stands in the way")
	flags.BoolVar(&opts.dryRun, "dry-run", false, "show what would be done; write nothing but the plan")
	flags.StringVar(&opts.plan, "plan", "", "with --dry-run write the plan to `FILE`, otherwise do exactly what it says")
	flags.BoolVar(&opts.now, "now", false, "write the time of the import instead of the timestamps of the dump")
	flags.BoolVar(&opts.resume, "resume", false, "go on with an interrupted import")
	flags.BoolVar(&opts.rollback, "rollback", false, "take back what an import has written; with --dry-run show what that is")
	flags.BoolVarP(&opts.yes, "yes", "y", false, "don't ask")
	flags.BoolVar(&opts.nonEmpty, "into-nonempty", false, "put the selected objects into databases that hold others")
	choiceVar(cmd, flags, &opts.onConflict, "on-conflict", string(graft.Fail), "where a uuid, name, number, address or lock is taken, `WAY`",
		string(graft.Fail), string(graft.Skip), string(graft.Replace))
	flags.StringVar(&opts.journal, "journal", "", "keep the journal in `FILE` (default: beside the dump)")
	flags.BoolVar(&opts.noCompact, "no-compact", false, "make tables without COMPACT STORAGE")
	flags.BoolVar(&opts.noRead, "no-read-back", false, "don't read everything back and compare it")
	flags.IntVar(&opts.factor, "replication-factor", 0, "make keyspaces with `N` replicas (default: the number of Cassandra servers that are named)")
	flags.IntVar(&opts.workers, "concurrency", 64, "at most `N` requests to Cassandra at once; overload lowers it")
	flags.DurationVar(&opts.patience, "patience", 5*time.Minute, "wait `TIME` for databases that are overloaded or away")
	sizeVar(flags, &opts.maxValue, "max-value", restore.DefaultMaxValue, "refuse values of more than `SIZE`, which Cassandra might not take")
	sizeVar(flags, &opts.maxNode, "max-node", restore.DefaultMaxNode, "refuse ZooKeeper nodes of more than `SIZE`")
	jsonFlag(cmd, &opts.json)
	exits(cmd, map[int]string{exitPartial: "interrupted or failed after writing had begun; --resume goes on, or --rollback"})
	return cmd
}

const journalSuffix = ".import"

func runImport(ctx context.Context, app *app, opts importOptions, file string) error {
	if err := opts.check(file); err != nil {
		return err
	}
	if opts.journal == "" {
		opts.journal = file + journalSuffix
	}
	if opts.nonEmpty || opts.resume && isGraftJournal(opts.journal) {
		return runGraft(ctx, app, opts, file)
	}
	if opts.rollback {
		return runRollback(ctx, app, opts, file)
	}
	var from *restore.Progress
	if opts.resume {
		var err error
		if from, err = readJournal(opts.journal); err != nil {
			return err
		}
		if err := opts.adoptSelection(from); err != nil {
			return err
		}
	} else if err := noJournal(opts.journal); err != nil && !opts.preflight && !opts.dryRun {
		return err
	}
	d, closeDump, err := opts.openPart(ctx, app, file)
	if err != nil {
		return err
	}
	defer closeDump()
	target, err := openTarget(ctx, app, &app.live)
	if err != nil {
		return err
	}
	defer target.close()
	survey, err := opts.survey(ctx, d, target, from)
	if err != nil {
		return err
	}
	defer survey.Close()
	plan, err := restore.Preflight(ctx, survey, target.Target, from != nil)
	if err != nil {
		return err
	}
	plan.Dump.Selection = opts.selected
	if from != nil {
		if err := survey.Begun(from.Plan, plan.Target); err != nil {
			return err
		}
		// Only what is new stands in the way of going on.
		if err := plan.Refusal(); err != nil {
			return err
		}
	}
	var found []restore.Finding // by the rules of validate
	if from == nil {
		if found, err = validateForImport(ctx, d, opts.preflight); err != nil {
			return err
		}
		plan.Findings = append(plan.Findings, found...)
	}
	if opts.preflight || opts.dryRun {
		return showPlan(app, opts, plan)
	}
	if err := plan.Refusal(); err != nil {
		return hintRefusal(err)
	}
	noteFindings(app, file, found)
	if from != nil {
		plan = from.Plan
	} else if opts.plan != "" {
		if err := adoptPlan(opts.plan, plan); err != nil {
			return err
		}
	}
	if err := confirmImport(app, opts, plan, from != nil); err != nil {
		return err
	}
	return writeImport(ctx, app, opts, target, survey, plan, from)
}

// survey reads the dump. from is what its journal says of an import that was begun, or nil.
func (o *importOptions) survey(ctx context.Context, d *dump.Dump, target *liveTarget, from *restore.Progress) (*restore.Survey, error) {
	into := restore.Options{
		ClusterID: target.ClusterID, Now: o.now, NoCompact: o.noCompact,
		MaxValue: o.maxValue, MaxNode: o.maxNode, Factor: o.factor, Patience: o.patience,
	}
	var err error
	if into.Extras, err = restore.ReadExtras(ctx, d); err != nil {
		return nil, err
	}
	if into.Factor == 0 {
		into.Factor = target.servers
	}
	if from != nil {
		// What was decided at the beginning stays.
		into.Now = from.Plan.Timestamp.Mode == "now"
	}
	return restore.Look(ctx, d, into)
}

// ofObjects tells if the selection names objects.
func (o *importOptions) ofObjects() bool {
	s := &o.selection
	return len(s.Types)+len(s.Objects)+len(s.Subtrees) > 0 || s.listFile != ""
}

// check refuses what makes no sense before anything is opened.
func (o *importOptions) check(file string) error {
	switch {
	case o.nonEmpty && o.rollback:
		return usagef("--rollback takes back imports into empty databases")
	case o.nonEmpty && !o.resume && !o.ofObjects():
		return withHint(usagef("--into-nonempty puts single objects between others: name them with --object, --subtree, --type or --use-list"),
			"a whole dump goes into empty databases: dumptool runbook restore")
	case o.nonEmpty && o.plan != "":
		return withHint(usagef("--into-nonempty has no plan file"), "--dry-run shows the plan, as a diff")
	case !o.nonEmpty && o.onConflict != string(graft.Fail):
		return usagef("--on-conflict goes with --into-nonempty")
	case o.rollback && (o.preflight || o.resume || o.now || o.plan != ""):
		return usagef("--rollback goes together with --dry-run, and not with --preflight, --resume, --plan or --now")
	case o.preflight && o.dryRun, o.preflight && o.resume, o.dryRun && o.resume, o.preflight && o.plan != "", o.resume && o.plan != "":
		return usagef("--preflight, --dry-run, --resume and --plan don't go together, but for --dry-run --plan FILE")
	case o.resume && o.now:
		return usagef("--resume goes on with what was decided at the beginning; leave --now out")
	case file == "-" && o.selection.listFile == "-":
		return usagef("standard input can't be both FILE and the list")
	case o.factor < 0 || o.workers < 1:
		return usagef("--replication-factor and --concurrency are numbers from 1 on")
	case file == "-" && o.journal == "" && !o.preflight && !o.dryRun:
		return usagef("standard input has no name to keep a journal beside: use --journal FILE")
	}
	return nil
}

// readJournal reads the journal of the import to go on with.
func readJournal(path string) (*restore.Progress, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, withHint(fmt.Errorf("there is nothing to go on with: %w", err), "leave --resume out to begin")
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p, err := restore.ReadJournal(f)
	if errors.Is(err, restore.ErrNoJournal) {
		return nil, withHint(fmt.Errorf("%s: nothing was written yet", path), "delete it, leave --resume out to begin")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if p.Undoing {
		return nil, withHint(fmt.Errorf("%s: this import is being taken back", path), "--rollback goes on with that")
	}
	return p, nil
}

// noJournal refuses to begin where an import was interrupted.
func noJournal(path string) error {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return withHint(fmt.Errorf("%s: an import of this dump was begun and did not end", path), "go on with --resume, take it back with --rollback, or delete the file to begin anew")
}
