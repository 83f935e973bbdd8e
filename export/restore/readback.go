package restore

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// Differences are what reading back has found. Close gives temporary files back.
type Differences struct {
	Rows, Cells, Nodes int64 // that differ
	Compared           struct{ Rows, Cells, Nodes int64 }
	Expired            int64    // cells that have expired since
	Expiries           int64    // cells that end at another time
	ACLs               []string // nodes with another ACL
	// Wanted and Found are dumps of what differs, nil if nothing does: what should be there, and what is.
	Wanted, Found *dump.Dump
	files         []*spill.File
}

// None tells if everything is as it should be.
func (d *Differences) None() bool {
	return d.Rows == 0 && d.Nodes == 0 && d.Expiries == 0 && len(d.ACLs) == 0
}

// Close gives temporary files back.
func (d *Differences) Close() error {
	var errs []error
	for _, x := range []*dump.Dump{d.Wanted, d.Found} {
		if x != nil {
			errs = append(errs, x.Close())
		}
	}
	for _, f := range d.files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}

// ReadBack reads everything that the plan has put into the databases and compares it with the dump. Tables and top nodes
// that the plan does not touch are passed over.
//
// Memory: half of the budget of the dump. What was read is kept in a temporary file.
func ReadBack(ctx context.Context, s *Survey, p *Plan, t Target) (*Differences, error) {
	return compareLive(ctx, s, p, t, nil)
}

// compareLive is ReadBack, or with strangers looks only for what the import has not written.
func compareLive(ctx context.Context, s *Survey, p *Plan, t Target, others *strangers) (*Differences, error) {
	file, err := s.dump.Options().Temp.Create()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	o := s.dump.Options()
	writer := &liveWriter{
		plan: p, target: t, clock: s.options.Clock, temp: o.Temp, patience: s.options.Patience,
		pace: newPace(rangesAtOnce, s.options.Pause), others: others, w: bufio.NewWriterSize(file, 256<<10),
	}
	if err := writer.write(ctx); err != nil {
		return nil, err
	}
	live, err := dump.Open(dump.Input{Name: "(the databases)", At: file, Size: file.Size()}, dump.Options{
		OnProblem: func(p *dump.Problem) error {
			if p.Damage {
				return p
			}
			return nil
		},
		Temp: o.Temp, Memory: o.Memory,
	})
	if err != nil {
		return nil, err
	}
	defer live.Close()
	c := &comparison{plan: p, survey: s, target: t, d: new(Differences), ids: map[[2]string]uint32{}, pace: writer.pace, others: others}
	memory := o.Memory / 16
	for i := range c.sides {
		x := &c.sides[i]
		x.rows, x.expiring = spill.NewSorter(o.Temp, memory), spill.NewSorter(o.Temp, memory/4)
		x.nodes = spill.NewSorter(o.Temp, memory)
		defer x.close()
		if x.data, err = o.Temp.Create(); err != nil {
			return nil, err
		}
	}
	c.sides[0].d, c.sides[0].extras = s.dump, s.options.Extras
	c.sides[1].d, c.sides[1].extras = live, liveExtras{}
	for i := range c.sides {
		if err := c.readSide(ctx, i); err != nil {
			return nil, err
		}
	}
	if err := c.run(ctx); err != nil {
		c.d.Close()
		return nil, err
	}
	return c.d, nil
}

type comparison struct {
	plan   *Plan
	survey *Survey
	target Target
	pace   *pace
	sides  [2]compared // what should be there, what is there
	ids    map[[2]string]uint32
	names  [][2]string
	d      *Differences
	out    *excerpt
	others *strangers // nil to read back
}

// compared is one of the two dumps, read once.
type compared struct {
	d        *dump.Dump
	extras   Extras
	text     io.ReaderAt
	rows     *spill.Sorter // rowRecord
	expiring *spill.Sorter // table, hash of the key, hash of the name, expiry
	nodes    *spill.Sorter // nodeRecord
	data     *spill.File   // of the nodes
	one      *dump.Reader
	it       *spill.Iterator
	ok       bool
	soon     *spill.Iterator
	soonOK   bool
}

func (x *compared) close() {
	x.rows.Close()
	x.expiring.Close()
	x.nodes.Close()
	x.data.Close()
	if x.one != nil {
		x.one.Close()
	}
}

// A record of a row: table, hash of the key, sum of the hashes of its cells, place of the key and of the cells.
const (
	rowIdentity = 4 + 16
	rowSum      = rowIdentity + 16
)

