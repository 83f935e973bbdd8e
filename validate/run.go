package validate

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// run is the work on one dump.
type run struct {
	ctx     context.Context
	d       *dump.Dump
	o       Options
	temp    spill.Dir
	memory  *spill.Pool
	hooks   hooks
	keep    map[string]bool
	summary Summary

	inv     Inventory
	problem map[string]*Report

	rows         *store // all rows of obj_uuid_table
	names        *store // names of some types: index entries and objects
	indexBalance *balance
	lockBalance  *balance
	linkBalance  *balance
	seenNames    *dupes // index entries by type and name
	seenObjects  *dupes // objects by type and name
	collecting   bool
	halves       *table // second reading: links that don't add up
	identities   *table // second reading: uuids that don't add up
	nameGroups   *table // second reading: names that occur twice, or in doubt
	normalNames  *table // names that aren't ASCII, by their normal form
	absent       *store // uuids that links name and that have no row
	unindexed    *store // objects without an index entry of their type
	pathTable    *table // paths of nodes: listed, inner, asked for
	numbers      *table // ids with nodes and holders
	addresses    *table // address objects by their network
	locks        *lockTable
	subnetIDs    *table // uuids of subnets
	macs         *table
	shares       *table
	orphans      int64
	asn          uint32
	latest       int64  // timestamps above are in the future; 0: none is
	latestText   string // the same as a time
	texts        *texts
	owners       *table // who owns several numbers
	networkCache map[id]*Network
	ipams        map[id]usedIPAM
	networkOrder []id
	findings     *spill.Sorter
	twins        int64 // nodes of a path that was there before
	twin         bool  // the next node is one
	twinProblems []dump.Problem
	brokenCells  int64                  // cells, or what stands in their place, that can't be read
	numberNodes  *store                 // where edits are wanted: who has a number in ZooKeeper
	requests     *spill.Sorter          // objects that are to be given a number
	editing      sync.Mutex             // of o.Edit
	looks        *spill.Sorter          // rows that rules want to see again
	used         map[Allocator][]uint64 // numbers that can't be given, as bits
	unnamed      *store                 // objects without an entry of the index that is theirs
	unresolved   *spill.Sorter
	mu           sync.Mutex    // guards what follows up to err: findings come from two sides
	upper        *spill.Sorter // uuids in upper case: rows, and what names them
	record       []byte
	noted        []byte // what the judging is putting together
	err          error
	stored       map[string]int64
	subnetCount  [2]int64 // uuids in useragent, in networks
}

// Validate reads a dump and calls emit with each finding, by id, uuid and place. What is wrong with the dump is a
// finding; the error is one of reading or of emit, or why temporary files couldn't be written. A dump that can't be read
// to its end gives the findings up to there, and Summary.Incomplete.
//
// Memory: the budget that the dump was opened with; what joins need more goes to temporary files.
func Validate(ctx context.Context, d *dump.Dump, o Options, emit func(*Finding) error) (*Summary, error) {
	r := newRun(ctx, d, o)
	defer r.close()
	err := r.read(false)
	var fatal *dump.Problem
	switch {
	case err == nil:
		err = r.finish()
	case errors.As(err, &fatal):
		r.summary.Incomplete = fatal
		for i := range r.twinProblems {
			r.problem["B-STR-12"].Add(problemFinding(&r.twinProblems[i]))
		}
		err = nil
	}
	if err = firstError(err, r.failure()); err != nil {
		return nil, err
	}
	if err := r.deliver(emit); err != nil {
		return nil, err
	}
	return &r.summary, nil
}

func newRun(ctx context.Context, d *dump.Dump, o Options) *run {
	memory := d.Options().Memory
	if memory <= 0 {
		memory = 256 << 20
	}
	temp := d.Options().Temp
	r := &run{ctx: ctx, d: d, o: o, temp: temp}
	r.asn = o.ASN
	if !o.Now.IsZero() {
		r.latest = o.Now.Add(24 * time.Hour).UnixMicro()
		r.latestText = o.Now.Add(24 * time.Hour).UTC().Format("2006-01-02T15:04:05")
	}
	r.texts = newTexts()
	r.summary = Summary{Findings: map[Severity]int64{}, ByRule: map[string]int64{}}
	// Each has little for itself, and as much as it needs of what all share as long as there is any.
	r.memory = spill.NewPool(memory * 7 / 32)
	least := memory / 128
	sorter := func() *spill.Sorter { return r.memory.NewSorter(temp, least) }
	r.findings, r.unresolved = sorter(), sorter()
	r.indexBalance, r.lockBalance, r.linkBalance = newBalance(), newBalance(), newBalance()
	r.seenNames, r.seenObjects = newDupes(sorter()), newDupes(sorter())
	for _, s := range []**store{&r.rows, &r.names, &r.absent, &r.unindexed, &r.unnamed, &r.numberNodes} {
		*s = newStore(temp, sorter())
	}
	for _, t := range []**table{
		&r.halves, &r.identities, &r.nameGroups, &r.normalNames, &r.pathTable, &r.numbers, &r.addresses, &r.subnetIDs,
		&r.macs, &r.shares, &r.owners,
	} {
		*t = newTable(sorter())
	}
	r.locks = newLockTable(sorter(), newStore(temp, sorter()))
	r.networkCache, r.ipams = map[id]*Network{}, map[id]usedIPAM{}
	r.stored = map[string]int64{}
	r.requests, r.looks, r.upper = sorter(), sorter(), sorter()
	r.used = map[Allocator][]uint64{}
	r.inv = newInventory()
	r.choose()
	return r
}

