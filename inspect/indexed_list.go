package inspect

import (
	"encoding/json"

	"github.com/dumptool/dumptool/dump"
)

// listIndex makes the listings of the upper levels by the index alone:
// keyspaces, and the tables of one. done is false for all others, and where the
// index hasn't got what is asked for.
func listIndex(d *dump.Dump, what Listing, emit func(*Entry) error) (done bool, err error) {
	at := what.Path
	if what.Types || what.Recursive || at.Level != dump.AtRoot && at.Level != dump.AtKeyspace {
		return false, nil
	}
	x, _, err := indexOf(d)
	if err != nil || x == nil {
		return false, err
	}
	names, err := x.Keyspaces()
	if err != nil {
		return false, damagedIndex(d, err)
	}
	tables, err := x.Tables()
	if err != nil {
		return false, damagedIndex(d, err)
	}
	var entries []*Entry
	byName := map[string]*Entry{}
	bounds := map[string]*times{}
	for _, name := range names {
		e := &Entry{Kind: EntryKeyspace, Path: dump.Path{Level: dump.AtKeyspace, Keyspace: name}}
		byName[name], bounds[name] = e, new(times)
		if at.Level == dump.AtRoot {
			entries = append(entries, e)
		}
	}
	if at.Level == dump.AtKeyspace && byName[at.Keyspace] == nil {
		return false, nil
	}
	for _, t := range tables {
		e := &Entry{
			Kind: EntryTable, Path: dump.Path{Level: dump.AtTable, Keyspace: t.Keyspace, Table: t.Name},
			Rows: t.Rows, Columns: t.Cells, Bytes: t.Bytes, Oldest: numberOf(t.Oldest), Newest: numberOf(t.Newest),
		}
		if at.Level == dump.AtKeyspace {
			if t.Keyspace == at.Keyspace {
				entries = append(entries, e)
			}
			continue
		}
		k := byName[t.Keyspace]
		if k == nil {
			return false, nil
		}
		k.Tables++
		k.Rows += e.Rows
		k.Columns += e.Columns
		k.Bytes += e.Bytes
		for _, n := range []*json.Number{e.Oldest, e.Newest} {
			if n != nil {
				bounds[t.Keyspace].AddText([]byte(*n))
			}
		}
	}
	for _, e := range entries {
		if e.Kind == EntryKeyspace {
			e.Oldest, e.Newest = bounds[e.Path.Keyspace].bounds()
		}
	}
	if at.Level == dump.AtRoot {
		n, err := x.Nodes()
		if err != nil {
			return false, damagedIndex(d, err)
		}
		if n > 0 {
			entries = append(entries, &Entry{Kind: EntryZNode, Path: dump.Path{Level: dump.AtZNode, Node: "/"}, Nodes: n})
		}
	}
	for _, e := range entries {
		if err := emit(e); err != nil {
			return true, err
		}
	}
	return true, nil
}
