package pretty

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/spill"
)

// document reads one JSON document and makes problems of what is wrong with it.
type document struct {
	sc    *jsonscan.Scanner
	names *names
	place place
	name  string // of the file
	ask   func(*dump.Problem) error
	buf   []byte
}

// newDocument returns a reader of documents; see reset. Names that are too many
// spill to dir; ask is told about problems as dump.Options.OnProblem is.
func newDocument(name string, dir spill.Dir, ask func(*dump.Problem) error) *document {
	d := &document{name: name, names: newNames(dir), ask: ask}
	d.sc = jsonscan.New(nil, jsonscan.Options{OnFlaw: d.flaw})
	return d
}

// newInner returns a reader of documents that were inside of strings: nobody is
// asked about what is wrong with them, they are just no JSON then.
func newInner(dir spill.Dir) *document {
	return &document{names: newNames(dir), sc: jsonscan.New(nil, jsonscan.Options{WTF8: true})}
}

// newLenient returns a scanner for text that was seen before, and complained of
// where necessary.
func newLenient() *jsonscan.Scanner {
	return jsonscan.New(nil, jsonscan.Options{WTF8: true, OnFlaw: func(jsonscan.Flaw, int64, string) error { return nil }})
}

// reset begins to read another document.
func (d *document) reset(r io.Reader) {
	d.sc.Reset(r, 0)
	d.names.reset()
}

// problem reports one and returns the error that ends the reading, if it does.
func (d *document) problem(p *dump.Problem) error {
	p.File = d.name
	if p.Path == "" {
		p.Path = d.place.path(d.sc.Depth())
	}
	if d.ask != nil {
		if err := d.ask(p); err != nil {
			return err
		}
	} else if p.Damage {
		return p
	}
	if p.Fatal {
		return p
	}
	return nil
}

// flaw is asked by the scanner about what it finds in a string.
func (d *document) flaw(f jsonscan.Flaw, off int64, message string) error {
	switch f {
	case jsonscan.LoneSurrogate:
		return nil
	case jsonscan.ByteOrderMark:
		return d.problem(&dump.Problem{ID: "B-STR-14", Offset: off, Message: message + ", left out"})
	case jsonscan.BadUTF8:
		return d.problem(&dump.Problem{ID: "B-ENC-1", Damage: true, Offset: off, Message: message})
	}
	return d.problem(&dump.Problem{ID: "B-STR-1", Damage: true, Offset: off, Message: message})
}

// failed returns why the scan ended.
func (d *document) failed() error {
	err := d.sc.Err()
	var syntax *jsonscan.Error
	var problem *dump.Problem
	switch {
	case errors.As(err, &syntax):
		p := &dump.Problem{ID: "B-STR-1", Damage: true, Fatal: true, Offset: syntax.Offset, Message: syntax.Message}
		if syntax.Truncated {
			p.ID = "B-STR-2"
		}
		return d.problem(p)
	case errors.As(err, &problem), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return d.problem(&dump.Problem{ID: "B-STR-2", Damage: true, Fatal: true, Offset: d.sc.InputOffset(), Message: err.Error(), Err: err})
}

// canonical returns the canonical spelling of the name or string that was read.
func (d *document) canonical() []byte {
	if d.sc.Plain() {
		return d.sc.Raw()
	}
	d.buf = jsonscan.AppendCanonical(d.buf[:0], d.sc.Raw())
	return d.buf
}

// key notes the name that was read.
func (d *document) key() error {
	depth, off := d.sc.Depth(), d.sc.Offset()
	name := d.canonical()
	d.place.member(depth, name)
	first, dup, err := d.names.add(depth, name, off)
	if err == nil && dup {
		err = d.duplicate(first, off)
	}
	return err
}

// pair notes the member that was read as a whole.
func (d *document) pair(m *jsonscan.Pair) error {
	depth := d.sc.Depth()
	first, dup, err := d.names.add(depth, m.Name, m.Start)
	if err == nil && dup {
		d.place.member(depth, m.Name)
		err = d.duplicate(first, m.Start)
		d.place.leave(depth)
	}
	return err
}

// opened notes the beginning of an object or array.
func (d *document) opened(k jsonscan.Kind) {
	depth := d.sc.Depth()
	d.place.element(depth - 1)
	d.place.enter(depth, k == jsonscan.ArrayStart)
	if k == jsonscan.ObjectStart {
		d.names.begin(depth)
	}
}

// closed notes the end of an object or array.
func (d *document) closed(k jsonscan.Kind) error {
	depth := d.sc.Depth()
	if k == jsonscan.ObjectEnd {
		if err := d.names.end(depth+1, d.duplicate); err != nil {
			return err
		}
	}
	d.place.leave(depth)
	return nil
}

// scalar notes a value that is neither object nor array.
func (d *document) scalar() { d.place.element(d.sc.Depth()) }

// ended notes the end of the document.
func (d *document) ended() error { return d.names.endAll(d.duplicate) }

func (d *document) duplicate(first, second int64) error {
	return d.problem(&dump.Problem{
		ID: "B-STR-11", Damage: true, Offset: second,
		Message: fmt.Sprintf("name occurs twice (first at byte %d)", first),
	})
}

// skipString reads the rest of a string that came in parts.
func (d *document) skipString() error {
	for d.sc.More() {
		if _, err := d.sc.NextPart(); err != nil {
			return d.failed()
		}
	}
	return nil
}

// check reads the whole document.
func (d *document) check() error {
	var m jsonscan.Pair
	for {
		for d.sc.NextPair(&m) {
			if err := d.pair(&m); err != nil {
				return err
			}
		}
		var err error
		switch k := d.sc.Next(); k {
		case jsonscan.EOF:
			return d.ended()
		case jsonscan.Invalid:
			return d.failed()
		case jsonscan.ObjectStart, jsonscan.ArrayStart:
			d.opened(k)
		case jsonscan.ObjectEnd, jsonscan.ArrayEnd:
			err = d.closed(k)
		case jsonscan.Key:
			err = d.key()
		default:
			d.scalar()
			if err = d.skipString(); err == nil {
				d.place.leave(d.sc.Depth())
			}
		}
		if err != nil {
			return err
		}
	}
}
