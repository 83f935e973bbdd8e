package repair

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
	"github.com/dumptool/dumptool/validate"
)

// Options say what is repaired.
type Options struct {
	// Rules are those whose findings are mended; nil means all.
	Rules map[*validate.Rule]bool
	// Named are those that remove objects even if others depend on them.
	Named map[*validate.Rule]bool
	// Timestamp, in microseconds, is that of all that is set; 0: that of a cell is the newest of its row and one.
	Timestamp int64
	// Now, ASN and Target are those of validate.Options.
	Now    time.Time
	ASN    uint32
	Target *validate.Target
	// Log, if not nil, is told what is done and what is left.
	Log func(*Entry) error
}

// Entry is a line of the report. One of Edit, Removed and Left is set.
type Entry struct {
	Round   int
	Edit    *validate.Edit
	Removed *Removed
	Left    *validate.Finding
}

// Summary is what was done.
type Summary struct {
	Rounds  int // that changed something
	Edits   int64
	ByRule  map[string]int64
	Removed int64
	// Left counts what is found in the end, LeftSelected what the selected rules find.
	Left, LeftSelected map[validate.Severity]int64
	// Unsettled tells that edits contradicted each other, or could not be made, so that some were given up.
	Unsettled bool
	Objects   int64
}

// ErrIncomplete is the error for a dump that can't be read to its end.
var ErrIncomplete = errors.New("the dump can't be read to its end")

// maxRounds is far above what any damage takes: each round makes all edits that don't wait for others.
const maxRounds = 64

// repairer is one repair.
type repairer struct {
	ctx     context.Context
	o       Options
	temp    spill.Dir
	memory  int64
	summary Summary
	reports map[*validate.Rule]bool // rules that are applied

	round   int
	sorter  *spill.Sorter
	waiting [len(validate.Stages)]int64
	gone    map[[16]byte]struct{} // hashes of the uuids that were removed
	given   map[[16]byte]struct{} // edits that could not be made
	past    map[xxh3.Uint128]bool // what earlier rounds did
	circle  bool                  // the last round did the same as an earlier one
	key     []byte
}

// Repair mends what the selected rules find in d and writes the result to w. If there is nothing to mend that is the text
// of d, byte for byte. The same dump and options give the same bytes. The error is ErrIncomplete (wrapped), one of
// reading or writing, or one of o.Log.
func Repair(ctx context.Context, w io.Writer, d *dump.Dump, o Options) (*Summary, error) {
	memory := d.Options().Memory
	if memory <= 0 {
		memory = 256 << 20
	}
	r := &repairer{ctx: ctx, o: o, temp: d.Options().Temp, memory: memory, gone: map[[16]byte]struct{}{},
		given: map[[16]byte]struct{}{}, past: map[xxh3.Uint128]bool{}}
	r.summary.ByRule = map[string]int64{}
	r.chooseRules()
	base, done := d, func() {}
	defer func() { done() }()
	for r.round = 1; ; r.round++ {
		text, err := r.step(base)
		if err != nil {
			return nil, err
		}
		if text == nil {
			break
		}
		next, err := dump.Open(dump.Input{Name: d.Name(), At: text, Size: text.Size()}, quiet(d.Options()))
		if err != nil {
			text.Close()
			return nil, err
		}
		done()
		base, done = next, func() {
			next.Close()
			text.Close()
		}
	}
	t, err := base.Text(ctx)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	if _, err := io.Copy(w, t); err != nil {
		return nil, err
	}
	return &r.summary, nil
}

// quiet are the options for a text that was read before.
func quiet(o dump.Options) dump.Options {
	o.OnProblem = nil
	return o
}

// chooseRules finds out which rules are to be applied: those selected, and those that see what removals leave behind.
func (r *repairer) chooseRules() {
	if r.o.Rules == nil {
		return
	}
	r.reports = map[*validate.Rule]bool{}
	for rule, ok := range r.o.Rules {
		if ok {
			r.reports[rule] = true
		}
	}
	for _, id := range validate.AfterRemoval {
		if rule, ok := validate.Lookup(id); ok {
			r.reports[rule] = true
		}
	}
}

func (r *repairer) selected(rule *validate.Rule) bool { return r.o.Rules == nil || r.o.Rules[rule] }