func appendHash(b []byte, h dump.Hash) []byte {
	b = binary.BigEndian.AppendUint64(b, h.Hi)
	return binary.BigEndian.AppendUint64(b, h.Lo)
}

// readSide notes hashes of all rows and nodes of one dump.
func (c *comparison) readSide(ctx context.Context, side int) error {
	x := &c.sides[side]
	r, err := x.d.Reader(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	var h cellHasher
	h.now = c.plan.Timestamp.Mode == "now"
	h.at = c.plan.Timestamp.Microseconds
	h.wanted = side == 0
	var id uint32
	planned := false
	var sum dump.Sum
	var keyAt int64
	var rec []byte
	for r.Next() {
		switch r.Kind() {
		case dump.TableStart:
			_, t := c.plan.table(r.Keyspace(), r.Table())
			if planned = t != nil; planned {
				id = c.id(r.Keyspace(), r.Table())
			}
		case dump.RowStart:
			sum = dump.Sum{}
			keyAt, _ = r.Span()
		case dump.CellRead:
			if !planned {
				continue
			}
			cell := r.Cell()
			hash, err := h.hash(cell)
			if err != nil {
				return err
			}
			sum.Add(hash)
			c.d.Compared.Cells += int64(1 - side)
			extra, err := x.extras.Cell(r.Keyspace(), r.Table(), r.Key(), cell)
			if err != nil {
				return err
			}
			if extra.Expiry != 0 {
				rec = binary.BigEndian.AppendUint32(rec[:0], id)
				rec = appendHash(rec, r.KeyHash())
				rec = appendHash(rec, cell.NameHash())
				rec = binary.BigEndian.AppendUint64(rec, uint64(extra.Expiry))
				if err := x.expiring.Add(rec); err != nil {
					return err
				}
			}
		case dump.RowEnd:
			if !planned || r.Cells() == 0 {
				continue
			}
			c.d.Compared.Rows += int64(1 - side)
			start, end := r.Span()
			rec = binary.BigEndian.AppendUint32(rec[:0], id)
			rec = appendHash(rec, r.KeyHash())
			rec = appendHash(rec, dump.Hash(sum))
			for _, at := range []int64{keyAt, start, end} {
				rec = binary.BigEndian.AppendUint64(rec, uint64(at))
			}
			if err := x.rows.Add(rec); err != nil {
				return err
			}
		case dump.ZNodeRead:
			if side == 1 {
				if err := c.liveNode(r.ZNode()); err != nil {
					return err
				}
			}
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	if side == 0 {
		if err := c.wantedNodes(); err != nil {
			return err
		}
	}
	x.text, err = x.d.At()
	return err
}

func (c *comparison) id(keyspace, table string) uint32 {
	key := [2]string{keyspace, table}
	id, ok := c.ids[key]
	if !ok {
		id = uint32(len(c.names))
		c.ids[key] = id
		c.names = append(c.names, key)
	}
	return id
}

// cellHasher hashes what a cell is in the database.
type cellHasher struct {
	x      dump.CellHasher
	now    bool // all timestamps that are wanted are at
	at     int64
	wanted bool
	b      []byte
}

func (h *cellHasher) hash(c *dump.Cell) (dump.Hash, error) {
	value, err := h.x.Value(&c.Value)
	if err != nil {
		return dump.Hash{}, err
	}
	b := appendHash(h.b[:0], c.NameHash())
	b = appendHash(b, value)
	t, _ := c.Microseconds()
	if h.now && h.wanted {
		t = h.at
	}
	b = binary.BigEndian.AppendUint64(b, uint64(t))
	h.b = b
	sum := xxh3.Hash128(b)
	return dump.Hash{Hi: sum.Hi, Lo: sum.Lo}, nil
}

// A record of a node: its path with slashes that sort before anything else, so that a node stands directly before those
// below it; 0; flags and hash of its data; where its data stands in the file.
const (
	nodeFlags = 1
	nodeSame  = nodeFlags + 16
	nodeTail  = nodeSame + 8 + 8
)

const (
	nodeNull = 1 << iota
	nodeEmpty
)

// node takes a node in.
func (x *compared) node(path string, null bool, data []byte) error {
	var b []byte
	for i := range len(path) {
		if path[i] == '/' {
			b = append(b, 1)
		} else {
			b = append(b, path[i])
		}
	}
	var flags byte
	if null {
		flags |= nodeNull
	} else if len(data) == 0 {
		flags |= nodeEmpty
	}
	b = append(b, 0, flags)
	sum := xxh3.Hash128(data)
	b = appendHash(b, dump.Hash{Hi: sum.Hi, Lo: sum.Lo})
	b = binary.BigEndian.AppendUint64(b, uint64(x.data.Size()))
	b = binary.BigEndian.AppendUint64(b, uint64(len(data)))
	if _, err := x.data.Write(data); err != nil {
		return err
	}
	return x.nodes.Add(b)
}

func (c *comparison) wantedNodes() error {
	return c.survey.nodes.each(func(n *node) error {
		if !n.listed {
			return nil
		}
		c.d.Compared.Nodes++
		return c.sides[0].node(n.path, n.null, n.data)
	}, nil)
}

// liveNode takes a node of the databases that is below what the plan makes.
func (c *comparison) liveNode(z *dump.ZNode) error {
	path := string(z.Normal)
	top := topOf(path, c.plan.Target.ClusterID)
	touched := false
	for _, t := range c.plan.ZooKeeper.Tops {
		touched = touched || t == top
	}
	if c.others != nil && touched && c.others.node(path, z) {
		return nil
	}
	if owner := z.EphemeralOwner(); !touched || foreign(path, c.plan.Target.ClusterID) || owner != nil && string(owner) != "0" {
		return nil
	}
	extra, err := c.sides[1].extras.Node(z)
	if err != nil || extra.Ephemeral {
		return err
	}
	data := extra.Data
	if data == nil && z.Data.IsText {
		if data, err = io.ReadAll(z.Data.OpenDecoded()); err != nil {
			return err
		}
	}
	return c.sides[1].node(path, !z.Data.IsText, data)
}

func (c *comparison) run(ctx context.Context) error {
	var err error
	for i := range c.sides {
		x := &c.sides[i]
		if x.it, err = x.rows.Sort(); err != nil {
			return err
		}
		if x.soon, err = x.expiring.Sort(); err != nil {
			return err
		}
		x.ok, x.soonOK = x.it.Next(), x.soon.Next()
	}
	c.out, err = newExcerpt(c.survey.dump.Options().Temp, c.d)
	if err != nil {
		return err
	}
	a, b := &c.sides[0], &c.sides[1]
	for a.ok || b.ok {
		order := 0
		switch {
		case !a.ok:
			order = 1
		case !b.ok:
			order = -1
		default:
			order = bytes.Compare(a.it.Record()[:rowIdentity], b.it.Record()[:rowIdentity])
		}
		same := order == 0 && bytes.Equal(a.it.Record()[rowIdentity:rowSum], b.it.Record()[rowIdentity:rowSum]) ||
			order < 0 && c.others.missing()
		if !same {
			if err := c.row(order <= 0, order >= 0); err != nil {
				return err
			}
		}
		if order <= 0 {
			a.ok = a.it.Next()
		}
		if order >= 0 {
			b.ok = b.it.Next()
		}
	}
	if err := errors.Join(a.it.Err(), b.it.Err()); err != nil {
		return err
	}
	if err := c.expiries(); err != nil {
		return err
	}
	if err := c.nodes(); err != nil {
		return err
	}
	if c.others == nil {
		if err := c.acls(ctx); err != nil {
			return err
		}
	}
	return c.out.finish(c.survey.dump.Options())
}

// row compares the cells of a row that one or both sides have.
func (c *comparison) row(hasA, hasB bool) error {
	rec := c.sides[0].it.Record
	if !hasA {
		rec = c.sides[1].it.Record
	}
	identity := bytes.Clone(rec()[:rowIdentity])
	temp, memory := c.survey.dump.Options().Temp, c.survey.dump.Options().Memory/32
	cells := spill.NewSorter(temp, memory) // hash of the name, side, hash of the cell, place
	defer cells.Close()
	var b []byte
	for i, has := range []bool{hasA, hasB} {
		if !has {
			continue
		}
		x := &c.sides[i]
		at := x.it.Record()[rowSum+8:]
		place := dump.Place{Start: int64(binary.BigEndian.Uint64(at)), End: int64(binary.BigEndian.Uint64(at[8:]))}
		if x.one == nil {
			x.one = dump.RowReader(x.text, place, x.d.Name(), x.d.Options())
		} else {
			x.one.ResetRow(x.text, place)
		}
		h := cellHasher{now: c.plan.Timestamp.Mode == "now", at: c.plan.Timestamp.Microseconds, wanted: i == 0}
		for x.one.Next() {
			if x.one.Kind() != dump.CellRead {
				continue
			}
			cell := x.one.Cell()
			hash, err := h.hash(cell)
			if err != nil {
				return err
			}
			b = appendHash(b[:0], cell.NameHash())
			b = append(b, byte(i))
			b = appendHash(b, hash)
			b = binary.BigEndian.AppendUint64(b, uint64(cell.Offset))
			b = binary.BigEndian.AppendUint64(b, uint64(cell.End))
			if err := cells.Add(b); err != nil {
				return err
			}
		}
		if err := x.one.Err(); err != nil {
			return err
		}
	}
	return c.cells(identity, cells)
}

// cells compares the sorted cells of a row.
func (c *comparison) cells(identity []byte, sorter *spill.Sorter) error {
	it, err := sorter.Sort()
	if err != nil {
		return err
	}
	row := &differing{comparison: c, identity: identity}
	var pending []byte
	settle := func() error {
		if pending == nil {
			return nil
		}
		p := pending
		pending = nil
		if p[16] == 0 {
			if c.others.missing() {
				return nil
			}
			gone, err := c.expired(identity, p[:16])
			if err != nil || gone {
				return err
			}
			return row.cell(p, nil)
		}
		return row.cell(nil, p)
	}
	for it.Next() {
		rec := it.Record()
		if pending != nil && bytes.Equal(pending[:16], rec[:16]) {
			a, b := pending, bytes.Clone(rec)
			pending = nil
			if !bytes.Equal(a[17:33], b[17:33]) {
				if err := row.cell(a, b); err != nil {
					return err
				}
			}
			continue
		}
		if err := settle(); err != nil {
			return err
		}
		pending = bytes.Clone(rec)
	}
	if it.Err() != nil {
		return it.Err()
	}
	return settle()
}

// slack is how long after its expiry a cell may still be read, and how long before it may be gone: the time to live counts
// whole seconds from when a server takes it in.
const slack = 2

// expired tells if a cell that is missing has expired. Cells are asked for in the order of their records.
func (c *comparison) expired(identity, name []byte) (bool, error) {
	x := &c.sides[0]
	key := append(bytes.Clone(identity), name...)
	for x.soonOK {
		rec := x.soon.Record()
		switch bytes.Compare(rec[:len(key)], key) {
		case 0:
			expiry := int64(binary.BigEndian.Uint64(rec[len(key):]))
			if expiry <= c.survey.options.Clock().Unix()+slack {
				c.d.Expired++
				return true, nil
			}
			return false, nil
		case 1:
			return false, nil
		}
		x.soonOK = x.soon.Next()
	}
	return false, x.soon.Err()
}

// expiries compares the times at which cells end.
func (c *comparison) expiries() error {
	var its [2]*spill.Iterator
	var ok [2]bool
	var err error
	for i := range c.sides {
		if its[i], err = c.sides[i].expiring.Sort(); err != nil {
			return err
		}
		ok[i] = its[i].Next()
	}
	const identity = rowIdentity + 16
	expiry := func(i int) int64 { return int64(binary.BigEndian.Uint64(its[i].Record()[identity:])) }
	now := c.survey.options.Clock().Unix()
	for ok[0] || ok[1] {
		order := 0
		switch {
		case !ok[0]:
			order = 1
		case !ok[1]:
			order = -1
		default:
			order = bytes.Compare(its[0].Record()[:identity], its[1].Record()[:identity])
		}
		switch {
		case order > 0:
			c.d.Expiries++ // a cell that is to stay
		case order < 0:
			if expiry(0) > now+slack && !c.others.missing() { // one that stays, or is missing, which was found already
				c.d.Expiries++
			}
		default:
			if d := expiry(0) - expiry(1); d < -slack || d > slack {
				c.d.Expiries++
			}
		}
		if order <= 0 {
			ok[0] = its[0].Next()
		}
		if order >= 0 {
			ok[1] = its[1].Next()
		}
	}
	return errors.Join(its[0].Err(), its[1].Err())
}

// acls compares the ACLs that were set.
func (c *comparison) acls(ctx context.Context) error {
	return c.survey.nodes.each(func(n *node) error {
		if n.acl == nil {
			return nil
		}
		var live []ACL
		err := c.pace.try(ctx, c.survey.options.Patience, func(ctx context.Context) (err error) {
			live, err = c.target.ZooKeeper.ACL(ctx, n.path)
			return err
		})
		if err != nil {
			return fmt.Errorf("look at the ACL of the ZooKeeper node %s: %w", n.path, err)
		}
		if !sameACL(n.acl, live) {
			c.d.ACLs = append(c.d.ACLs, n.path)
		}
		return nil
	}, nil)
}

// sameACL compares two ACLs; order means nothing. Servers don't show the hash of a digest to everybody.
func sameACL(wanted, found []ACL) bool {
	if len(wanted) != len(found) {
		return false
	}
	left := slices.Clone(found)
	for _, w := range wanted {
		i := slices.IndexFunc(left, func(f ACL) bool {
			if f.Scheme == "digest" && strings.HasSuffix(f.ID, ":x") {
				user, _, _ := strings.Cut(w.ID, ":")
				w.ID = user + ":x"
			}
			return f == w
		})
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}

// nodes compares the nodes of both sides.
func (c *comparison) nodes() error {
	var its [2]*spill.Iterator
	var ok [2]bool
	var err error
	for i := range c.sides {
		if its[i], err = c.sides[i].nodes.Sort(); err != nil {
			return err
		}
		ok[i] = its[i].Next()
	}
	path := func(i int) []byte { r := its[i].Record(); return r[:len(r)-nodeTail] }
	tail := func(i int) []byte { r := its[i].Record(); return r[len(r)-nodeTail:] }
	// below tells if the next node of a side is below a path.
	below := func(i int, p []byte) bool {
		return ok[i] && len(path(i)) > len(p) && bytes.Equal(path(i)[:len(p)-1], p[:len(p)-1]) && path(i)[len(p)-1] == 1
	}
	for ok[0] || ok[1] {
		order := 0
		switch {
		case !ok[0]:
			order = 1
		case !ok[1]:
			order = -1
		default:
			order = bytes.Compare(path(0), path(1))
		}
		// A node without data that has others below it need not be listed.
		var same bool
		switch {
		case order == 0:
			same = bytes.Equal(tail(0)[:nodeSame], tail(1)[:nodeSame])
		case order < 0:
			same = tail(0)[0] == nodeEmpty && below(1, path(0)) || c.others.missing()
		default:
			same = tail(1)[0] == nodeEmpty && below(0, path(1))
		}
		switch {
		case same:
		case c.others != nil:
			c.d.Nodes++
			p := path(0)
			if order > 0 {
				p = path(1)
			}
			c.others.nodeDiffers(nodePath(p), order < 0)
		default:
			c.d.Nodes++
			if order <= 0 {
				err = c.out.node(0, path(0), tail(0), c.sides[0].data)
			}
			if order >= 0 && err == nil {
				err = c.out.node(1, path(1), tail(1), c.sides[1].data)
			}
		}
		if err != nil {
			return err
		}
		if order <= 0 {
			ok[0] = its[0].Next()
		}
		if order >= 0 {
			ok[1] = its[1].Next()
		}
	}
	return errors.Join(its[0].Err(), its[1].Err())
}

// differing writes the cells of a row that differ.
type differing struct {
	comparison *comparison
	identity   []byte
	begun      [2]bool
}

// cell writes a cell that differs, given its records; nil where it is missing.
func (r *differing) cell(wanted, found []byte) error {
	c := r.comparison
	if !r.begun[0] && !r.begun[1] {
		c.d.Rows++
	}
	c.d.Cells++
	if c.others != nil {
		r.begun[0] = true
		return r.stranger(wanted, found)
	}
	for i, rec := range [][]byte{wanted, found} {
		if rec == nil {
			continue
		}
		at := binary.BigEndian.Uint64(rec[33:])
		end := binary.BigEndian.Uint64(rec[41:])
		text := make([]byte, end-at)
		if _, err := c.sides[i].text.ReadAt(text, int64(at)); err != nil && err != io.EOF {
			return fmt.Errorf("read %s again: %w", c.sides[i].d.Name(), err)
		}
		if i == 0 && c.plan.Timestamp.Mode == "now" {
			text = withTime(text, c.plan.Timestamp.Microseconds)
		}
		if !r.begun[i] {
			r.begun[i] = true
			key, err := c.key(i)
			if err != nil {
				return err
			}
			table := c.names[binary.BigEndian.Uint32(r.identity)]
			if err := c.out.row(i, table, key); err != nil {
				return err
			}
		}
		if err := c.out.cell(i, text); err != nil {
			return err
		}
	}
	return nil
}

// key returns the text of the key of the row that a side stands at, with its quotes.
func (c *comparison) key(side int) ([]byte, error) {
	x := &c.sides[side]
	rec := x.it.Record()[rowSum:]
	at, cells := int64(binary.BigEndian.Uint64(rec)), int64(binary.BigEndian.Uint64(rec[8:]))
	text := make([]byte, cells-at)
	if _, err := x.text.ReadAt(text, at); err != nil {
		return nil, fmt.Errorf("read %s again: %w", x.d.Name(), err)
	}
	return text[:bytes.LastIndexByte(text, '"')+1], nil
}
