package restore

import (
	"context"
	"encoding/binary"
	"io"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

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
