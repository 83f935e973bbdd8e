package graft

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/apply"
	"github.com/dumptool/dumptool/internal/spill"
)

// collector brings together what the dump has of the objects that are written, and what is live in the same places.
type collector struct {
	s     *Survey
	part  source
	cells *spill.Sorter
	nodes *spill.Sorter
	rows  map[uint64]bool // hashes of the keys of rows of other keyspaces
	paths map[string]bool
	stale map[string]bool // columns of obj_fq_name_table that give way, with their row
	buf   []byte
}

func (c *collector) cell(p *place, s side, v *apply.Value) error {
	c.buf = cellRecord(c.buf[:0], p, s, v)
	return c.cells.Add(c.buf)
}

// written finds a wanted object that is written.
func (s *Survey) written(uuid []byte) *object {
	if o := s.objects[string(uuid)]; o != nil && o.written() {
		return o
	}
	return nil
}

// goes tells if a live object gives way.
func (s *Survey) goes(uuid []byte) bool {
	_, ok := s.removed[string(uuid)]
	return ok
}

// stays tells if there is a live object that is neither written nor gives way.
func (s *Survey) stays(uuid []byte) bool {
	if s.goes(uuid) {
		return false
	}
	if o := s.objects[string(uuid)]; o != nil {
		return o.live && !o.written()
	}
	return s.targets[string(uuid)]
}

