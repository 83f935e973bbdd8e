package restore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dumptool/dumptool/internal/spill"
)

// Rollback is what taking an import back removes: what it has made and nothing else. Rows are never deleted one by one, since
// tombstones would hide the rows of a second import, which have older timestamps.
type Rollback struct {
	Target    PlannedTarget `json:"target"`
	Keyspaces []string      `json:"drop_keyspaces"`
	// Tables are KEYSPACE.TABLE.
	Tables   []string `json:"drop_tables"`
	Truncate []string `json:"truncate"`
	// Nodes are those of the dump and the parents that they needed, as far as they are there.
	Nodes    int64     `json:"nodes"`
	Findings []Finding `json:"findings"`

	survey   *Survey
	target   Target
	existing []string // nodes that were there before
	tables   map[string][2]string
}

// PlanRollback looks at the databases and finds what there is to take back of an import. That others have written there
// meanwhile is a finding that refuses; see Refusal.
//
// Memory: as ReadBack.
func PlanRollback(ctx context.Context, s *Survey, from *Progress, t Target) (*Rollback, error) {
	f := &findings{}
	p := from.Plan
	b := &Rollback{
		Keyspaces: []string{}, Tables: []string{}, Truncate: []string{}, Findings: []Finding{},
		survey: s, target: t, existing: p.ZooKeeper.Existing, tables: map[string][2]string{},
	}
	now := &Plan{Target: PlannedTarget{ClusterID: t.ClusterID}}
	if err := now.servers(ctx, t, f); err != nil {
		return nil, err
	}
	b.Target = now.Target
	if err := s.Begun(p, b.Target); err != nil {
		return nil, err
	}
	if err := runningServices(ctx, t, f); err != nil {
		return nil, err
	}
	others := &strangers{
		partly: !from.Proven || from.Undoing, tables: map[string]bool{}, existing: b.existing, findings: f,
	}
	for i := range p.Keyspaces {
		if err := b.keyspace(ctx, &p.Keyspaces[i], from, others); err != nil {
			return nil, err
		}
	}
	d, err := compareLive(ctx, s, p, t, others)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	if d.Expiries > 0 {
		f.add("written-since", true, fmt.Sprintf("cells that end at another time (%d)", d.Expiries), writtenSince)
	}
	if err := b.countNodes(ctx); err != nil {
		return nil, err
	}
	for _, found := range f.list {
		b.Findings = append(b.Findings, *found)
	}
	return b, nil
}

// keyspace finds what becomes of a keyspace and its tables.
func (b *Rollback) keyspace(ctx context.Context, k *PlannedKeyspace, from *Progress, others *strangers) error {
	live, err := b.target.Cassandra.Keyspace(ctx, k.LiveName)
	if err != nil {
		return fmt.Errorf("look at the keyspace %s: %w", k.LiveName, err)
	}
	if live == nil {
		if !others.partly || !k.Create {
			others.findings.add("deleted-since", true, k.LiveName, deletedSince)
		}
		return nil
	}
	_, ours := from.Made[k.LiveName]
	if k.Create && !ours {
		others.findings.add("made-since", true, k.LiveName, "somebody else has made what the import had not made yet")
	}
	planned := map[string]bool{}
	for i := range k.Tables {
		t := &k.Tables[i]
		planned[t.Name] = true
		if err := b.table(ctx, k, t, from, others); err != nil {
			return err
		}
	}
	if !k.Create {
		return nil
	}
	b.Keyspaces = append(b.Keyspaces, k.LiveName)
	for _, name := range sortedNames(tableNames(live)) {
		if !planned[name] {
			others.findings.add("made-since", true, k.LiveName+"."+name, "somebody else has made tables in keyspaces of the import")
		}
	}
	return nil
}

func tableNames(k *LiveKeyspace) map[string]bool {
	names := map[string]bool{}
	for name := range k.Tables {
		names[name] = true
	}
	return names
}

