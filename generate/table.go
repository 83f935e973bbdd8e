package generate

import (
	"iter"
	"slices"
)

// table is a column family: rows that are known by number until written.
type table struct {
	name string
	rows int
	// key appends the row's key; false where there is no such row.
	key keyFunc
	// cells writes the columns of a row.
	cells func(i int)
}

type keyspace struct {
	name   string
	tables []table
}

// table writes the rows of a table in the order asked for.
func (d *dump) table(t table) {
	d.member([]byte(t.name))
	d.openObject()
	order := inOrder(t.rows, d.order.shuffled, d.order.key)
	if d.w.options.TokenOrder && !d.order.shuffled {
		order = d.sorter.byToken(t.rows, t.key)
	}
	var buf []byte
	for i := range order {
		key, ok := t.key(buf[:0], i)
		buf = key
		if d.err != nil {
			break
		}
		if !ok {
			continue
		}
		d.member(key)
		d.openObject()
		t.cells(i)
		d.closeObject()
		d.stats.Rows++
	}
	d.closeObject()
}

func (d *dump) keyspaces() []keyspace {
	none := func(name string) table { return table{name: name} }
	return []keyspace{
		{"config_db_uuid", []table{d.objectTable(), d.nameTable(), d.sharedTable()}},
		{"useragent", []table{d.subnetTable()}},
		{"to_bgp_keyspace", []table{d.targetTable(), d.chainAddressTable(), d.chainTable(), d.chainUUIDTable()}},
		{"svc_monitor_keyspace", []table{d.instanceTable(), none("pool_table"), none("loadbalancer_table"), none("healthmonitor_table")}},
		{"dm_keyspace", []table{d.deviceAddressTable(), d.deviceASNTable(), none("dm_ni_ipv6_ll_table"), none("dm_pnf_resource_table")}},
	}
}

// objectTable has the objects.
func (d *dump) objectTable() table {
	w := d.w
	var s subject
	return table{
		name: "obj_uuid_table",
		rows: w.slots(),
		key: func(dst []byte, i int) ([]byte, bool) {
			id, ok := w.idAt(i)
			return appendUUID(dst, id), ok
		},
		cells: func(i int) {
			w.subject(&s, i)
			d.row.build(w, &s)
			cells := d.row.cells
			if d.order.columns {
				p := newPermutation(len(cells), s.id.lo^d.order.key)
				for i := range cells {
					c := cells[p.at(i)]
					d.cell(d.row.cellName(c), d.row.cellValue(c), c.at)
				}
			} else {
				for _, c := range cells {
					d.cell(d.row.cellName(c), d.row.cellValue(c), c.at)
				}
			}
			d.stats.Columns += int64(len(cells))
			d.stats.count(s.kind)
		},
	}
}

// An index row holds the objects of one type; some types are more kinds than
// one.
type indexRow struct {
	typ   string
	kinds []kind
	added []int // positions in world.added
}

func (d *dump) indexRows() []indexRow {
	var rows []indexRow
	at := map[string]int{}
	for k := range kindCount {
		if d.w.count[k] == 0 {
			continue
		}
		i, ok := at[k.typ()]
		if !ok {
			i = len(rows)
			at[k.typ()] = i
			rows = append(rows, indexRow{typ: k.typ()})
		}
		rows[i].kinds = append(rows[i].kinds, k)
	}
	for i, s := range d.w.added {
		row := &rows[at[s.kind.typ()]]
		row.added = append(row.added, i)
	}
	return rows
}

func (x indexRow) items(w *world) int {
	n := len(x.added)
	for _, k := range x.kinds {
		n += w.count[k]
	}
	return n
}

// slot is the place of the i-th object of the row.
func (x indexRow) slot(w *world, i int) int {
	for _, k := range x.kinds {
		if i < w.count[k] {
			return int(w.number(k, i))
		}
		i -= w.count[k]
	}
	return w.total() + x.added[i]
}

// nameTable is obj_fq_name_table: a row for each type, with a column for each
// object, so that its rows grow with the dump.
func (d *dump) nameTable() table {
	w := d.w
	rows := d.indexRows()
	var f fqName
	return table{
		name: "obj_fq_name_table",
		rows: len(rows),
		key:  d.rowKey(rows, func(x indexRow, i int) bool { return !w.gone(x.slot(w, i)) }),
		cells: func(i int) {
			x := rows[i]
			name := func(dst []byte, i int) ([]byte, bool) {
				id, ok := w.nameAt(&f, x.slot(w, i))
				if !ok {
					return dst, false
				}
				dst = append(append(dst, f.text...), ':')
				return appendUUID(dst, id), true
			}
			for i, column := range d.columns(x.items(w), name) {
				d.cell(column, []byte(valueNull), w.indexedAt(x.slot(w, i)))
				d.stats.Columns++
			}
		},
	}
}

// rowKey makes the keys of index rows. A row in which no object has a column
// is not there.
func (d *dump) rowKey(rows []indexRow, has func(x indexRow, i int) bool) keyFunc {
	return func(dst []byte, row int) ([]byte, bool) {
		x := rows[row]
		for i := range x.items(d.w) {
			if has(x, i) {
				return append(dst, x.typ...), true
			}
		}
		return dst, false
	}
}

// columns yields the columns of an index row in the order asked for, until
// the document can't be written any more.
func (d *dump) columns(n int, name keyFunc) iter.Seq2[int, []byte] {
	sorted := d.sorter.byName(n, name)
	return func(yield func(int, []byte) bool) {
		if !d.order.columns {
			for i, text := range sorted {
				if d.err != nil || !yield(i, text) {
					return
				}
			}
			return
		}
		var buf []byte
		for i := range inOrder(n, d.order.shuffled, d.order.key) {
			text, ok := name(buf[:0], i)
			buf = text
			if d.err != nil || ok && !yield(i, text) {
				return
			}
		}
	}
}

// sharedTable is obj_shared_table, which follows from perms2.
func (d *dump) sharedTable() table {
	w := d.w
	rows := slices.DeleteFunc(d.indexRows(), func(x indexRow) bool {
		return !slices.ContainsFunc(sharedKinds, func(k kind) bool { return k.typ() == x.typ })
	})
	var s subject
	column := func(dst []byte, x indexRow, i int) ([]byte, bool) {
		if !w.subject(&s, x.slot(w, i)) {
			return dst, false
		}
		return w.sharing(s.kind, s.i).appendColumn(dst, s.id)
	}
	return table{
		name: "obj_shared_table",
		rows: len(rows),
		key: d.rowKey(rows, func(x indexRow, i int) bool {
			_, ok := column(nil, x, i)
			return ok
		}),
		cells: func(i int) {
			x := rows[i]
			name := func(dst []byte, i int) ([]byte, bool) { return column(dst, x, i) }
			for i, column := range d.columns(x.items(w), name) {
				w.subject(&s, x.slot(w, i))
				access := w.sharing(s.kind, s.i).accessOf()
				d.cell(column, appendUint(nil, uint64(access)), s.created+950)
				d.stats.Columns++
			}
		},
	}
}