func (r *run) close() {
	for _, s := range []*store{r.rows, r.names, r.absent, r.unindexed, r.numberNodes, r.unnamed} {
		s.close()
	}
	for _, t := range []*table{r.halves, r.identities, r.nameGroups, r.normalNames, r.pathTable, r.numbers, r.addresses, r.subnetIDs, r.macs, r.shares, r.owners} {
		t.close()
	}
	r.locks.close()
	r.seenNames.close()
	r.seenObjects.close()
	r.findings.Close()
	r.requests.Close()
	r.looks.Close()
	r.upper.Close()
	r.unresolved.Close()
}

// choose sorts the hooks of the selected rules.
func (r *run) choose() {
	r.problem = map[string]*Report{}
	r.hooks.entity = map[string]hookList[*Row]{}
	r.keep = map[string]bool{}
	for _, columns := range kept {
		for _, c := range columns {
			r.keep[c] = true
		}
	}
	for i, rule := range rules {
		if r.o.Rules != nil && !r.o.Rules[rule] {
			continue
		}
		switch {
		case rule.Live && r.o.Servers == nil:
			r.summary.Skipped = append(r.summary.Skipped, Skipped{rule, "needs a live system"})
			continue
		case rule.Target && r.o.Target == nil:
			r.summary.Skipped = append(r.summary.Skipped, Skipped{rule, "needs to know the target (--target)"})
			continue
		}
		rep := &Report{Rule: rule, run: r, rank: i}
		if rule.Problem {
			r.problem[rule.ID] = rep
		}
		for _, k := range rule.Keeps {
			r.keep[k] = true
		}
		r.hooks.add(rule, rep)
	}
}

// found takes a finding of a rule.
func (r *run) found(f *Finding, rank int) {
	const few = 1000
	switch {
	case r.collecting:
		// The second reading is for joins only: what rules say of what they read was said by the first.
	case f.row != nil && f.Type == "" && f.FQName == nil && len(f.row.pending) < few:
		row := f.row
		f.row = nil
		row.pending = append(row.pending, pendingFinding{*f, rank})
	default:
		r.keepFinding(f, rank)
	}
}

// keepFinding keeps a finding until all are there. Those that name no more than a uuid are looked up then.
func (r *run) keepFinding(f *Finding, rank int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	resolved := f.UUID == "" || f.Type != "" || f.FQName != nil
	r.record = f.appendRecord(r.record[:0], rank, !resolved, r.o.BySeverity)
	to := r.findings
	if !resolved {
		to = r.unresolved
	}
	if err := to.Add(r.record); err != nil && r.err == nil {
		r.err = err
	}
}

// fail keeps the first error.
func (r *run) fail(err error) {
	if err == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
	}
}

// failure returns the first error.
func (r *run) failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// Row returns the row of an object; nil if there is none.
func (r *run) Row(uuid string) *Row {
	k, _ := keyOf(uuid)
	return r.row(k)
}

func (r *run) row(k id) (row *Row) {
	r.rows.get(k, func(payload []byte) {
		if row == nil {
			row = r.decodeRow(k, payload)
		}
	})
	r.fail(r.rows.err)
	return row
}

// Lives tells if an object that some link names has a row.
func (r *run) Lives(uuid string) bool {
	if r.absent.count == 0 {
		return true
	}
	k, _ := keyOf(uuid)
	return !r.absent.has(k)
}

// Indexed tells if the index has an entry for an object in the row of its type.
func (r *run) Indexed(row *Row) bool { return r.indexed(row.id) }

func (r *run) indexed(k id) bool { return r.unindexed.count == 0 || !r.unindexed.has(k) }

// ByName returns the uuids that the index has for a name, of the types whose names are kept.
func (r *run) ByName(typ, name string) []string { return r.byName(typ, name, nameIndexed) }

// Named returns the uuids of the objects of a name.
func (r *run) Named(typ, name string) []string { return r.byName(typ, name, nameOfObject) }

func (r *run) byName(typ, name string, what byte) (uuids []string) {
	r.names.get(hashID(typ, name), func(payload []byte) {
		if payload[0] == what {
			uuids = append(uuids, string(payload[1:]))
		}
	})
	r.fail(r.names.err)
	return uuids
}

// deliver resolves the names of findings, sorts them and hands them out.
func (r *run) deliver(emit func(*Finding) error) error {
	it, err := r.unresolved.Sort()
	if err != nil {
		return err
	}
	for it.Next() {
		f, rank := decodeFinding(it.Record(), true)
		if row := r.Row(f.UUID); row != nil {
			f.Type, f.FQName = row.Type, row.FQName
		}
		if err := r.findings.Add(f.appendRecord(nil, rank, false, r.o.BySeverity)); err != nil {
			return err
		}
	}
	if err := it.Err(); err != nil {
		return err
	}
	if it, err = r.findings.Sort(); err != nil {
		return err
	}
	group := compat{on: r.o.Compat, emit: func(f *Finding) error {
		if r.o.Known != nil && r.o.Known(f) {
			r.summary.Known++
			return nil
		}
		r.summary.Findings[f.Severity]++
		r.summary.ByRule[f.Rule.ID]++
		return emit(f)
	}}
	last := ""
	for it.Next() {
		rec := it.Record()
		if string(rec) == last {
			continue // said twice, of one place
		}
		last = string(rec)
		f, _ := decodeFinding(rec, false)
		if err := group.add(&f); err != nil {
			return err
		}
	}
	if err := it.Err(); err != nil {
		return err
	}
	r.summary.Objects, r.summary.Nodes = r.inv.Objects, r.inv.Nodes
	r.summary.Newest = r.inv.newest(r.latest)
	return firstError(group.flush(), r.failure())
}
