package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/dumptool/dumptool/export/restore"
)

// finishedSuffix is what is put behind the name of a journal when the import has ended: it is kept for --rollback.
const finishedSuffix = "ed"

// finishJournal keeps the journal of an import that has ended. One of an import before it gets the time of its end behind
// its name.
func finishJournal(path string) error {
	finished := path + finishedSuffix
	if info, err := os.Lstat(finished); err == nil {
		aside := finished + "." + info.ModTime().UTC().Format("20060102T150405.000Z")
		if err := os.Rename(finished, aside); err != nil {
			return err
		}
	}
	return os.Rename(path, finished)
}

// rollbackJournal finds the journal of the import to take back: one that did not end, or else one that did.
func rollbackJournal(path, file string) (string, *restore.Progress, error) {
	for _, name := range []string{path, path + finishedSuffix} {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", nil, err
		}
		defer f.Close()
		p, err := restore.ReadJournal(f)
		if err != nil && isGraftJournal(name) {
			return "", nil, withHint(fmt.Errorf("%s: the databases were not empty before this import", name),
				undoCommand(file, name)+" puts back what was there before")
		}
		if errors.Is(err, restore.ErrNoJournal) {
			return "", nil, withHint(fmt.Errorf("%s: nothing was written yet, there is nothing to take back", name), "delete the file")
		}
		if err != nil {
			return "", nil, fmt.Errorf("%s: %w", name, err)
		}
		return name, p, nil
	}
	return "", nil, withHint(fmt.Errorf("there is no journal of an import, neither %s nor %s%s", path, path, finishedSuffix),
		"only with its journal an import can be taken back: --journal says where it is")
}

// runRollback takes back what an import has written.
func runRollback(ctx context.Context, app *app, opts importOptions, file string) error {
	name, from, err := rollbackJournal(opts.journal, file)
	if err != nil {
		return err
	}
	if err := opts.adoptSelection(from); err != nil {
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
	plan, err := restore.PlanRollback(ctx, survey, from, target.Target)
	if err != nil {
		return err
	}
	if opts.dryRun {
		return showRollback(app, opts, from.Plan, plan)
	}
	if err := plan.Refusal(); err != nil {
		return hintRollback(err)
	}
	if err := confirmRollback(app, opts, from.Plan, plan); err != nil {
		return err
	}
	journal, err := openJournal(name, true)
	if err != nil {
		return err
	}
	defer journal.f.Close()
	progress := app.streams.ProgressCount("deleting", "nodes", plan.Nodes)
	stats, err := plan.Run(ctx, journal, restore.RunOptions{
		Patience: opts.patience, Progress: func(_, nodes int64) { progress.Set(nodes) },
	})
	progress.Done()
	if err != nil {
		return withHint(&statusError{exitPartial, err}, "--rollback again goes on")
	}
	if err := os.Remove(name); err != nil {
		return err
	}
	return reportRollback(app, opts, stats)
}

// hintRollback says what can be done where an import can't be taken back.
func hintRollback(err error) error {
	if err == nil {
		return nil
	}
	return withHint(err, "what others have written would be lost; dumptool runbook restore has the steps that wipe the databases")
}

func describeRollback(w io.Writer, of *restore.Plan, b *restore.Rollback) error {
	var text bytes.Buffer
	fmt.Fprintf(&text, "import:     %s of %s (sha256 %s)\n", of.Created, of.Dump.File, of.Dump.SHA256)
	fmt.Fprintf(&text, "Cassandra:  %s: %s\n", b.Target.Cassandra.Cluster, cassandraNodes(b.Target.Cassandra))
	fmt.Fprintf(&text, "ZooKeeper:  %s\n", zookeeperNodes(b.Target.ZooKeeperServers))
	for _, k := range b.Keyspaces {
		fmt.Fprintf(&text, "drop        keyspace %s\n", k)
	}
	for _, t := range b.Tables {
		fmt.Fprintf(&text, "drop        table %s\n", t)
	}
	for _, t := range b.Truncate {
		fmt.Fprintf(&text, "truncate    table %s\n", t)
	}
	fmt.Fprintf(&text, "delete      %s\n", plural(b.Nodes, "node"))
	describeFindings(&text, b.Findings)
	_, err := w.Write(text.Bytes())
	return err
}

func showRollback(app *app, opts importOptions, of *restore.Plan, b *restore.Rollback) error {
	var err error
	if opts.json {
		err = app.printJSON(struct {
			Schema   string            `json:"schema"`
			Rollback *restore.Rollback `json:"rollback"`
		}{"dumptool.import/1", b})
	} else {
		err = app.print(func(w *bufio.Writer) error { return describeRollback(w, of, b) })
	}
	if err != nil {
		return err
	}
	return hintRollback(b.Refusal())
}

// confirmRollback asks before anything is removed.
func confirmRollback(app *app, opts importOptions, of *restore.Plan, b *restore.Rollback) error {
	if opts.yes {
		return nil
	}
	what := fmt.Sprintf("drop %s and %s, truncate %s and delete %s", plural(int64(len(b.Keyspaces)), "keyspace"),
		plural(int64(len(b.Tables)), "table"), plural(int64(len(b.Truncate)), "table"), plural(b.Nodes, "node"))
	hosts := strings.Join(hostsOf(&b.Target), ", ")
	if !app.streams.InTerminal() {
		return withHint(fmt.Errorf("this would %s on %s", what, hosts), "--yes does it without asking")
	}
	if err := describeRollback(app.streams.Err, of, b); err != nil {
		return err
	}
	return app.confirm(fmt.Sprintf("Take the import back: %s on %s?", what, hosts))
}

func reportRollback(app *app, opts importOptions, s *restore.RollbackStats) error {
	if opts.json {
		return app.printJSON(struct {
			Schema     string                 `json:"schema"`
			RolledBack *restore.RollbackStats `json:"rolled_back"`
		}{"dumptool.import/1", s})
	}
	return app.print(func(w *bufio.Writer) error {
		fmt.Fprintf(w, "taken back: %s and %s dropped, %s truncated, %s deleted\n", plural(int64(s.Keyspaces), "keyspace"),
			plural(int64(s.Tables), "table"), plural(int64(s.Truncated), "table"), plural(s.Nodes, "node"))
		for _, path := range s.Left {
			fmt.Fprintf(w, "left: the node %s, others have nodes below it\n", path)
		}
		if s.Keyspaces+s.Tables+s.Truncated > 0 {
			fmt.Fprintln(w, "servers with auto_snapshot keep a snapshot of each table on their disks: nodetool listsnapshots, nodetool clearsnapshot")
		}
		return nil
	})
}
