package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/export/restore"
	"github.com/dumptool/dumptool/internal/atomicfile"
	"github.com/dumptool/dumptool/internal/humanize"
)

func adoptPlan(file string, plan *restore.Plan) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	stored, err := restore.ParsePlan(text)
	if err == nil {
		err = plan.Adopt(stored)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// showPlan is what --preflight and --dry-run end with.
func showPlan(app *app, opts importOptions, plan *restore.Plan) error {
	if opts.plan != "" && plan.Refusal() == nil {
		text, err := plan.Encode()
		if err != nil {
			return err
		}
		f, err := atomicfile.Create(opts.plan, atomicfile.Options{})
		if err != nil {
			return err
		}
		defer f.Abort()
		if _, err := f.Write(text); err != nil {
			return err
		}
		if err := f.Commit(); err != nil {
			return err
		}
	}
	var err error
	if opts.json {
		err = app.printJSON(struct {
			Schema string        `json:"schema"`
			Plan   *restore.Plan `json:"plan"`
		}{"dumptool.import/1", plan})
	} else {
		err = app.print(func(w *bufio.Writer) error { return describePlan(w, plan) })
	}
	if err != nil {
		return err
	}
	return hintRefusal(plan.Refusal())
}

// hintRefusal says what can be done about what stands in the way.
func hintRefusal(err error) error {
	if err == nil {
		return nil
	}
	return withHint(err, "dumptool runbook restore --hosts ... has the steps of a restore; --into-nonempty puts single objects between others")
}

// describePlan writes a plan for people.
func describePlan(w io.Writer, p *restore.Plan) error {
	var b bytes.Buffer
	rows, cells := p.Rows()
	fmt.Fprintf(&b, "dump:       %s (%s, sha256 %s)\n", p.Dump.File, humanize.Size(p.Dump.Bytes), p.Dump.SHA256)
	if len(p.Dump.Selection) > 0 {
		fmt.Fprintf(&b, "part:       %s\n", term.Escape(strings.Join(p.Dump.Selection, " ")))
	}
	fmt.Fprintf(&b, "Cassandra:  %s: %s\n", p.Target.Cassandra.Cluster, cassandraNodes(p.Target.Cassandra))
	fmt.Fprintf(&b, "ZooKeeper:  %s\n", zookeeperNodes(p.Target.ZooKeeperServers))
	if p.Timestamp.Mode == "keep" {
		fmt.Fprintln(&b, "timestamps: those of the dump")
	} else {
		fmt.Fprintf(&b, "timestamps: %d for all cells\n", p.Timestamp.Microseconds)
	}
	for _, k := range p.Keyspaces {
		made := ""
		if k.Create {
			made = fmt.Sprintf(" (made, %s)", plural(int64(k.Factor), "replica"))
		}
		fmt.Fprintf(&b, "keyspace    %s%s\n", k.LiveName, made)
		for _, t := range k.Tables {
			made := ""
			if t.Create {
				made = ", made"
				if t.Compact {
					made += " with COMPACT STORAGE"
				}
			}
			fmt.Fprintf(&b, "  %-28s %s, %s%s\n", t.Name, plural(t.Rows, "row"), plural(t.Cells, "cell"), made)
		}
	}
	z := p.ZooKeeper
	fmt.Fprintf(&b, "nodes       %d, and %d above them; left out: %d ephemeral, %d of others\n", z.Nodes, z.Parents, z.Ephemeral, z.Foreign)
	if z.From != z.To {
		fmt.Fprintf(&b, "  cluster id %q of the dump becomes %q\n", z.From, z.To)
	}
	fmt.Fprintf(&b, "in all      %s, %s; about %s on the disks of Cassandra\n", plural(rows, "row"), plural(cells, "cell"), humanize.Size(p.DiskBytes))
	describeFindings(&b, p.Findings)
	_, err := w.Write(b.Bytes())
	return err
}

func describeFindings(w io.Writer, list []restore.Finding) {
	for i := range list {
		word := "note: "
		if list[i].Refuses {
			word = "refused: "
		}
		fmt.Fprintf(w, "%s%s\n", word, list[i].String())
	}
}

func cassandraNodes(s restore.CassandraState) string {
	var nodes []string
	for _, n := range s.Nodes {
		nodes = append(nodes, n.Address+" ("+n.Version+")")
	}
	return strings.Join(nodes, ", ")
}

func zookeeperNodes(servers []restore.ZooKeeperServer) string {
	var nodes []string
	for _, n := range servers {
		nodes = append(nodes, strings.TrimSpace(n.Address+" "+n.Version))
	}
	return strings.Join(nodes, ", ")
}

// hostsOf returns the addresses of all servers of a target.
func hostsOf(t *restore.PlannedTarget) []string {
	var hosts []string
	for _, n := range t.Cassandra.Nodes {
		hosts = append(hosts, n.Address)
	}
	for _, n := range t.ZooKeeperServers {
		hosts = append(hosts, n.Address)
	}
	return hosts
}

func plural(n int64, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// confirmImport asks before anything is written.
func confirmImport(app *app, opts importOptions, p *restore.Plan, resuming bool) error {
	rows, cells := p.Rows()
	hosts := hostsOf(&p.Target)
	what := fmt.Sprintf("%s with %s, and %s", plural(rows, "row"), plural(cells, "cell"), plural(p.ZooKeeper.Nodes, "node"))
	verb := "Write"
	if resuming {
		verb = "Go on writing"
	}
	if opts.yes {
		return nil
	}
	if !app.streams.InTerminal() {
		return withHint(fmt.Errorf("this would write %s to %s", what, strings.Join(hosts, ", ")), "--yes writes without asking")
	}
	if !resuming {
		if err := describePlan(app.streams.Err, p); err != nil {
			return err
		}
	}
	return app.confirm(fmt.Sprintf("%s %s to %s?", verb, what, strings.Join(hosts, ", ")))
}
