package inspect

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/contrail/objindex"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
)

// indexOf returns the index of a dump and what it says of objects; nil if the
// dump has none. An index that can't be read is an error: nothing is to be
// answered differently because of damage.
func indexOf(d *dump.Dump) (*index.Index, *objindex.Objects, error) {
	x, err := index.Of(d)
	if errors.Is(err, index.ErrNone) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, damagedIndex(d, err)
	}
	o, err := objindex.Of(x)
	if errors.Is(err, objindex.ErrNone) {
		return nil, nil, nil
	}
	return x, o, damagedIndex(d, err)
}

// damagedIndex makes an error of an index a problem of the file.
func damagedIndex(d *dump.Dump, err error) error {
	if err == nil {
		return nil
	}
	return &dump.Problem{ID: "B-STR-2", Damage: true, Fatal: true, File: d.Name(), Offset: -1, Message: "the index: " + err.Error(), Err: err}
}

// summarizeIndex makes an Info of the index alone; nil if that isn't enough.
func summarizeIndex(d *dump.Dump, o InfoOptions) (*Info, error) {
	x, objects, err := indexOf(d)
	if err != nil || x == nil {
		return nil, err
	}
	info := &Info{
		Schema: InfoSchema, File: d.Name(), Encoding: d.Encoding(), Index: true, StoredBytes: d.StoredBytes(), Bytes: d.Bytes(),
		Keyspaces: ByName[*Keyspace]{},
	}
	if loc := x.Container().Locator(); loc.HasSHA256 {
		digest := hex.EncodeToString(loc.SHA256[:])
		info.SHA256 = &digest
	} else if o.SHA256 {
		return nil, nil
	}
	return info, damagedIndex(d, info.fill(x, objects))
}

func (i *Info) fill(x *index.Index, objects *objindex.Objects) error {
	keyspaces, err := x.Keyspaces()
	if err != nil {
		return err
	}
	for _, name := range keyspaces {
		i.keyspace(name)
	}
	tables, err := x.Tables()
	if err != nil {
		return err
	}
	for _, t := range tables {
		to := i.table(t.Keyspace, t.Name)
		to.Rows, to.Columns, to.Bytes = t.Rows, t.Cells, t.Bytes
		to.Oldest, to.Newest = numberOf(t.Oldest), numberOf(t.Newest)
	}
	var errs [6]error
	i.Types, errs[0] = objects.Types()
	i.ZooKeeper.Families, errs[1] = objects.Families()
	i.Untyped, errs[2] = objects.Untyped()
	i.ZooKeeper.Nodes, errs[3] = x.Nodes()
	i.Layout, errs[4] = x.Layout()
	return errors.Join(errs[:]...)
}

func numberOf(text []byte) *json.Number {
	if text == nil {
		return nil
	}
	n := json.Number(text)
	return &n
}

// fromIndex finds what ref means by the index. Where it finds nothing, or no
// one thing, the whole dump has to be read to say so.
func (f *Found) fromIndex(ref Ref) (found bool, err error) {
	x, objects, err := indexOf(f.d)
	if err != nil || x == nil {
		return false, err
	}
	if f.text, err = f.d.At(); err != nil {
		return false, err
	}
	f.survey = newSurvey(ref, false, 0)
	p := ref.Path
	switch {
	case p.Level == dump.AtZNode:
		return f.nodeFromIndex(x, ref)
	case ref.Type != "":
		f.row, found, err = f.nameFromIndex(objects, ref)
	case ref.UUID != "":
		f.row, found, err = uuidFromIndex(x, ref.UUID)
	default:
		f.row, found, err = rowFromIndex(x, p.Keyspace, p.Table, p.Row)
	}
	if err != nil || !found {
		return false, damagedIndex(f.d, err)
	}
	f.Path = dump.Path{Level: dump.AtRow, Keyspace: f.row.keyspace, Table: f.row.table, Row: f.row.key}
	f.IsObject = ref.isObject()
	if p.Level == dump.AtColumn {
		f.Path.Level, f.Path.Column = dump.AtColumn, p.Column
		return f.columnFromIndex(x)
	}
	return true, nil
}

func rowFromIndex(x *index.Index, keyspace, table, key string) (row, bool, error) {
	r, found, err := x.Row(keyspace, table, []byte(key))
	return row{keyspace, table, key, r.Place}, found, err
}