// step is one round. It returns the changed text, or nil if there was nothing to change.
func (r *repairer) step(d *dump.Dump) (*spill.File, error) {
	r.sorter = spill.NewSorter(r.temp, r.memory/8)
	defer r.sorter.Close()
	clear(r.waiting[:])
	r.summary.Left, r.summary.LeftSelected = map[validate.Severity]int64{}, map[validate.Severity]int64{}
	o := validate.Options{Rules: r.reports, Now: r.o.Now, ASN: r.o.ASN, Target: r.o.Target, Named: r.o.Named, Edit: r.take}
	if r.round > maxRounds || r.circle {
		r.summary.Unsettled = true
		o.Edit = nil
	}
	d.Keep()
	s, err := validate.Validate(r.ctx, d, o, r.leave)
	switch {
	case err != nil:
		return nil, err
	case s.Incomplete != nil:
		return nil, fmt.Errorf("%w: %w", ErrIncomplete, s.Incomplete)
	}
	r.summary.Objects = s.Objects
	stage, any := r.stage()
	if !any {
		return nil, nil
	}
	set, err := r.build(stage)
	if err != nil {
		return nil, err
	}
	defer set.close()
	return r.apply(d, set, s.Newest)
}

// stage is the first one that has edits.
func (r *repairer) stage() (validate.Stage, bool) {
	for _, s := range validate.Stages {
		if r.waiting[s] > 0 {
			return s, true
		}
	}
	return 0, false
}

// take takes an edit that a rule offers.
func (r *repairer) take(e *validate.Edit) error {
	if !r.selected(e.Rule) {
		if _, gone := r.gone[hash128(e.About)]; e.About == "" || !gone {
			return nil
		}
	}
	rec := e.AppendRecord(r.key[:0])
	r.key = rec
	if len(r.given) > 0 {
		if _, ok := r.given[hash128(rec)]; ok {
			return nil
		}
	}
	r.waiting[e.Stage]++
	return r.sorter.Add(rec)
}

func hash128[T string | []byte](b T) [16]byte { return xxh3.HashString128(string(b)).Bytes() }

// leave takes a finding. It counts only if the round has no edits, so that it stays.
func (r *repairer) leave(f *validate.Finding) error {
	if _, any := r.stage(); any {
		return nil
	}
	r.summary.Left[f.Severity]++
	if !r.selected(f.Rule) {
		return nil
	}
	r.summary.LeftSelected[f.Severity]++
	return r.log(&Entry{Left: f})
}

func (r *repairer) log(e *Entry) error {
	if r.o.Log == nil {
		return nil
	}
	e.Round = r.round
	return r.o.Log(e)
}

// build makes the set of a round: of the edits of one place the first that belongs to the stage.
func (r *repairer) build(stage validate.Stage) (*set, error) {
	s, err := newSet(r.temp)
	if err != nil {
		return nil, err
	}
	b := builder{set: s}
	it, err := r.sorter.Sort()
	if err != nil {
		s.close()
		return nil, err
	}
	var last []byte
	sum := xxh3.New()
	for it.Next() {
		rec := it.Record()
		e := validate.DecodeEdit(rec)
		if e.Stage != stage {
			continue
		}
		r.key = e.AppendKey(r.key[:0])
		if len(last) > 0 && bytes.Equal(r.key, last) {
			continue
		}
		last = append(last[:0], r.key...)
		_, _ = sum.Write(rec)
		b.add(&e, rec)
	}
	if err := errors.Join(it.Err(), b.finish()); err != nil {
		s.close()
		return nil, err
	}
	s.sum = sum.Sum128()
	return s, nil
}

// apply makes the edits of a set.
func (r *repairer) apply(d *dump.Dump, s *set, newest int64) (*spill.File, error) {
	text, err := r.temp.Create()
	if err != nil {
		return nil, err
	}
	a := applier{ctx: r.ctx, edits: s, base: d, time: r.o.Timestamp, newest: newest, removed: func(x *Removed) error {
		r.summary.Removed++
		return r.log(&Entry{Removed: x})
	}}
	if err := a.run(text); err != nil {
		text.Close()
		return nil, err
	}
	if err := r.account(s); err != nil {
		text.Close()
		return nil, err
	}
	return text, nil
}

// account tells what was done, and keeps what couldn't be from being tried again.
func (r *repairer) account(s *set) error {
	if s.done.any() {
		r.summary.Rounds++
		clear(r.given) // what could not be done may be possible now
		r.circle = r.past[s.sum]
		r.past[s.sum] = true
	}
	for c := s.seek(nil); ; {
		e, number, ok := c.next(nil)
		if !ok {
			return s.err
		}
		if !s.done.has(number) {
			if s.root[validate.Relayout] != nil {
				continue // nothing else was tried
			}
			r.given[hash128(e.AppendRecord(nil))] = struct{}{}
			continue
		}
		if e.Op == validate.DropRow && e.About == e.Path.Row {
			r.gone[hash128(e.About)] = struct{}{}
		}
		r.summary.Edits++
		r.summary.ByRule[e.Rule.ID]++
		if err := r.log(&Entry{Edit: &e}); err != nil {
			return err
		}
	}
}
