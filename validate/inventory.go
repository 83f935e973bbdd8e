package validate

import (
	"bytes"
	"slices"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// Inventory is what the dump holds as a whole.
type Inventory struct {
	Layout    dump.Layout
	Keyspaces []*KeyspaceStats // in the order of the dump
	Members   []string         // unknown members of the top level
	Objects   int64
	Indexed   int64 // entries of obj_fq_name_table
	Shared    int64
	Nodes     int64
	NameLocks int64
	Types     map[string]int64 // objects by type

	HeldNetworkIDs, HeldGroupIDs, SchemaTargets, SystemTargets int64

	Roots          map[string]int64 // paths by first component where it isn't a family, "" without
	Families       map[string]int64
	Slashless      int64 // paths without a leading slash
	Slashed        int64
	SlashedCluster int64 // paths with a slash in front of a cluster id
	directories    map[string]int64
	lastDir        directory
	lastRoot       directory // counts nodes
	lastFamily     directory
	Bases          map[string]bool // directories of allocators that exist
	ReservedGroup  *ReservedNode
	EmptyRows      []EmptyRow
	MoreEmptyRows  int64
	BadCells       []string // paths of cells of obj_shared_table that aren't JSON
	ASN            uint32
	ASNProblem     string // why there is none
	GSC            *Row
	AgreedTargets  int64    // route targets without a node whose owner is sure
	ForeignSubnets int64    // of those in useragent, rows that a repair leaves alone
	SubnetCounts   [2]int64 // uuids of subnets in useragent, in networks
	Target         *Target
	Named          func(typ, name string) []string
}

// ReservedNode is node 0 of the security groups.
type ReservedNode struct{ Path, Data string }

// EmptyRow is a row without columns.
type EmptyRow struct {
	Keyspace, Table, Key string
	Offset               int64
}

// KeyspaceStats counts a keyspace.
type KeyspaceStats struct {
	Name   string
	Tables []*TableStats
}

// TableStats counts a table.
type TableStats struct {
	Name              string
	Rows, Cells       int64
	Oldest, Newest    int64 // timestamps in microseconds
	Timed, OtherTimes int64
}

func newInventory() Inventory {
	return Inventory{Types: map[string]int64{}, Roots: map[string]int64{}, Families: map[string]int64{}, Bases: map[string]bool{}, directories: map[string]int64{}}
}

func (v *Inventory) keyspace(name string) *KeyspaceStats {
	for _, k := range v.Keyspaces {
		if k.Name == name {
			return k
		}
	}
	k := &KeyspaceStats{Name: name}
	v.Keyspaces = append(v.Keyspaces, k)
	return k
}

func (v *Inventory) table(keyspace, name string) *TableStats {
	k := v.keyspace(keyspace)
	for _, t := range k.Tables {
		if t.Name == name {
			return t
		}
	}
	t := &TableStats{Name: name}
	k.Tables = append(k.Tables, t)
	return t
}

// Has tells if the dump has a keyspace, and if a table.
func (v *Inventory) Has(keyspace, table string) bool {
	for _, k := range v.Keyspaces {
		if k.Name != keyspace {
			continue
		}
		if table == "" {
			return true
		}
		for _, t := range k.Tables {
			if t.Name == table {
				return true
			}
		}
	}
	return false
}

func (t *TableStats) time(c *Cell) {
	if !c.HasMicro {
		t.OtherTimes++
		return
	}
	if t.Timed == 0 || c.Micro < t.Oldest {
		t.Oldest = c.Micro
	}
	if t.Timed == 0 || c.Micro > t.Newest {
		t.Newest = c.Micro
	}
	t.Timed++
}

// newest is the newest timestamp, or latest if there is a newer one. latest 0 means none is too new.
func (v *Inventory) newest(latest int64) int64 {
	newest := int64(0)
	for _, k := range v.Keyspaces {
		for _, t := range k.Tables {
			if t.Timed > 0 {
				newest = max(newest, t.Newest)
			}
		}
	}
	if latest > 0 {
		newest = min(newest, latest)
	}
	return newest
}

func (v *Inventory) emptyRow(keyspace, table, key string, offset int64) {
	const listed = 10_000
	if len(v.EmptyRows) >= listed {
		v.MoreEmptyRows++
		return
	}
	v.EmptyRows = append(v.EmptyRows, EmptyRow{keyspace, table, key, offset})
}

func (v *Inventory) notJSON(c *Cell) {
	const listed = 10_000
	if len(v.BadCells) < listed {
		v.BadCells = append(v.BadCells, c.At())
	}
}

// allocatorBases are the directories whose absence is told.
var allocatorBases = []string{"/id/virtual-networks", "/id/security-groups/id", "/id/bgp/route-targets/type0", "/id/bgp/route-targets/type1_2"}

func (v *Inventory) node(n *Node) {
	if len(n.Raw) > 0 && n.Raw[0] != '/' {
		v.Slashless++
	} else {
		v.Slashed++
		if len(n.Cluster) > 0 {
			v.SlashedCluster++
		}
	}
	if v.lastRoot.path != string(n.Cluster) {
		v.closeRoot()
		v.lastRoot.path = string(n.Cluster)
	}
	v.lastRoot.bytes++
	v.countChild(n)
	rest := n.Normal
	if len(n.Cluster) > 0 && len(rest) > len(n.Cluster) && bytes.HasPrefix(rest[1:], n.Cluster) {
		rest = rest[1+len(n.Cluster):]
	}
	family, _, _ := bytes.Cut(bytes.TrimPrefix(rest, []byte{'/'}), []byte{'/'})
	if v.lastFamily.path != string(family) {
		v.closeFamily()
		v.lastFamily.path = string(family)
	}
	v.lastFamily.bytes++
	if string(family) != "id" {
		return
	}
	for _, base := range allocatorBases {
		if !v.Bases[base] && n.isBelow(base) {
			v.Bases[base] = true
		}
	}
	if n.Kind == contrail.NodeSecurityGroupID && strings.Trim(string(n.Index), "0") == "" && len(n.Index) > 0 {
		v.ReservedGroup = &ReservedNode{n.At(), string(n.Text)}
	}
}

// closeRoot and closeFamily add what was counted since they changed.
func (v *Inventory) closeRoot() {
	if v.lastRoot.bytes > 0 {
		v.Roots[v.lastRoot.path] += v.lastRoot.bytes
	}
	v.lastRoot = directory{}
}

func (v *Inventory) closeFamily() {
	if v.lastFamily.bytes > 0 {
		v.Families[v.lastFamily.path] += v.lastFamily.bytes
	}
	v.lastFamily = directory{}
}

// cluster is "/ID" if most paths begin with a cluster id, else empty.
func (v *Inventory) cluster() string {
	best, most := "", int64(0)
	for _, root := range v.roots() {
		if n := v.Roots[root]; n > most {
			best, most = root, n
		}
	}
	if best == "" {
		return ""
	}
	return "/" + best
}

// roots returns what paths begin with, sorted.
func (v *Inventory) roots() []string {
	list := make([]string, 0, len(v.Roots))
	for root := range v.Roots {
		list = append(list, root)
	}
	slices.Sort(list)
	return list
}
