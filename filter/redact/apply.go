package redact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/filter/redact/leak"
)

// LeakError says that originals are left in the result, which is of no use.
type LeakError struct {
	File  string
	Count int
	// Offset is where the first one stands in the result.
	Offset int64
}

func (e *LeakError) Error() string {
	return fmt.Sprintf("%s: %d of the originals would still be in the result, the first at byte %d of it: nothing is written", e.File, e.Count, e.Offset)
}

// A Draft is a file that is written, read again and written anew before anybody
// gets to see it.
type Draft interface {
	io.Writer
	io.ReaderAt
	Size() int64
	Truncate() error // forgets all that was written
}

// Apply writes a redacted copy of a dump to w. Nothing is written before it is
// sure that none of the originals is left; if that can't be achieved the error
// is a *LeakError. Needs a temporary file of the size of the result, unless w is
// a Draft, which is left with the result, or with no matter what beside an error.
func Apply(ctx context.Context, w io.Writer, d *dump.Dump, o Options) (*Report, error) {
	text, err := randomText(ctx, d)
	if err != nil {
		return nil, err
	}
	subnets, err := collect(ctx, d, o)
	if err != nil {
		return nil, err
	}
	out, isDraft := w.(Draft)
	if !isDraft {
		file, err := d.Options().Temp.Create()
		if err != nil {
			return nil, err
		}
		defer file.Close()
		out = file
	}
	report := &Report{Profile: o.Profile}
	var dict *dictionary
	asList := false
	for run := 1; ; run++ {
		*report = Report{Profile: o.Profile, Runs: run}
		r := newRedactor(o, report, subnets)
		r.asList = asList
		r.known = dict
		leaks, next, err := r.runAndSearch(ctx, d, text, out, dict)
		if errors.Is(err, errNested) {
			asList = true
			run--
			if err := out.Truncate(); err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		if len(leaks) == 0 && len(next.entries) == 0 {
			break
		}
		if run == maxRuns {
			return nil, &LeakError{d.Name(), len(leaks), leaks[0].Offset}
		}
		dict = next
		dict.seal()
		if err := out.Truncate(); err != nil {
			return nil, err
		}
	}
	report.seal()
	if !isDraft {
		_, err = io.Copy(w, io.NewSectionReader(out, 0, out.Size()))
	}
	return report, err
}

// maxRuns is how often a dump is gone through at most.
const maxRuns = 3

// runAndSearch writes one copy and searches it. It returns what it found, and
// what the next run should replace too: that, and what dict has.
func (r *redactor) runAndSearch(ctx context.Context, d *dump.Dump, text io.ReaderAt, out Draft, dict *dictionary) ([]leak.Leak, *dictionary, error) {
	memory := d.Options().Memory
	if memory == 0 {
		memory = 256 << 20
	}
	r.originals = leak.NewCollector(d.Options().Temp, memory/8)
	defer r.originals.Close()
	if err := r.copy(ctx, d, text, out); err != nil {
		return nil, nil, err
	}
	found, err := leak.Search(ctx, out, out.Size(), r.originals, memory/3, r.notProvable)
	if err != nil {
		return nil, nil, err
	}
	r.report.Leaks = Proof{found.Searched, found.Short, found.Passes}
	next := new(dictionary)
	leaks := found.Leaks
	for _, l := range found.Leaks {
		next.add(l.Original)
	}
	for _, c := range found.Carriers {
		next.addCarrier(c, r.placeholder(c))
	}
	if dict == nil {
		for s := range r.short {
			if r.words.mayHave([]byte(s)) {
				next.add(leak.Original{Kind: leak.Secret, Text: []byte(s), Replacement: r.placeholder([]byte(s))})
			}
		}
	}
	if len(leaks) == 0 && len(next.entries) == 0 && r.o.Map != nil {
		err = r.originals.Each(func(o leak.Original) error {
			if len(o.Replacement) == 0 || bytes.Equal(o.Text, o.Replacement) {
				return nil
			}
			return r.o.Map(Pair{string(o.Text), string(o.Replacement), o.Kind == leak.Secret})
		})
	}
	if dict != nil && len(leaks) > 0 {
		next.entries = append(next.entries, dict.entries...)
	}
	return leaks, next, err
}

// randomText returns the text of a dump for random access, and reads the dump
// once if that is needed.
func randomText(ctx context.Context, d *dump.Dump) (io.ReaderAt, error) {
	if text, err := d.At(); err == nil {
		return text, nil
	}
	d.Keep()
	r, err := d.Text(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if _, err := io.Copy(io.Discard, r); err != nil {
		return nil, fmt.Errorf("read %s: %w", d.Name(), err)
	}
	return d.At()
}
