package salvage

import (
	"bytes"
	"slices"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

const configKeyspace = "config_db_uuid"

// tables are the tables that releases have written (dump-format 4 and 5), with
// what a row of each looks like; nil where it can be anything: no row is known by
// that to belong there.
var tables = []struct {
	name tableName
	fits func(key string, f *rowFacts) bool
}{
	{tableName{configKeyspace, "obj_uuid_table"}, func(key string, f *rowFacts) bool {
		return contrail.ValidUUID(key) && f.objects == f.cells
	}},
	{tableName{configKeyspace, "obj_fq_name_table"}, func(_ string, f *rowFacts) bool { return f.names == f.cells && f.shares == 0 }},
	{tableName{configKeyspace, "obj_shared_table"}, func(_ string, f *rowFacts) bool { return f.shares == f.cells }},
	{tableName{"useragent", "useragent_keyval_table"}, func(_ string, f *rowFacts) bool { return f.only("value") && !f.pickled }},
	{tableName{"to_bgp_keyspace", "route_target_table"}, func(_ string, f *rowFacts) bool { return f.only("rtgt_num") }},
	{tableName{"to_bgp_keyspace", "service_chain_ip_address_table"}, func(key string, f *rowFacts) bool {
		return f.only("ip_address", "ip_uuid", "ipv6_address", "ipv6_uuid") && !startsWithUUID(key)
	}},
	{tableName{"to_bgp_keyspace", "service_chain_table"}, func(key string, f *rowFacts) bool {
		return contrail.ValidUUID(key) && f.decimals == f.cells && !f.only("network_id", "vlan_id", "unit_id")
	}},
	{tableName{"to_bgp_keyspace", "service_chain_uuid_table"}, func(_ string, f *rowFacts) bool { return f.only("value") && f.pickled }},
	{tableName{"svc_monitor_keyspace", "pool_table"}, driverRow},
	{tableName{"svc_monitor_keyspace", "loadbalancer_table"}, driverRow},
	{tableName{"svc_monitor_keyspace", "healthmonitor_table"}, driverRow},
	{tableName{"svc_monitor_keyspace", "service_instance_table"}, nil},
	{tableName{"dm_keyspace", "dm_pr_vn_ip_table"}, func(key string, f *rowFacts) bool {
		return f.only("ip_address", "lo0_ip_address") && startsWithUUID(key)
	}},
	{tableName{"dm_keyspace", "dm_pr_asn_table"}, func(_ string, f *rowFacts) bool { return f.only("asn") }},
	{tableName{"dm_keyspace", "dm_pnf_resource_table"}, func(_ string, f *rowFacts) bool { return f.only("network_id", "vlan_id", "unit_id") }},
	{tableName{"dm_keyspace", "dm_pr_ae_id_table"}, func(_ string, f *rowFacts) bool { return f.only("index") }},
	{tableName{"dm_keyspace", "dm_ni_ipv6_ll_table"}, nil},
}

func driverRow(key string, f *rowFacts) bool {
	return contrail.ValidUUID(key) && f.only("config_info", "driver_info")
}

const uuidLen = 36

func startsWithUUID(key string) bool {
	return len(key) > uuidLen && key[uuidLen] == ':' && contrail.ValidUUID(key[:uuidLen])
}

// keyspaceOf returns the keyspace of a table that releases have written.
func keyspaceOf(table string) (keyspace string, known bool) {
	for _, t := range tables {
		if t.name.table == table {
			return t.name.keyspace, true
		}
	}
	return "", false
}

// isKnownTable tells of a name directly in cassandra that it is a table (A2).
func isKnownTable(name string) bool { return name == "obj_uuid_table" || name == "obj_fq_name_table" }

// isFlat tells of a name directly in cassandra that it is keyspace and table in
// one (A3).
func isFlat(name string) bool {
	_, _, ok := dump.FlatName(name)
	return ok
}

// rowFacts are what is noted of a row while it is checked.
type rowFacts struct {
	cells    int64
	objects  int64 // columns of obj_uuid_table
	names    int64 // columns of obj_fq_name_table
	shares   int64 // columns of obj_shared_table
	decimals int64 // values that are decimal numbers
	pickled  bool  // a value names Python objects
	first    []string
	ordinary bool // every cell is [text, 16 digits], in ascending order
	json     bool // every value is JSON
	typ      bool
	fqName   bool
	uuid     string // what id_perms says
	last     []byte
	node     nodeFacts
}

// only tells if the row has no other columns than these.
func (f *rowFacts) only(names ...string) bool {
	if int64(len(f.first)) != f.cells {
		return false
	}
	for _, n := range f.first {
		if !slices.Contains(names, n) {
			return false
		}
	}
	return true
}

// firstColumns is how many names of columns are noted.
const firstColumns = 32

// slotFor returns the table that the row which was just checked belongs to; nil
// if that can't be known.
func (s *scan) slotFor(key string) *slot {
	known := s.in.table != "" && isKnown(s.in)
	if s.certain {
		if !known {
			s.learn()
		}
		return s.slot(s.in, nil)
	}
	var alts []tableName
	fits := false
	for _, t := range tables {
		switch {
		case t.fits == nil || !t.fits(key, &s.facts):
		case t.name == s.in:
			fits = true
		default:
			alts = append(alts, t.name)
		}
	}
	switch {
	case known && fits:
		return s.slot(s.in, alts)
	case !known && s.in.table != "" && s.familiar():
		return s.slot(s.in, alts)
	case len(alts) > 0:
		return s.slot(alts[0], alts[1:])
	}
	return nil
}

// isKnown tells if rows of a table are known by what they look like.
func isKnown(n tableName) bool {
	for _, t := range tables {
		if t.name == n {
			return t.fits != nil
		}
	}
	return false
}

// learn notes the columns of a table that nobody knows.
func (s *scan) learn() {
	names := s.columns[s.in]
	if names == nil {
		names = map[string]bool{}
		s.columns[s.in] = names
	}
	for _, n := range s.facts.first {
		if len(names) < 1024 {
			names[n] = true
		}
	}
}

// familiar tells if the row has only columns that rows of the table had before.
func (s *scan) familiar() bool {
	for _, n := range s.facts.first {
		if !s.columns[s.in][n] {
			return false
		}
	}
	return true
}

// slot returns the slot of a table, with those that the rows may belong to as
// well.
func (s *scan) slot(name tableName, alts []tableName) *slot {
	id := name.String()
	for _, a := range alts {
		id += "|" + a.String()
	}
	if have := s.byName[id]; have != nil {
		return have
	}
	made := &slot{name: name, alts: alts, number: uint32(len(s.slots))}
	s.slots = append(s.slots, made)
	s.byName[id] = made
	s.keyspace(name.keyspace)
	return made
}

// settle decides about the slots whose rows may belong elsewhere: a table stands
// in a dump once, so one that was met by name is not where the scan was lost.
func (s *scan) settle() {
	for _, x := range s.slots {
		for _, a := range x.alts {
			if !s.seen[a] {
				x.dropped = true
			}
		}
		if x.dropped && x.rows > 0 {
			s.rep.uncertain(x)
		}
	}
}

func isDecimal(b []byte) bool {
	return len(b) > 0 && len(bytes.TrimLeft(b, "0123456789")) == 0
}
