package apply

import (
	"bytes"
	"slices"

	"github.com/dumptool/dumptool/dump"
)

// Edit is one change: exactly one of its members is set. What it holds has to stay as it is until the next edit is asked
// for.
//
// All edits of a row stand together, its Row, if there is one, first. Edits of tables stand before those of their rows.
// Nodes come in any order. No cell and no node comes twice.
type Edit struct {
	Table *Table
	Row   *Row
	Cell  *Cell
	Node  *Node
}

// Table is a table that has to be there. It is made if it is not, empty.
type Table struct {
	Keyspace, Name string
}

// Row says of a row whose cells follow what is so of all of it.
type Row struct {
	Keyspace, Table string
	Key             []byte
	New             bool // nothing of it is there before
	Gone            bool // nothing of it is there after: its cells are the ones that follow
}

// Cell is a change of a cell.
type Cell struct {
	Keyspace, Table string
	Key, Column     []byte
	Old, New        *Value // nil: it is not there
	// AnyOld says that whatever is there is replaced. Old means nothing then.
	AnyOld bool
}

// Value is what stands in a cell. Old values are compared by Data and Null: in the tables of objects by their JSON meaning.
type Value struct {
	Data []byte `json:"data"`
	// Null tells that a row has no value, as tables without COMPACT STORAGE can have it. It is equal to an empty Data.
	Null    bool  `json:"null,omitempty"`
	Time    int64 `json:"time"`              // of writing, in microseconds since the epoch. A new value is written later
	Expires int64 `json:"expires,omitempty"` // in seconds since the epoch; 0 for never. A new value with -1 expires as the old one
}

// Node is a change of a ZooKeeper node.
type Node struct {
	Path     string     // normalised
	Old, New *NodeValue // nil: it is not there
	AnyOld   bool       // whatever is there is replaced
}

// NodeValue is what a node has. A node that has no data, is open to the world and only stands above others counts as not
// there, as in a dump: what is made and removed of such nodes follows from the others.
type NodeValue struct {
	Data []byte `json:"data"`
	Null bool   `json:"null,omitempty"` // null, not empty
	// ACL is who may do what. nil means: of an old value, that anything will do; of a new one, that it stays as it is, and
	// of a node that is made, open to the world.
	ACL []ACL `json:"acl,omitempty"`
}

// ACL is one entry of the list of who may do what.
type ACL struct {
	Perms  int32  `json:"perms"`
	Scheme string `json:"scheme"`
	ID     string `json:"id"`
}

// allPermissions are those of an ACL that is open.
const allPermissions = 31

// OpenACL returns the ACL that lets everybody do everything.
func OpenACL() []ACL { return []ACL{{allPermissions, "world", "anyone"}} }

// IsOpen tells if an ACL lets everybody do everything, as none does.
func IsOpen(acl []ACL) bool { return open(acl) }

func open(acl []ACL) bool { return len(acl) == 0 || slices.Equal(acl, OpenACL()) }

func sameACL(a, b []ACL) bool { return open(a) && open(b) || slices.Equal(a, b) }

// sameData tells if the data of two nodes is the same.
func (v *NodeValue) sameData(w *NodeValue) bool {
	return v != nil && w != nil && v.Null == w.Null && bytes.Equal(v.Data, w.Data)
}

func cellPath(keyspace, table string, key, column []byte) string {
	p := dump.Path{Level: dump.AtColumn, Keyspace: keyspace, Table: table, Row: string(key), Column: string(column)}
	if column == nil {
		p.Level = dump.AtRow
	}
	return p.String()
}

func nodePath(path string) string { return dump.Path{Level: dump.AtZNode, Node: path}.String() }