// readPart reads the objects that are written.
func (c *collector) readPart(ctx context.Context) error {
	r, err := c.part.d.Reader(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	var o *object
	for r.Next() {
		switch r.Kind() {
		case dump.RowStart:
			switch {
			case isObjects(r):
				if o = c.s.written(r.Key().Decoded()); o == nil {
					return fmt.Errorf("the object %s is not one of those that are to be written", r.Key().String())
				}
			case !isIndex(r.Keyspace(), r.Table()):
				c.rows[rowHash(r)] = true
			}
		case dump.CellRead:
			if err := c.partCell(r, o); err != nil {
				return err
			}
		case dump.ZNodeRead:
			if err := c.partNode(r.ZNode()); err != nil {
				return err
			}
		}
	}
	return r.Err()
}

func rowHash(r *dump.Reader) uint64 {
	return xxh3.Hash(append([]byte(r.Keyspace()+"\x00"+r.Table()+"\x00"), r.Key().Decoded()...))
}

func (c *collector) partCell(r *dump.Reader, o *object) error {
	key, name, v, err := c.part.bytes(r)
	if err != nil {
		return err
	}
	if c.s.options.Now {
		v.Time = 0
	}
	p := &place{r.Keyspace(), r.Table(), key, name}
	switch {
	case isIndex(p.keyspace, p.table):
		of := c.s.written(indexed(name))
		if of == nil {
			return nil
		}
		if p.table == nameTable {
			p.column = c.s.rewriteNameColumn(of, name)
		}
	case isObjects(r):
		col := contrail.ParseColumn(name)
		switch col.Kind {
		case contrail.ColumnRef, contrail.ColumnParent:
			stays := c.s.stays(col.Key)
			if !stays && c.s.written(col.Key) == nil {
				return nil // what it names is nowhere; Dropped says so
			}
			if err := c.other(o.typ, o.uuid, col, v); err != nil {
				return err
			}
		case contrail.ColumnProp, contrail.ColumnFQName:
			v.Data = c.s.rewrite(o, name, v.Data)
		}
	case p.table == "route_target_table":
		v.Data = c.s.rewriteNumber(name, v.Data)
	}
	return c.cell(p, own, v)
}

// other adds the other end of a link.
func (c *collector) other(typ, uuid string, col contrail.Column, v *apply.Value) error {
	opposite, ok := contrail.OppositeOf(typ, uuid, col)
	if !ok {
		return nil
	}
	return c.cell(&place{objectKeyspace, objectTable, []byte(opposite.UUID), []byte(opposite.Column)}, generated, v)
}

func (c *collector) partNode(z *dump.ZNode) error {
	v, ephemeral, err := c.part.node(z)
	if err != nil {
		return err
	}
	path, ok := c.s.path(z.Normal)
	if ephemeral || !ok {
		return nil
	}
	n := contrail.Classify(z.Normal)
	of := c.s.ownerOf(n, v.Data)
	path = c.s.rewritePath(n, of, path)
	c.paths[path] = true
	c.buf = nodeRecord(c.buf[:0], path, own, 0, v)
	return c.nodes.Add(c.buf)
}

// readLive reads what is live where something changes.
func (c *collector) readLive(ctx context.Context) error {
	r, err := c.s.live.d.Reader(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	row := &liveRow{collector: c}
	for r.Next() {
		switch r.Kind() {
		case dump.RowStart:
			row.begin(r)
		case dump.CellRead:
			err = row.cell(r)
		case dump.RowEnd:
			err = row.end()
		case dump.ZNodeRead:
			err = c.liveNode(r.ZNode())
		}
		if err != nil {
			return err
		}
	}
	return r.Err()
}

// liveRow is a live row.
type liveRow struct {
	*collector
	mode  liveMode
	uuid  string
	typ   string
	links []liveLink
	about []liveCell // what the row is, to be shown with what changes
	named bool       // it names an object that is written or gives way
}

type liveMode byte

const (
	ofOthers liveMode = iota // an object: only what names others counts
	whole
	inIndex
	maybe // its first cell tells
	nothing
)

type liveLink struct {
	col contrail.Column
	v   *apply.Value
}

type liveCell struct {
	p *place
	v *apply.Value
}

func (w *liveRow) begin(r *dump.Reader) {
	w.typ, w.links, w.about, w.named = "", w.links[:0], w.about[:0], false
	key := r.Key().Decoded()
	w.uuid = string(key)
	switch {
	case isObjects(r):
		w.mode = ofOthers
		if w.s.written(key) != nil || w.s.goes(key) {
			w.mode = whole
		}
	case isIndex(r.Keyspace(), r.Table()):
		w.mode = inIndex
	case w.rows[rowHash(r)] || w.givesWay(r.Keyspace(), r.Table(), key):
		w.mode = whole
	case len(w.s.removed) > 0 && r.Keyspace() == "useragent":
		w.mode = maybe
	default:
		w.mode = nothing
	}
}

// givesWay tells if a row of another keyspace belongs to an object that gives way.
func (c *collector) givesWay(keyspace, table string, key []byte) bool {
	switch {
	case len(c.s.removed) == 0:
		return false
	case keyspace == "to_bgp_keyspace" && table == "route_target_table":
		for _, r := range c.s.removed {
			if (r.Type == "routing_instance" || r.Type == "logical_router") && r.FQName == string(key) {
				return true
			}
		}
		return false
	}
	return len(key) >= 36 && c.s.goes(key[:36])
}

func (w *liveRow) cell(r *dump.Reader) error {
	name := r.Cell().Name.Decoded()
	switch w.mode {
	case nothing:
		return nil
	case inIndex:
		uuid := indexed(name)
		if w.s.written(uuid) == nil && !w.s.goes(uuid) && !w.stale[w.uuid+"\x00"+string(name)] {
			return nil
		}
	case ofOthers:
		return w.otherCell(r, name)
	}
	key, column, v, err := w.s.live.bytes(r)
	if err != nil {
		return err
	}
	if w.mode == maybe {
		uuid, _, _ := bytes.Cut(v.Data, []byte(" "))
		if !w.s.goes(uuid) {
			return nil
		}
	}
	return w.collector.cell(&place{r.Keyspace(), r.Table(), key, column}, old, v)
}

// otherCell looks at a cell of an object that stays.
func (w *liveRow) otherCell(r *dump.Reader, name []byte) error {
	col := contrail.ParseColumn(name)
	switch col.Kind {
	case contrail.ColumnType, contrail.ColumnFQName, contrail.ColumnParentType:
		key, column, v, err := w.s.live.bytes(r)
		if err != nil {
			return err
		}
		if col.Kind == contrail.ColumnType {
			w.typ = strings.Trim(string(v.Data), `"`)
		}
		w.about = append(w.about, liveCell{&place{objectKeyspace, objectTable, bytes.Clone(key), bytes.Clone(column)}, v})
		return nil
	case contrail.ColumnRef, contrail.ColumnParent, contrail.ColumnBackref, contrail.ColumnChild:
	default:
		return nil
	}
	if w.s.written(col.Key) == nil && !w.s.goes(col.Key) {
		return nil
	}
	w.named = true
	key, column, v, err := w.s.live.bytes(r)
	if err != nil {
		return err
	}
	if !derived(col.Kind) && w.s.written(col.Key) != nil {
		col.Key, col.Name = bytes.Clone(col.Key), bytes.Clone(col.Name)
		w.links = append(w.links, liveLink{col, v})
	}
	return w.collector.cell(&place{objectKeyspace, objectTable, key, column}, old, v)
}

// end ends a row. What an object that stays refers to gets the other end.
func (w *liveRow) end() error {
	if w.mode != ofOthers {
		return nil
	}
	for _, l := range w.links {
		if err := w.other(w.typ, w.uuid, l.col, l.v); err != nil {
			return err
		}
	}
	if !w.named && !w.s.stays([]byte(w.uuid)) {
		return nil
	}
	for _, a := range w.about {
		if err := w.collector.cell(a.p, shown, a.v); err != nil {
			return err
		}
	}
	return nil
}

func (c *collector) liveNode(z *dump.ZNode) error {
	path := string(z.Normal)
	wanted := c.paths[path]
	if !wanted && len(c.s.removed) == 0 {
		return nil
	}
	v, ephemeral, err := c.s.live.node(z)
	if err != nil {
		return err
	}
	var flags byte
	if owner, ok := contrail.Classify(z.Normal).Owner(v.Data); ok && !ephemeral && c.ownerGoes(owner) {
		flags = nodeGoes
	}
	if !wanted && flags == 0 {
		return nil
	}
	v.ACL = nil // whatever it is
	c.buf = nodeRecord(c.buf[:0], path, old, flags, v)
	return c.nodes.Add(c.buf)
}

// ownerGoes tells if the owner of a node gives way.
func (c *collector) ownerGoes(owner contrail.Owner) bool {
	if owner.UUID != "" {
		return c.s.goes([]byte(owner.UUID))
	}
	for _, r := range c.s.removed {
		if r.FQName == owner.Name && (r.Type == owner.Type || owner.Type == "" && (r.Type == "routing_instance" || r.Type == "logical_router")) {
			return true
		}
	}
	return false
}
