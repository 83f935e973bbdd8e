package patch

import (
	"context"
	"fmt"
	"io"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
)

// Patch is a patch that was read and can be applied. Close it.
type Patch struct {
	file    string
	text    io.ReaderAt
	reverse bool
	sum     string
	one     *lineReader

	rows, cells, nodes *lookup
	keyspaces          map[string]op
	tables             map[[2]string]*tableEdits
	members            map[string]line
	newNodes           span // the lines of added nodes and what is between them
}

// tableEdits is what happens to a table.
type tableEdits struct {
	changed bool // added or removed
	op      op
	newRows span
	begun   bool // it was in the base
}

// span says in which part of a patch lines of some kind are.
type span struct {
	first, last int64 // where these lines begin
	n           int64
}

func (s *span) add(l *line) {
	if s.n == 0 {
		s.first = l.start
	}
	s.last = l.start
	s.n++
}

// Read reads a patch from d, which is opened like a dump and may be compressed
// like one. With reverse it is the patch that undoes it. d must stay open. The
// error is a *FormatError if the text is not a whole patch.
func Read(ctx context.Context, d *dump.Dump, reverse bool) (*Patch, error) {
	text, err := randomText(ctx, d)
	if err != nil {
		return nil, err
	}
	o := d.Options()
	memory := o.Memory
	if memory <= 0 {
		memory = defaultMemory
	}
	p := &Patch{file: d.Name(), text: text, reverse: reverse, keyspaces: map[string]op{}, tables: map[[2]string]*tableEdits{}, members: map[string]line{},
		one:  newLineReader(d.Name(), text, reverse, 4<<10),
		rows: newLookup(o.Temp, memory/16), cells: newLookup(o.Temp, memory/8), nodes: newLookup(o.Temp, memory/16)}
	if err := p.read(ctx); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// Close gives memory and disk back.
func (p *Patch) Close() {
	p.rows.close()
	p.cells.close()
	p.nodes.close()
}

// randomText returns random access to the text of d, for which a compressed one
// is unpacked into a temporary file.
func randomText(ctx context.Context, d *dump.Dump) (io.ReaderAt, error) {
	if at, err := d.At(); err == nil {
		return at, nil
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

// lineBuffer is the buffer for reading many lines.
const lineBuffer = 256 << 10

// lines begins to read lines at off.
func (p *Patch) lines(off int64) *lineReader {
	r := newLineReader(p.file, p.text, p.reverse, lineBuffer)
	r.seek(off)
	return r
}

// read reads all of the patch, checks it and notes where its lines are.
func (p *Patch) read(ctx context.Context) error {
	r := p.lines(0)
	l, err := r.next()
	switch {
	case err != nil:
		return err
	case l == nil || l.kind != headLine:
		return r.bad(0, "the first line is not {\"schema\": %q}", Schema)
	case l.schema != Schema:
		return r.bad(0, "the schema is %q instead of %q", l.schema, Schema)
	}
	r = p.lines(0)
	r.hash = xxh3.New()
	var row dump.Hash
	inRow := false
	for n := int64(0); ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		sum := r.hash.Sum128()
		l, err := r.next()
		if err != nil {
			return err
		}
		if l == nil {
			return r.bad(r.off, "the line with \"end\" is absent, so that it is cut off")
		}
		if l.kind == headLine && n > 0 {
			return r.bad(l.start, "\"schema\" in another line than the first")
		}
		switch l.kind {
		case endLine:
			p.sum = fmt.Sprintf("%016x%016x", sum.Hi, sum.Lo)
			if l.lines != n {
				return r.bad(l.start, "%d lines where there should be %d", n, l.lines)
			}
			if l.sum != "" && l.sum != p.sum {
				return r.bad(l.start, "the lines have another hash than the last line says")
			}
			if l, err := r.next(); err != nil || l != nil {
				return r.bad(r.off, "something after the line with \"end\"")
			}
			return p.build()
		case cellLine:
			if !inRow {
				return r.bad(l.start, "a cell without a row")
			}
			err = p.cells.add(within(row, nameHash(l.names[0])), l.start, l.op)
		default:
			if inRow = l.kind == rowLine; inRow {
				row = within(tableHash(l.names[0], l.names[1]), nameHash(l.names[2]))
			}
			err = p.note(l, row)
		}
		if err != nil {
			return err
		}
	}
}

// note keeps what a line that is not about a cell says.
func (p *Patch) note(l *line, row dump.Hash) error {
	twice := p.one.bad(l.start, "%s has two lines", l.path(nil))
	switch l.kind {
	case keyspaceLine:
		if _, ok := p.keyspaces[l.names[0]]; ok {
			return twice
		}
		p.keyspaces[l.names[0]] = l.op
	case tableLine:
		t := p.table(l.names[0], l.names[1])
		if t.changed {
			return twice
		}
		t.changed, t.op = true, l.op
	case rowLine:
		if l.op == added {
			p.table(l.names[0], l.names[1]).newRows.add(l)
		}
		return p.rows.add(row, l.start, l.op)
	case nodeLine:
		if l.op == added {
			p.newNodes.add(l)
		}
		return p.nodes.add(hashBytes([]byte(l.names[0])), l.start, l.op)
	case memberLine:
		if _, ok := p.members[l.names[0]]; ok {
			return twice
		}
		if l.names[0] == "cassandra" || l.names[0] == "zookeeper" {
			return p.one.bad(l.start, "%q is no unknown member", l.names[0])
		}
		p.members[l.names[0]] = *l
	}
	return nil
}

func (p *Patch) table(keyspace, table string) *tableEdits {
	key := [2]string{keyspace, table}
	t := p.tables[key]
	if t == nil {
		t = &tableEdits{}
		p.tables[key] = t
	}
	return t
}

func (p *Patch) build() error {
	for _, x := range []*lookup{p.rows, p.cells, p.nodes} {
		if err := x.build(func(_, second int64) error {
			l, err := p.lineAt(second)
			if err != nil {
				return err
			}
			return p.one.bad(second, "%s has two lines", l.path(nil))
		}); err != nil {
			return err
		}
	}
	return nil
}

// lineAt reads a line again. It is valid until the next call.
func (p *Patch) lineAt(off int64) (*line, error) {
	p.one.seek(off)
	l, err := p.one.next()
	if err == nil && l == nil {
		err = noted(nil, p.file)
	}
	return l, err
}

// hasContainers tells if the patch changes which keyspaces and tables there are.
func (p *Patch) hasContainers() bool {
	for _, t := range p.tables {
		if t.changed {
			return true
		}
	}
	return len(p.keyspaces) > 0
}