// uuidFromIndex finds the one row whose key is the uuid or begins with it.
func uuidFromIndex(x *index.Index, uuid string) (found row, ok bool, err error) {
	for r, err := range x.Rows(objectKeyspace, objectTable, []byte(uuid)) {
		switch {
		case err != nil:
			return row{}, false, err
		case !bytes.HasPrefix(r.Key, []byte(uuid)):
			return found, ok, nil
		case !isUUIDPrefix(string(r.Key)):
			continue
		case ok:
			return row{}, false, nil
		}
		found, ok = row{objectKeyspace, objectTable, string(r.Key), r.Place}, true
		if len(r.Key) == len(uuid) {
			return found, true, nil
		}
	}
	return found, ok, nil
}

// nameFromIndex finds the one object of a type that has the name in its own
// row.
func (f *Found) nameFromIndex(objects *objindex.Objects, ref Ref) (found row, ok bool, err error) {
	types, err := objects.Types()
	if err != nil {
		return row{}, false, err
	}
	rows := newObjectReader(f.text, f.d)
	defer rows.close()
	for typ := range types {
		if contrail.NormalizeType(typ) != ref.Type {
			continue
		}
		for obj, err := range objects.ByName(typ, ref.Name) {
			if err != nil {
				return row{}, false, err
			}
			at, err := objects.Row(obj)
			if err != nil || ok {
				return row{}, false, err
			}
			r := row{objectKeyspace, objectTable, string(at.Key), at.Place}
			kept, err := ofName(rows, ref, []row{r})
			if err != nil || len(kept) == 0 {
				return row{}, false, err
			}
			found, ok = r, true
		}
	}
	return found, ok, nil
}

// columnFromIndex finds the column in the block of its row that holds it.
func (f *Found) columnFromIndex(x *index.Index) (bool, error) {
	r, found, err := x.Row(f.row.keyspace, f.row.table, []byte(f.row.key))
	if err != nil || !found {
		return false, damagedIndex(f.d, err)
	}
	places := []dump.Place{}
	wide := false
	for b, err := range x.Blocks(&r) {
		if err != nil {
			return false, damagedIndex(f.d, err)
		}
		wide = true
		if b.MayHold([]byte(f.Path.Column)) {
			places = append(places, b.Place)
		}
	}
	if !wide {
		return true, f.findColumn()
	}
	rows := newObjectReader(f.text, f.d)
	defer rows.close()
	for _, p := range places {
		rows.rows.ResetCell(f.text, p)
		for rows.rows.Next() {
			if c := rows.rows.Cell(); rows.rows.Kind() == dump.CellRead && c.Name.String() == f.Path.Column {
				f.cell = dump.Place{Start: c.Offset, End: c.End}
				return true, nil
			}
		}
		if err := rows.rows.Err(); err != nil {
			return false, err
		}
	}
	return false, nil
}

func (f *Found) nodeFromIndex(x *index.Index, ref Ref) (bool, error) {
	n, found, err := x.ZNode([]byte(ref.Path.Node))
	if err != nil || !found || n.Flags&index.NestedNode != 0 {
		return false, damagedIndex(f.d, err)
	}
	layout, err := x.Layout()
	if err != nil {
		return false, damagedIndex(f.d, err)
	}
	r := dump.NewReader(nil, f.d.Name(), f.d.Options())
	defer r.Close()
	escaped := layout&dump.BareZooKeeper == 0
	r.ResetZNode(f.text, n.Place, escaped)
	for r.Next() {
		if r.Kind() == dump.ZNodeRead && string(r.ZNode().Normal) == ref.Path.Node {
			f.Path = ref.Path
			return true, f.takeNode(r.ZNode(), layout)
		}
	}
	return false, r.Err()
}

// resolveIndexed fills in the names of the objects that obj is linked to.
func (o *objectReader) resolveIndexed(d *dump.Dump, x *index.Index, obj *contrail.Object) error {
	names := map[string][]string{}
	obj.Resolve(func(_, uuid string) []string {
		names[uuid] = nil
		return nil
	})
	var rows []row
	for uuid := range names {
		r, found, err := rowFromIndex(x, objectKeyspace, objectTable, uuid)
		if err != nil {
			return damagedIndex(d, err)
		}
		if found {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.Start, b.Start) })
	for _, r := range rows {
		h, err := o.head(r.Place)
		if err != nil {
			return err
		}
		names[r.key] = h.fqName
	}
	obj.Resolve(func(_, uuid string) []string { return names[uuid] })
	return nil
}
