package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dumptool/dumptool/export/apply"
	"github.com/dumptool/dumptool/export/cassandra"
	"github.com/dumptool/dumptool/export/restore"
	"github.com/dumptool/dumptool/export/zookeeper"
	"github.com/dumptool/dumptool/internal/spill"
)

// applyTarget are live databases in which a command makes single changes.
type applyTarget struct {
	app    *app
	target *liveTarget
	site   restore.PlannedTarget
	notes  []string // what people should know before they agree
}

// connect opens the databases and asks them who they are. what is what services that are running don't learn of.
func (t *applyTarget) connect(ctx context.Context, what string) (err error) {
	if t.target, err = openTarget(ctx, t.app, &t.app.live); err != nil {
		return err
	}
	var findings []restore.Finding
	if t.site, findings, err = restore.Site(ctx, t.target.Target); err != nil {
		t.target.close()
		return err
	}
	for i := range findings {
		note := findings[i].String()
		if findings[i].ID == "services-running" {
			note += "; they do not learn of the " + what + " before they are restarted"
		}
		t.notes = append(t.notes, note)
	}
	return nil
}

// same refuses to go on in other databases than those in which something was begun; what says that it was.
func (t *applyTarget) same(a *apply.About, what string) error {
	if a.Cluster == t.site.Cassandra.Cluster && a.ClusterID == t.target.ClusterID {
		return nil
	}
	return fmt.Errorf("%s begun in the Cassandra cluster %q with cluster id %q, not in %q with %q",
		what, a.Cluster, a.ClusterID, t.site.Cassandra.Cluster, t.target.ClusterID)
}

func (t *applyTarget) into() apply.Target {
	return apply.Target{
		Cassandra: cassandra.NewEditor(t.target.rows), ZooKeeper: zookeeper.NewEditor(t.target.nodes), ClusterID: t.target.ClusterID,
	}
}

func (t *applyTarget) options(workers int, patience time.Duration, progress func(int64)) apply.Options {
	return apply.Options{
		Temp: spill.Dir(t.app.global.tempDir), Memory: t.app.global.memory / 4, Workers: workers, Patience: patience, Progress: progress,
	}
}

// hosts are the servers of the databases.
func (t *applyTarget) hosts() string { return strings.Join(hostsOf(&t.site), ", ") }

// confirm asks before something is written, unless yes says that nobody is to be asked. The verb begins the question.
func (t *applyTarget) confirm(yes bool, verb, what string) error {
	if yes {
		return nil
	}
	if !t.app.streams.InTerminal() {
		return withHint(fmt.Errorf("this would %s %s at %s", strings.ToLower(verb[:1])+verb[1:], what, t.hosts()), "--yes writes without asking")
	}
	return t.app.confirm(fmt.Sprintf("%s %s at %s?", verb, what, t.hosts()))
}
