package patch

import (
	"cmp"
	"slices"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
)

// BeginKeyspace finds out how the keyspace stands there.
func (a *applier) BeginKeyspace(at int64) {
	name := a.In.Keyspace()
	again := a.keyspaces[name]
	a.keyspaces[name] = true
	change, changed := a.p.keyspaces[name]
	if changed && change == added && !again && !a.o.ThreeWay {
		a.conflict(dump.Path{Level: dump.AtKeyspace, Keyspace: name}.String(), "is there already")
	}
	a.goneKS = changed && change == removed
	switch {
	case a.In.Layout()&dump.NoKeyspaceLevel != 0:
		a.layout = noKeyspace
		if !a.p.hasContainers() {
			break
		}
		// The form has no room for other tables than its two, nor for none.
		a.layout = newKeyspace
		a.Out.CopyTo(a.Cassandra.Open)
		a.Keyspace = splice.NewList(a.Cassandra.Open)
		a.Tables = &a.Keyspace
		if a.goneKS {
			a.Out.Mute()
		}
		a.Out.Put(`"config_db_uuid": {`)
	case a.Flat:
		a.layout = flatKeyspace
	default:
		a.layout = ordinaryKeyspace
		if a.goneKS {
			a.Out.Leave(&a.Cassandra, at)
		} else {
			a.Out.Keep(&a.Cassandra, at)
		}
	}
	if !a.goneKS && a.layout != flatKeyspace {
		a.written[name] = true
	}
}

// EndKeyspace adds the tables that are new.
func (a *applier) EndKeyspace() error {
	name := a.In.Keyspace()
	if a.layout == noKeyspace || a.layout == flatKeyspace {
		return nil
	}
	if a.goneKS {
		a.stats.Keyspaces++
		if a.Keyspace.Kept > 0 {
			a.conflict(dump.Path{Level: dump.AtKeyspace, Keyspace: name}.String(), "has a table that the patch does not know")
		}
	} else if err := a.newTables(name, &a.Keyspace); err != nil {
		return err
	}
	if a.layout == newKeyspace {
		a.Out.CopyTo(a.Keyspace.Last)
		a.Out.Put("}")
		a.Cassandra.Last = a.Keyspace.Last
		a.Cassandra.Items = 1
		if a.goneKS {
			a.Out.Unmute()
		} else {
			a.Cassandra.Kept = 1
		}
	}
	return nil
}

// EndCassandra adds the keyspaces that are new, and those of which nothing is
// left where they had no place of their own (A3).
func (a *applier) EndCassandra() error {
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
		a.Out.Behind(&a.Cassandra)
		a.Out.Put(quote(name) + ": {")
		inner := splice.NewList(a.Out.At())
		if err := a.newTables(name, &inner); err != nil {
			return err
		}
		a.Out.Put("}")
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
		a.Out.Behind(l)
		a.Out.Put(quote(key[1]) + ": {")
		rows := splice.NewList(a.Out.At())
		if err := a.newRows(key, t, &rows); err != nil {
			return err
		}
		a.Out.Put("}")
		a.stats.Tables++
	}
	return nil
}

// BeginTable finds out what happens to the table.
func (a *applier) BeginTable(at int64) {
	key := [2]string{a.In.Keyspace(), a.In.Table()}
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
		a.Out.Leave(a.Tables, at)
		return
	}
	a.Out.Keep(a.Tables, at)
	if a.layout == flatKeyspace {
		a.flatKept[key[0]] = true
	}
}

// EndTable adds the rows that are new.
func (a *applier) EndTable() error {
	key := [2]string{a.In.Keyspace(), a.In.Table()}
	if a.goneTable {
		a.stats.Tables++
		if a.Table.Kept > 0 {
			a.conflict(dump.Path{Level: dump.AtTable, Keyspace: key[0], Table: key[1]}.String(), "has a row that the patch does not know")
		}
		return nil
	}
	if a.edits == nil {
		return nil
	}
	return a.newRows(key, a.edits, &a.Table)
}

func quote(name string) string { return `"` + string(decodedText(name).Raw) + `"` }