// table finds what becomes of a table.
func (b *Rollback) table(ctx context.Context, k *PlannedKeyspace, t *PlannedTable, from *Progress, others *strangers) error {
	name := k.LiveName + "." + t.Name
	id, err := b.target.Cassandra.TableID(ctx, k.LiveName, t.Name)
	if err != nil {
		return fmt.Errorf("look at %s: %w", name, err)
	}
	made, begun := from.Made[name]
	if !t.Create {
		made = t.ID
	}
	switch {
	case id == "":
		if !others.partly || !t.Create {
			others.findings.add("deleted-since", true, name, deletedSince)
		}
		return nil
	case t.Create && !begun:
		others.findings.add("made-since", true, name, "somebody else has made what the import had not made yet")
	case made != "" && made != id:
		others.findings.add("made-anew", true, name, "somebody else has dropped a table and made it anew")
	}
	others.tables[name] = true
	b.tables[name] = [2]string{k.LiveName, t.Name}
	switch {
	case k.Create: // it goes with its keyspace
	case t.Create:
		b.Tables = append(b.Tables, name)
	case t.Cells > 0:
		b.Truncate = append(b.Truncate, name)
	}
	return nil
}

// Refusal returns an error if a finding forbids it.
func (b *Rollback) Refusal() error {
	if slices.ContainsFunc(b.Findings, func(f Finding) bool { return f.Refuses }) {
		return &RefusedError{"taking the import back is refused, nothing was changed:", b.Findings}
	}
	return nil
}

// RollbackStats counts what was done.
type RollbackStats struct {
	Keyspaces int   `json:"keyspaces"` // dropped
	Tables    int   `json:"tables"`    // dropped by themselves
	Truncated int   `json:"truncated"`
	Nodes     int64 `json:"nodes"`
	// Left are nodes above those of the dump that stay since others have nodes below them too.
	Left []string `json:"left"`
}

// Run removes what the rollback names: ZooKeeper first, which promises what is in Cassandra. The journal is that of the
// import; an interrupted run is begun again with PlanRollback.
func (b *Rollback) Run(ctx context.Context, j Journal, o RunOptions) (*RollbackStats, error) {
	o.fill()
	stats := &RollbackStats{Left: []string{}}
	if err := appendLine(j, journalLine{Undo: true}); err != nil {
		return stats, err
	}
	w := &treeRemover{rollback: b, pace: newPace(multis, o.Pause), patient: o.Patience, stats: stats, report: o.Progress}
	if err := w.run(ctx); err != nil {
		return stats, err
	}
	pace := newPace(1, o.Pause)
	c := b.target.Cassandra
	for _, name := range b.Truncate {
		t := b.tables[name]
		if err := pace.try(ctx, o.Patience, func(ctx context.Context) error { return c.Truncate(ctx, t[0], t[1]) }); err != nil {
			return stats, fmt.Errorf("truncate %s: %w", name, err)
		}
		n, err := c.CountRows(ctx, t[0], t[1], countRows)
		if err != nil {
			return stats, fmt.Errorf("look into %s: %w", name, err)
		}
		if n > 0 {
			return stats, fmt.Errorf("%s has %s rows after it was truncated", name, atLeast(n, countRows))
		}
		stats.Truncated++
	}
	for _, name := range b.Tables {
		t := b.tables[name]
		if err := pace.try(ctx, o.Patience, func(ctx context.Context) error { return c.DropTable(ctx, t[0], t[1]) }); err != nil {
			return stats, fmt.Errorf("drop the table %s: %w", name, err)
		}
		stats.Tables++
	}
	for _, name := range b.Keyspaces {
		if err := pace.try(ctx, o.Patience, func(ctx context.Context) error { return c.DropKeyspace(ctx, name) }); err != nil {
			return stats, fmt.Errorf("drop the keyspace %s: %w", name, err)
		}
		stats.Keyspaces++
	}
	return stats, nil
}

