package inspect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/contrail/objindex"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
)

// listPart makes those listings that need the text of one row or table only, of
// the objects of one type, or of nodes, and finds that by the index. done is
// false for others, and where the index doesn't know what is asked for: then all
// is read to say so.
func listPart(ctx context.Context, d *dump.Dump, what Listing, emit func(*Entry) error) (done bool, err error) {
	if what.Types {
		if what.Type == "" {
			return false, nil
		}
		return listType(ctx, d, what, emit)
	}
	x, _, err := indexOf(d)
	if err != nil || x == nil {
		return false, err
	}
	text, err := d.At()
	if err != nil {
		return false, err
	}
	opts := listingOptions(d)
	r := dump.NewReader(nil, d.Name(), opts)
	defer r.Close()
	l := &lister{what: what, r: r, opts: opts, emit: emit}
	at := what.Path
	switch at.Level {
	case dump.AtTable:
		tables, err := x.Tables()
		if err != nil {
			return false, damagedIndex(d, err)
		}
		i := slices.IndexFunc(tables, func(t index.Table) bool { return t.Keyspace == at.Keyspace && t.Name == at.Table })
		if i < 0 {
			return false, nil
		}
		r.ResetTable(text, dump.Place{Start: tables[i].Start, End: tables[i].Start + tables[i].Bytes}, at.Keyspace, at.Table)
		return true, l.tables()
	case dump.AtRow, dump.AtColumn:
		row, found, err := x.Row(at.Keyspace, at.Table, []byte(at.Row))
		if err != nil || !found {
			return false, damagedIndex(d, err)
		}
		r.ResetTableRow(text, dump.Place{Start: row.KeyAt, End: row.Place.End}, at.Keyspace, at.Table)
		err = l.tables()
		if missing := new(NotFound); errors.As(err, &missing) {
			return false, nil
		}
		return true, err
	case dump.AtZNode:
		return l.nodesOf(d, x)
	}
	return false, nil
}

// mostLeaves is how many nodes are read one by one; beyond it, the whole list is
// read at once.
const mostLeaves = 1000

// nodesOf lists nodes: a level by the index, of whose nodes only those are read
// that have none below them; else by the text of all nodes.
func (l *lister) nodesOf(d *dump.Dump, x *index.Index) (done bool, err error) {
	text, err := d.At()
	if err != nil {
		return false, err
	}
	layout, err := x.Layout()
	if err != nil {
		return false, damagedIndex(d, err)
	}
	escaped := layout&dump.BareZooKeeper == 0
	if !l.what.Recursive && layout&dump.NestedZooKeeper == 0 {
		list, ok, err := levelOf(x, l.what.Path.Node)
		if err != nil {
			return false, damagedIndex(d, err)
		}
		if ok {
			return true, l.level(list, func(n *index.ZNode) (*dump.ZNode, error) {
				l.r.ResetZNode(text, n.Place, escaped)
				for l.r.Next() {
					if l.r.Kind() == dump.ZNodeRead {
						return l.r.ZNode(), nil
					}
				}
				return nil, l.r.Err()
			})
		}
	}
	list, ok, err := x.NodeList(text)
	if err != nil || !ok {
		return false, damagedIndex(d, err)
	}
	l.r.ResetZNode(text, list, escaped)
	if l.what.Recursive {
		err = l.tables()
	} else {
		err = l.nodes()
	}
	return true, err
}

// levelNode is a node at or below the one that is listed.
type levelNode struct {
	child string
	below int64 // how many there are at this child
	leaf  *index.ZNode
}

// levelOf returns what is on the level below a path, by the index. ok is false
// if that is nothing, or too much.
func levelOf(x *index.Index, top string) (list []levelNode, ok bool, err error) {
	from := []byte(top)
	if top != "/" {
		from = append(from, '/')
	}
	leaves := 0
	for n, err := range x.ZNodes(from) {
		if err != nil {
			return nil, false, err
		}
		if !nodeCovers(top, n.Path) {
			break
		}
		child, deeper := childOf(top, n.Path)
		if len(child) == 0 {
			continue
		}
		if len(n.Path) >= longPath {
			return nil, false, nil // the index has only the beginning of it
		}
		if k := len(list); k == 0 || list[k-1].child != string(child) {
			if k == mostChildren {
				return nil, false, nil
			}
			list = append(list, levelNode{child: string(child)})
		}
		last := &list[len(list)-1]
		last.below++
		if !deeper {
			if leaves++; leaves > mostLeaves {
				return nil, false, nil
			}
			last.leaf = &n
		}
	}
	return list, len(list) > 0, nil
}

