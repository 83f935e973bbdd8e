package patch

import (
	"cmp"
	"slices"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
)

// beginKeyspace finds out how the keyspace stands there.
func (a *applier) beginKeyspace() {
	if !a.inside {
		a.beginCassandra()
	}
	name := a.r.Keyspace()
	again := a.keyspaces[name]
	a.keyspaces[name] = true
	at := a.look.Item(a.cassandra.Last)
	written, value := a.look.Name(at)
	change, changed := a.p.keyspaces[name]
	if changed && change == added && !again && !a.o.ThreeWay {
		a.conflict(dump.Path{Level: dump.AtKeyspace, Keyspace: name}.String(), "is there already")
	}
	a.goneKS = changed && change == removed
	switch {
	case a.r.Layout()&dump.NoKeyspaceLevel != 0:
		a.layout = noKeyspace
		a.tables = &a.cassandra
		if !a.p.hasContainers() {
			break
		}
		// The form has no room for other tables than its two, nor for none.
		a.layout = newKeyspace
		a.out.CopyTo(a.cassandra.Open)
		a.keyspace = splice.NewList(a.cassandra.Open)
		a.tables = &a.keyspace
		if a.goneKS {
			a.out.Mute()
		}
		a.out.Put(`"config_db_uuid": {`)
	case written != name:
		a.layout = flatKeyspace
		a.tables = &a.cassandra
	default:
		a.layout = ordinaryKeyspace
		a.keyspace = splice.NewList(value + 1)
		a.tables = &a.keyspace
		a.cassandra.Comes(at)
		if a.goneKS {
			a.out.Leave(&a.cassandra, at)
		} else {
			a.out.Keep(&a.cassandra, at)
		}
	}
	if !a.goneKS && a.layout != flatKeyspace {
		a.written[name] = true
	}
}

func (a *applier) endKeyspace() error {
	name := a.r.Keyspace()
	if a.layout == noKeyspace || a.layout == flatKeyspace {
		return nil
	}
	if a.goneKS {
		a.stats.Keyspaces++
		if a.keyspace.Kept > 0 {
			a.conflict(dump.Path{Level: dump.AtKeyspace, Keyspace: name}.String(), "has a table that the patch does not know")
		}
	} else if err := a.newTables(name, &a.keyspace); err != nil {
		return err
	}
	if a.layout == newKeyspace {
		a.out.CopyTo(a.keyspace.Last)
		a.out.Put("}")
		a.cassandra.Last = a.keyspace.Last
		a.cassandra.Items = 1
		if a.goneKS {
			a.out.Unmute()
		} else {
			a.cassandra.Kept = 1
		}
		return nil
	}
	end := a.look.Blank(a.keyspace.Last) + 1
	if a.goneKS {
		a.out.Left(&a.cassandra, end)
		return nil
	}
	a.cassandra.Last = end
	return nil
}

// endCassandra adds the keyspaces that are new, and those of which nothing is
// left where they had no place of their own (A3).
func (a *applier) endCassandra() error {
	wanted := map[string]bool{}
	for name := range a.keyspaces {
		wanted[name] = a.p.keyspaces[name] != removed
	}
	for name, o := range a.p.keyspaces {
		switch {
		case o == added:
			wanted[name] = true
		case a.keyspaces[name]:
		case !a.o.ThreeWay:
			a.conflict(dump.Path{Level: dump.AtKeyspace, Keyspace: name}.String(), "is absent")
		}
	}
	for _, name := range sortedNames(wanted) {
		if !wanted[name] && a.flatKept[name] {
			a.conflict(dump.Path{Level: dump.AtKeyspace, Keyspace: name}.String(), "has a table that the patch does not know")
		}
		if !wanted[name] || a.written[name] || a.flatKept[name] && !a.hasNewTables(name) {
			continue
		}
		a.out.Behind(&a.cassandra)
		a.out.Put(quote(name) + ": {")
		inner := splice.NewList(a.out.At())
		if err := a.newTables(name, &inner); err != nil {
			return err
		}
		a.out.Put("}")
		a.written[name] = true
		if !a.keyspaces[name] {
			a.stats.Keyspaces++
		}
	}
	for _, key := range a.tableNames() {
		t := a.p.tables[key]
		path := dump.Path{Level: dump.AtTable, Keyspace: key[0], Table: key[1]}.String()
		switch {
		case t.begun || !t.changed:
		case t.op == added:
			a.conflict(path, "has no keyspace")
		case !a.o.ThreeWay:
			a.conflict(path, "is absent")
		}
	}
	return nil
}

func (a *applier) hasNewTables(keyspace string) bool {
	for key, t := range a.p.tables {
		if key[0] == keyspace && t.changed && t.op == added && !t.begun {
			return true
		}
	}
	return false
}

func (a *applier) tableNames() [][2]string {
	names := make([][2]string, 0, len(a.p.tables))
	for key := range a.p.tables {
		names = append(names, key)
	}
	slices.SortFunc(names, func(x, y [2]string) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1])) })
	return names
}

// newTables adds the tables that are new in a keyspace.
func (a *applier) newTables(keyspace string, l *splice.List) error {
	for _, key := range a.tableNames() {
		t := a.p.tables[key]
		if key[0] != keyspace || !t.changed || t.op != added || t.begun {
			continue
		}
		t.begun = true
		a.out.Behind(l)
		a.out.Put(quote(key[1]) + ": {")
		rows := splice.NewList(a.out.At())
		if err := a.newRows(key, t, &rows); err != nil {
			return err
		}
		a.out.Put("}")
		a.stats.Tables++
	}
	return nil
}

func (a *applier) beginTable() {
	key := [2]string{a.r.Keyspace(), a.r.Table()}
	at := a.look.Item(a.tables.Last)
	_, value := a.look.Name(at)
	a.tables.Comes(at)
	a.table = splice.NewList(value + 1)
	a.tableHash = tableHash(key[0], key[1])
	a.edits = a.p.tables[key]
	a.goneTable = false
	if t := a.edits; t != nil {
		t.begun = true
		if t.changed && t.op == added && !a.o.ThreeWay {
			a.conflict(dump.Path{Level: dump.AtTable, Keyspace: key[0], Table: key[1]}.String(), "is there already")
		}
		a.goneTable = t.changed && t.op == removed
	}
	if a.goneTable {
		a.out.Leave(a.tables, at)
		return
	}
	a.out.Keep(a.tables, at)
	if a.layout == flatKeyspace {
		a.flatKept[key[0]] = true
	}
}

func (a *applier) endTable() error {
	key := [2]string{a.r.Keyspace(), a.r.Table()}
	_, end := a.r.Span()
	if a.goneTable {
		a.stats.Tables++
		if a.table.Kept > 0 {
			a.conflict(dump.Path{Level: dump.AtTable, Keyspace: key[0], Table: key[1]}.String(), "has a row that the patch does not know")
		}
		a.out.Left(a.tables, end)
		return nil
	}
	if a.edits != nil {
		if err := a.newRows(key, a.edits, &a.table); err != nil {
			return err
		}
	}
	a.tables.Last = end
	return nil
}

func quote(name string) string { return `"` + string(decodedText(name).Raw) + `"` }
