package textconv

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
	"github.com/dumptool/dumptool/internal/spill"
)

// Options say what is written.
type Options struct {
	// All writes write times, stats, and what only repeats something else too.
	All         bool
	ShowSecrets bool
	// Escape makes texts out of a dump harmless for eyes; nil leaves them.
	Escape func(string) string
}

// The sections, in the order in which they are written.
const (
	objectSection = "1"
	rowSection    = "2"
	nodeSection   = "3"
	memberSection = "4"
)

// Tables of config_db_uuid.
const (
	configKeyspace = "config_db_uuid"
	objectTable    = "obj_uuid_table"
	nameTable      = "obj_fq_name_table"
	shareTable     = "obj_shared_table"
)

// Write writes the dump to w. The whole dump is read and checked before the
// first line is written.
func Write(ctx context.Context, w io.Writer, d *dump.Dump, o Options) error {
	if o.Escape == nil {
		o.Escape = func(s string) string { return s }
	}
	d.Keep()
	opts := d.Options()
	memory := opts.Memory
	if memory <= 0 {
		memory = 256 << 20
	}
	r, err := d.Reader(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	c := &converter{o: o, r: r, lines: spill.NewSorter(opts.Temp, memory/3)}
	defer c.lines.Close()
	for r.Next() {
		if err := c.event(); err != nil {
			return err
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	if err := c.wideRows(d); err != nil {
		return err
	}
	return c.print(w)
}

// converter makes sorted lines of what a reader comes to.
type converter struct {
	o     Options
	r     *dump.Reader
	lines *spill.Sorter
	rec   []byte
	key   []byte // of the heading, in records

	object objectRow
	wide   []wideRow
	skip   bool // the table is left out
	config bool // the table is of config_db_uuid, where values are JSON
	seq    uint64
}

// wideRow is an object whose columns don't fit into memory together: it is read
// again once its type, which stands at its end, is known.
type wideRow struct {
	place         dump.Place
	typ, uuid, fq string
}

func (c *converter) event() error {
	r := c.r
	switch r.Kind() {
	case dump.TableStart:
		c.config = r.Keyspace() == configKeyspace
		c.skip = !c.o.All && c.config && (r.Table() == nameTable || r.Table() == shareTable)
	case dump.RowStart:
		if c.inObjects() {
			c.object.begin(r.Key().String())
			return nil
		}
		c.heading(rowSection, dump.Path{Level: dump.AtRow, Keyspace: r.Keyspace(), Table: r.Table(), Row: r.Key().String()}.String(), "", "")
		if !c.skip {
			return c.begin()
		}
	case dump.CellRead:
		switch {
		case c.inObjects():
			return c.object.add(r.Cell())
		case !c.skip:
			return c.cell("", r.Cell())
		}
	case dump.RowEnd:
		if c.inObjects() {
			return c.endObject()
		}
	case dump.ZNodeRead:
		return c.node(r.ZNode())
	case dump.MemberRead:
		return c.member(r.Member())
	}
	return nil
}

func (c *converter) inObjects() bool {
	return c.r.Keyspace() == configKeyspace && c.r.Table() == objectTable
}

// heading sets what the lines that come belong to. It sorts by a, then b.
func (c *converter) heading(section, a, b, uuid string) {
	c.key = c.key[:0]
	for _, part := range []string{section, a, b, uuid} {
		c.key = index.AppendPart(c.key, []byte(part))
	}
	c.seq = 0
}

// begin adds the heading, which sorts before its lines.
func (c *converter) begin() error { return c.add("", "") }

// line adds a line below the heading. Lines of a column keep the order in which
// they come.
func (c *converter) line(column, text string) error { return c.add("="+column, text) }

func (c *converter) add(column, text string) error {
	c.rec = index.AppendPart(append(c.rec[:0], c.key...), []byte(column))
	c.rec = binary.BigEndian.AppendUint64(c.rec, c.seq)
	c.rec = append(c.rec, text...)
	c.seq++
	return c.lines.Add(c.rec)
}

func (c *converter) endObject() error {
	o := &c.object
	if o.wide {
		start, end := c.r.Span()
		c.wide = append(c.wide, wideRow{dump.Place{Start: start, End: end}, o.typ, o.uuid, o.name})
		return nil
	}
	c.heading(objectSection, o.typ, o.name, o.uuid)
	if err := c.begin(); err != nil {
		return err
	}
	for i := range o.cells {
		if err := c.stored(o.typ, &o.cells[i]); err != nil {
			return err
		}
	}
	return nil
}

// wideRows reads the rows that were put off.
func (c *converter) wideRows(d *dump.Dump) error {
	if len(c.wide) == 0 {
		return nil
	}
	text, err := d.At()
	if err != nil {
		return err
	}
	for _, w := range c.wide {
		c.heading(objectSection, w.typ, w.fq, w.uuid)
		if err := c.begin(); err != nil {
			return err
		}
		r := dump.RowReader(text, w.place, d.Name(), d.Options())
		for r.Next() {
			if r.Kind() != dump.CellRead {
				continue
			}
			if err := c.cell(w.typ, r.Cell()); err != nil {
				r.Close()
				return err
			}
		}
		err := r.Err()
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *converter) node(n *dump.ZNode) error {
	ephemeral := n.EphemeralOwner()
	if !c.o.All && (len(ephemeral) > 0 && string(ephemeral) != "0" || string(contrail.Family(n.Normal)) == nameLocks) {
		return nil
	}
	c.heading(nodeSection, dump.Path{Level: dump.AtZNode, Node: string(n.Normal)}.String(), "", "")
	if err := c.begin(); err != nil {
		return err
	}
	switch {
	case !n.Data.IsText:
		if err := c.line("data", "data = null"); err != nil {
			return err
		}
	default:
		text, err := held(&n.Data)
		if err != nil {
			return err
		}
		if err := c.line("data", "data = "+c.quoted(c.maskBlob(text))); err != nil {
			return err
		}
	}
	if c.o.All {
		return c.line("stat", "stat = "+string(n.Stat))
	}
	return nil
}

// nameLocks is the family of the locks of names.
const nameLocks = "fq-name-to-uuid"

func (c *converter) member(m *dump.Member) error {
	c.heading(memberSection, "member "+m.Name.String(), "", "")
	if err := c.begin(); err != nil {
		return err
	}
	text, err := held(&m.Value)
	if err != nil {
		return err
	}
	return c.leaves("value", "value", c.maskBlob(text))
}

// print writes the lines in order.
func (c *converter) print(w io.Writer) error {
	it, err := c.lines.Sort()
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	for it.Next() {
		parts, text, ok := cutRecord(it.Record())
		if !ok {
			return errors.New("a sorted line has lost its form")
		}
		if len(parts[4]) == 0 {
			out.WriteString(c.o.Escape(headingText(parts)))
		} else {
			out.WriteString("    ")
			out.WriteString(c.o.Escape(string(text)))
		}
		if err := out.WriteByte('\n'); err != nil {
			return err
		}
	}
	if err := it.Err(); err != nil {
		return err
	}
	return out.Flush()
}

// cutRecord takes a record apart: section, three parts of the heading, column.
func cutRecord(rec []byte) (parts [5][]byte, text []byte, ok bool) {
	for i := range parts {
		if parts[i], rec, ok = index.CutPart(rec); !ok {
			return parts, nil, false
		}
	}
	const seqLen = 8
	if len(rec) < seqLen {
		return parts, nil, false
	}
	return parts, rec[seqLen:], true
}

func headingText(parts [5][]byte) string {
	if string(parts[0]) != objectSection {
		return string(parts[1])
	}
	typ := string(parts[1])
	if typ == "" {
		typ = "(no type)"
	}
	return typ + " " + string(parts[2]) + " " + string(parts[3])
}
