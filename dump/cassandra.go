package dump

import (
	"strings"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// The keyspaces that a dump can hold (dump-format 2, 5), with the tables that
// releases are known to have there. They are needed to tell the flat names of
// A3 from keyspaces.
var knownTables = map[string][]string{
	"config_db_uuid":       {"obj_uuid_table", "obj_fq_name_table", "obj_shared_table", "uuid_table", "fq_name_table", "ifmap_id_table", "children_table", "subnet_bitmask_table"},
	"useragent":            {"useragent_keyval_table"},
	"to_bgp_keyspace":      {"route_target_table", "service_chain_ip_address_table", "service_chain_table", "service_chain_uuid_table"},
	"svc_monitor_keyspace": {"service_instance_table", "pool_table", "loadbalancer_table", "healthmonitor_table"},
	"dm_keyspace":          {"dm_pr_vn_ip_table", "dm_pr_asn_table", "dm_ni_ipv6_ll_table", "dm_pnf_resource_table", "dm_pr_ae_id_table"},
	"DISCOVERY_SERVER":     {"discovery"},
}

// FlatName splits a name of the layout A3, KEYSPACE_TABLE directly in cassandra,
// into keyspace and table. ok is false for any other name.
func FlatName(name string) (keyspace, table string, ok bool) {
	for ks, tables := range knownTables {
		rest, found := strings.CutPrefix(name, ks+"_")
		if !found {
			continue
		}
		for _, t := range tables {
			if rest == t {
				return ks, t, true
			}
		}
	}
	return "", "", false
}

func (r *Reader) beginCassandra() bool {
	switch r.sc.Next() {
	case jsonscan.Invalid:
		return r.failed()
	case jsonscan.ObjectStart:
		r.state = inCassandra
		return false
	}
	return r.fatal("B-STR-3", r.sc.Offset(), "cassandra is not an object")
}

// object reads the opening brace of a container; if it is something else, that
// is reported and skipped.
func (r *Reader) object(what string) bool {
	k := r.sc.Next()
	switch k {
	case jsonscan.Invalid:
		return r.failed()
	case jsonscan.ObjectStart:
		return true
	}
	if r.damage("B-STR-7", r.sc.Offset(), what+" is not an object") {
		r.skipValue(r.sc, k, r.failed)
	}
	return false
}

// nextKeyspace reads the next member of cassandra.
func (r *Reader) nextKeyspace() bool {
	r.path = pathState{member: "cassandra"}
	switch r.sc.Next() {
	case jsonscan.Invalid:
		return r.failed()
	case jsonscan.ObjectEnd:
		if !r.finish(r.containers, "a keyspace or table") {
			return false
		}
		r.state = inRoot
		if r.layout&NoKeyspaceLevel != 0 {
			r.kind = KeyspaceEnd
			return true
		}
		return false
	}
	raw := Text{r.sc.Raw(), r.sc.Plain()}
	name, off := raw.String(), r.sc.Offset()
	r.start, r.end = off, r.sc.End()
	if name == "obj_uuid_table" || name == "obj_fq_name_table" {
		return r.tableWithoutKeyspace(name, off)
	}
	if r.layout&NoKeyspaceLevel != 0 {
		return r.mixed(off)
	}
	r.ordinary = true
	if ks, table, ok := FlatName(name); ok {
		r.layout |= FlatTables
		r.keyspace, r.inFlat = ks, true
		r.path.keyspace = true
		if !r.beginTable(table, off) {
			return false
		}
		r.next = append(r.next, TableStart)
		r.kind = KeyspaceStart
		return true
	}
	r.keyspace = name
	r.path.keyspace = true
	if !r.duplicate(r.containers, r.h.text(raw), off, "keyspace") || !r.object("keyspace") {
		return false
	}
	r.state = inKeyspace
	r.kind = KeyspaceStart
	return true
}

// tableWithoutKeyspace begins a table of layout A2.
func (r *Reader) tableWithoutKeyspace(name string, off int64) bool {
	if r.ordinary {
		return r.mixed(off)
	}
	first := r.layout&NoKeyspaceLevel == 0
	r.layout |= NoKeyspaceLevel
	r.keyspace = "config_db_uuid"
	r.path.keyspace = true
	if !r.beginTable(name, off) {
		return false
	}
	r.kind = TableStart
	if first {
		r.kind = KeyspaceStart
		r.next = append(r.next, TableStart)
	}
	return true
}

func (r *Reader) mixed(off int64) bool {
	return r.fatal("B-STR-13", off, "tables without keyspace (A2) stand beside keyspaces")
}

// nextTable reads the next member of a keyspace.
func (r *Reader) nextTable() bool {
	r.path = pathState{keyspace: true}
	switch r.sc.Next() {
	case jsonscan.Invalid:
		return r.failed()
	case jsonscan.ObjectEnd:
		r.state = inCassandra
		r.kind = KeyspaceEnd
		return true
	}
	name := Text{r.sc.Raw(), r.sc.Plain()}
	r.start, r.end = r.sc.Offset(), r.sc.End()
	if !r.beginTable(name.String(), r.start) {
		return false
	}
	r.kind = TableStart
	return true
}

// beginTable opens a table; its name was just read.
func (r *Reader) beginTable(name string, off int64) bool {
	r.table = name
	r.path.table = true
	// No keyspace is named so: a zero byte keeps tables and keyspaces apart.
	id := hashBytes([]byte(r.keyspace + "\x00" + name))
	if !r.duplicate(r.containers, id, off, "table") || !r.object("table") {
		r.inFlat = false
		return false
	}
	r.tableStart = r.sc.Offset()
	r.state = inTable
	return true
}

// nextRow reads the next member of a table.
func (r *Reader) nextRow() bool {
	r.path = pathState{keyspace: true, table: true}
	switch r.sc.Next() {
	case jsonscan.Invalid:
		return r.failed()
	case jsonscan.ObjectEnd:
		return r.endTable()
	}
	r.keyBuf = append(r.keyBuf[:0], r.sc.Raw()...)
	r.key = Text{r.keyBuf, r.sc.Plain()}
	r.start, r.end = r.sc.Offset(), r.sc.End()
	r.path.row = true
	r.keyHash = r.h.text(r.key)
	if !r.duplicateRow() || !r.object("row") {
		return false
	}
	r.beginRow()
	r.kind = RowStart
	return true
}

func (r *Reader) beginRow() {
	r.rowValue = r.sc.Offset()
	r.cells = 0
	r.columns.Reset()
	r.state = inRow
}

func (r *Reader) endTable() bool {
	r.end = r.sc.End()
	r.start = r.tableStart
	if !r.finish(r.rows, "a row key") {
		return false
	}
	r.state = inKeyspace
	if r.layout&NoKeyspaceLevel != 0 {
		r.state = inCassandra
	}
	if r.inFlat {
		r.inFlat = false
		r.state = inCassandra
		r.next = append(r.next[:0], KeyspaceEnd)
	}
	r.kind = TableEnd
	return true
}