// eachNode goes over the paths of nodes that the import has made or would have made, the deepest first.
func (b *Rollback) eachNode(do func(path string) error) error {
	o := b.survey.dump.Options()
	byDepth := spill.NewSorter(o.Temp, o.Memory/16)
	defer byDepth.Close()
	var rec []byte
	err := b.survey.nodes.each(func(n *node) error {
		if slices.Contains(b.existing, n.path) {
			return nil
		}
		rec = binary.BigEndian.AppendUint16(rec[:0], ^uint16(min(depth(n.path), 1<<16-1)))
		return byDepth.Add(append(rec, n.path...))
	}, nil)
	if err != nil {
		return err
	}
	it, err := byDepth.Sort()
	if err != nil {
		return err
	}
	for it.Next() {
		if err := do(string(it.Record()[2:])); err != nil {
			return err
		}
	}
	return it.Err()
}

// countNodes counts the nodes that are there.
func (b *Rollback) countNodes(ctx context.Context) error {
	var batch []string
	count := func() error {
		there, err := present(ctx, b.target.ZooKeeper, batch)
		b.Nodes += int64(len(there))
		batch = batch[:0]
		return err
	}
	err := b.eachNode(func(path string) error {
		if batch = append(batch, path); len(batch) < multiNodes {
			return nil
		}
		return count()
	})
	if err != nil {
		return err
	}
	return count()
}

// present returns those of the nodes that are there.
func present(ctx context.Context, z ZooKeeper, paths []string) ([]string, error) {
	found := make([]bool, len(paths))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(together)
	for i, path := range paths {
		g.Go(func() (err error) {
			n, err := z.Get(ctx, path)
			if err != nil {
				return fmt.Errorf("look at the ZooKeeper node %s: %w", path, err)
			}
			found[i] = n != nil
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var there []string
	for i, path := range paths {
		if found[i] {
			there = append(there, path)
		}
	}
	return there, nil
}

// treeRemover deletes ZooKeeper nodes, level by level from below.
type treeRemover struct {
	rollback *Rollback
	pace     *pace
	patient  time.Duration
	stats    *RollbackStats
	report   func(offset, nodes int64)
}

func (w *treeRemover) run(ctx context.Context) error {
	var batch []string
	at, size := 0, 0
	flush := func() error {
		err := w.remove(ctx, batch)
		batch, size = nil, 0
		return err
	}
	err := w.rollback.eachNode(func(path string) error {
		if d := depth(path); d != at || len(batch) >= multiNodes || size+len(path)+nodeOverhead > multiBytes {
			if err := flush(); err != nil {
				return err
			}
			at = d
		}
		batch, size = append(batch, path), size+len(path)+nodeOverhead
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// remove deletes nodes of one depth by one multi-operation, unless some are gone already.
func (w *treeRemover) remove(ctx context.Context, paths []string) error {
	z := w.rollback.target.ZooKeeper
	for len(paths) > 0 {
		err := w.pace.try(ctx, w.patient, func(ctx context.Context) error { return z.Delete(ctx, paths) })
		var changed *ChangedError
		switch {
		case err == nil:
			w.stats.Nodes += int64(len(paths))
			w.report(0, w.stats.Nodes)
			return nil
		case errors.As(err, &changed) && changed.Filled && w.above(changed.Path):
			w.stats.Left = append(w.stats.Left, changed.Path)
			paths = slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return p == changed.Path })
		case errors.Is(err, ErrGone):
			if paths, err = present(ctx, z, paths); err != nil {
				return err
			}
		default:
			return fmt.Errorf("delete ZooKeeper nodes from %s on: %w", paths[0], err)
		}
	}
	return nil
}

// above tells if a node is above the top nodes of the dump, where others may have nodes of their own.
func (w *treeRemover) above(path string) bool {
	return slices.ContainsFunc(w.rollback.survey.nodes.tops, func(top string) bool { return strings.HasPrefix(top, path+"/") })
}
