package pretty

import (
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/spill"
)

// printer prints documents as they are read.
type printer struct {
	*document
	writer
	base int // the depth at which the document stands in what is printed
	due  due

	// To unfold strings.
	at    io.ReaderAt // the document, if it can be read at any place
	temp  spill.Dir
	inner *inner
}

// printAsRead prints the document in text, which is that of d.
func printAsRead(w writer, d *dump.Dump, text io.Reader) error {
	opts := d.Options()
	p := &printer{
		document: newDocument(d.Name(), opts.Temp, opts.OnProblem),
		writer:   w,
		temp:     opts.Temp,
	}
	defer p.close()
	if at, err := d.At(); err == nil {
		p.at = at
	}
	p.reset(text)
	return p.print()
}

// print prints the document, without a line break at its end.
func (p *printer) print() error {
	p.due = nothing
	for p.out.err == nil {
		if err := p.pairs(); err != nil {
			return err
		}
		k := p.sc.Next()
		var err error
		switch k {
		case jsonscan.EOF:
			return p.ended()
		case jsonscan.Invalid:
			return p.failed()
		case jsonscan.Key:
			if err = p.key(); err == nil {
				p.lead(p.due, p.depth())
				p.quoted(p.sc.Raw(), p.sc.Plain())
				p.out.write(p.lay.colon)
				p.due = nothing
			}
		case jsonscan.ObjectStart, jsonscan.ArrayStart:
			p.opened(k)
			p.lead(p.due, p.depth()-1)
			p.out.write(p.sc.Raw())
			p.due = line
		case jsonscan.ObjectEnd, jsonscan.ArrayEnd:
			if err = p.closed(k); err == nil {
				p.end(p.due, p.depth())
				p.out.write(p.sc.Raw())
				p.due = comma
			}
		default:
			p.scalar()
			p.lead(p.due, p.depth())
			if k == jsonscan.String {
				err = p.str()
			} else {
				p.out.write(p.sc.Raw())
			}
			p.place.leave(p.sc.Depth())
			p.due = comma
		}
		if err != nil {
			return err
		}
	}
	return p.out.err
}

// depth returns the depth in what is printed.
func (p *printer) depth() int { return p.base + p.sc.Depth() }

// str prints the string that was read, or its parts as they come.
func (p *printer) str() error {
	if !p.sc.More() {
		return p.value(p.sc.Raw(), p.sc.Plain(), p.depth())
	}
	part, err := p.sc.NextPart()
	if err != nil {
		return p.failed()
	}
	if p.opts.Expand && mayBeginJSON(part) {
		return p.unfoldLong(part, p.depth())
	}
	p.out.byte('"')
	p.text(part, p.sc.Plain())
	if err := p.parts(p.sc); p.sc.Err() == nil {
		return err
	}
	return p.failed()
}

// pairs prints members of the form of a cell, as nearly all of a dump are.
func (p *printer) pairs() error {
	var m jsonscan.Pair
	for p.sc.NextPair(&m) {
		if err := p.pair(&m); err != nil {
			return err
		}
		depth := p.depth()
		c := p.lay.cell(depth)
		n := len(m.Name) + len(m.Text) + len(m.Number) + c.size
		if n > outputSize || p.opts.Expand && beginsJSON(m.Text) {
			if err := p.longPair(&m, depth); err != nil {
				return err
			}
			continue
		}
		if len(p.out.buf)+n > cap(p.out.buf) && p.out.flush() != nil {
			return p.out.err
		}
		b := p.out.buf
		if p.due == line {
			b = append(b, c.first...)
		} else {
			b = append(b, c.next...)
		}
		b = append(b, m.Name...)
		b = append(b, c.name...)
		b = append(b, m.Text...)
		b = append(b, c.text...)
		b = append(b, m.Number...)
		p.out.buf = append(b, c.number...)
		p.due = comma
	}
	return nil
}

// longPair prints a pair that needs more room than there is, or that is to be
// unfolded.
func (p *printer) longPair(m *jsonscan.Pair, depth int) error {
	p.lead(p.due, depth)
	p.quoted(m.Name, true)
	p.out.write(p.lay.colon)
	p.out.byte('[')
	p.out.write(p.lay.newline(depth + 1))
	if err := p.value(m.Text, true, depth+1); err != nil {
		return err
	}
	p.out.write(p.lay.separator(depth + 1))
	p.out.write(m.Number)
	p.out.write(p.lay.newline(depth))
	p.out.byte(']')
	p.due = comma
	return p.out.err
}
