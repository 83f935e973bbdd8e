package redact

import (
	"context"
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
)

// Finding is a secret in a dump.
type Finding struct {
	// Rule is the detector that found it, or what the catalogue says of the
	// place.
	Rule string `json:"rule"`
	// Where is the written path of the cell or node, Place the column and the
	// way inside its value.
	Where  string `json:"where"`
	Place  string `json:"place"`
	Offset int64  `json:"offset"`
}

// Check calls found with each secret that Apply would replace. It changes
// nothing. Problems of the dump that are no obstacle to reading on are passed
// over.
func Check(ctx context.Context, d *dump.Dump, o Options, found func(Finding) error) error {
	options := d.Options()
	options.OnProblem = func(p *dump.Problem) error {
		if p.Fatal {
			return p
		}
		return nil
	}
	reader, err := d.ReaderWith(ctx, options)
	if err != nil {
		return err
	}
	defer reader.Close()
	o.Profile = Share
	r := newRedactor(o, new(Report), nil)
	memory := options.Memory
	if memory == 0 {
		memory = 256 << 20
	}
	c := &copier{redactor: r, r: reader, out: splice.New(io.Discard, nothing{}), memory: memory}
	c.out.Mute()
	c.zk.known = true
	c.zk.plan.name = "zookeeper"
	told := map[[2]string]bool{} // of one cell or node, each once
	r.onEvent = func(e event) error {
		what := [2]string{e.rule, e.place}
		if e.rule == "" || told[what] {
			return nil
		}
		told[what] = true
		where, offset := c.where()
		return found(Finding{Rule: e.rule, Where: where, Place: e.place, Offset: offset})
	}
	for reader.Next() {
		clear(told)
		if err := c.step(); err != nil {
			return err
		}
	}
	return reader.Err()
}

// where says what the reader has come to.
func (c *copier) where() (string, int64) {
	r := c.r
	switch r.Kind() {
	case dump.CellRead:
		cell := r.Cell()
		return dump.Path{
			Level: dump.AtColumn, Keyspace: r.Keyspace(), Table: r.Table(), Row: r.Key().String(), Column: cell.Name.String(),
		}.String(), cell.Offset
	case dump.RowStart:
		start, _ := r.Span()
		return dump.Path{Level: dump.AtRow, Keyspace: r.Keyspace(), Table: r.Table(), Row: r.Key().String()}.String(), start
	case dump.ZNodeRead:
		n := r.ZNode()
		return dump.Path{Level: dump.AtZNode, Node: string(n.Normal)}.String(), n.Offset
	case dump.MemberRead:
		return r.Member().Name.String(), r.Member().Offset
	}
	return "", r.InputOffset()
}

// nothing is a text that is never read.
type nothing struct{}

func (nothing) ReadAt([]byte, int64) (int, error) { return 0, io.EOF }