// mostChildren is how many nodes of a level are held.
const mostChildren = 50_000

// longPath is the length from which on the index may have cut a path.
const longPath = 1024

// level emits the entries of a level.
func (l *lister) level(list []levelNode, read func(*index.ZNode) (*dump.ZNode, error)) error {
	// Between the nodes of one child, those of another may stand: /a-b sorts before /a/b.
	slices.SortStableFunc(list, func(a, b levelNode) int { return cmp.Compare(a.child, b.child) })
	top := l.what.Path.Node
	if top == "/" {
		top = ""
	}
	for i := 0; i < len(list); {
		e := &Entry{Kind: EntryZNode, Path: dump.Path{Level: dump.AtZNode, Node: top + "/" + list[i].child}}
		child := list[i].child
		for ; i < len(list) && list[i].child == child; i++ {
			e.Nodes += list[i].below
			if n := list[i].leaf; n != nil {
				z, err := read(n)
				if err != nil {
					return err
				}
				if z == nil {
					return fmt.Errorf("%s is not where the index says", e.Path)
				}
				e.Leaf, e.Bytes, e.Stat = true, z.Data.Size(), string(z.Stat)
			}
		}
		if err := l.emit(e); err != nil {
			return err
		}
	}
	return nil
}

// listType lists the objects of one type.
func listType(ctx context.Context, d *dump.Dump, what Listing, emit func(*Entry) error) (done bool, err error) {
	opts := listingOptions(d)
	l := &lister{what: what, opts: opts, emit: emit}
	t := newTypesRead(l)
	defer t.sorter.Close()
	done, err = objectsOfTypes(ctx, d, opts, []string{contrail.NormalizeType(what.Type)}, func(r *dump.Reader) error {
		l.r = r
		return l.readTypes(t)
	})
	if !done || err != nil {
		return done, err
	}
	return true, l.listTypes(t)
}

// objectsOfTypes reads the rows of the objects of some types, in the order of
// the dump, each as a dump of its own. done is false if there are none, or more
// than it is worth to look for, or the index doesn't know all of them.
func objectsOfTypes(ctx context.Context, d *dump.Dump, o dump.Options, types []string, read func(*dump.Reader) error) (done bool, err error) {
	x, objects, err := indexOf(d)
	if err != nil || x == nil {
		return false, err
	}
	places, ok, err := placesOf(objects, types, memoryOf(d)/16)
	if err != nil || !ok {
		return false, damagedIndex(d, err)
	}
	text, err := d.At()
	if err != nil {
		return false, err
	}
	r := dump.NewReader(nil, d.Name(), o)
	defer r.Close()
	for _, p := range places {
		if err := ctx.Err(); err != nil {
			return true, err
		}
		r.ResetTableRow(text, p, objectKeyspace, objectTable)
		if err := read(r); err != nil {
			return true, err
		}
	}
	return true, nil
}

// placesOf returns where the rows of the objects of some types stand, in the
// order of the text.
func placesOf(objects *objindex.Objects, types []string, memory int64) (places []dump.Place, ok bool, err error) {
	counts, err := objects.Types()
	if err != nil {
		return nil, false, err
	}
	var all, wanted int64
	var spelled []string
	for typ, n := range counts {
		all += n
		if slices.Contains(types, contrail.NormalizeType(typ)) {
			wanted += n
			spelled = append(spelled, typ)
		}
	}
	// Looking for one takes as long as reading some others on the way.
	const placeBytes = 16
	if wanted == 0 || wanted > all/4 || wanted*placeBytes > memory {
		return nil, false, nil
	}
	for _, typ := range spelled {
		for row, err := range objects.RowsOfType(typ) {
			if err != nil {
				return nil, false, err
			}
			places = append(places, dump.Place{Start: row.KeyAt, End: row.Place.End})
		}
	}
	slices.SortFunc(places, func(a, b dump.Place) int { return cmp.Compare(a.Start, b.Start) })
	return places, int64(len(places)) == wanted, nil
}
