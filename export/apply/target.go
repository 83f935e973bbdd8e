package apply

import (
	"context"
	"errors"
)

// Target are the databases.
type Target struct {
	Cassandra Cassandra
	ZooKeeper ZooKeeper
	ClusterID string // keyspaces have it as a prefix
}

// Cassandra is the Cassandra that is changed. An error whose Temporary method returns true means that trying again later is
// worth it; what was requested may have been done all the same.
type Cassandra interface {
	// Table describes a table by its live name; nil if there is none. keyspace tells if at least that is there.
	Table(ctx context.Context, keyspace, table string) (t *LiveTable, keyspaceFound bool, err error)
	// CreateTable makes a table like those of the original if it is not there.
	CreateTable(ctx context.Context, keyspace, table string) error
	// Cells reads those columns of a row that are there, in any order.
	Cells(ctx context.Context, t *LiveTable, key []byte, columns [][]byte) ([]LiveCell, error)
	// CountColumns counts the columns of a row up to a limit.
	CountColumns(ctx context.Context, t *LiveTable, key []byte, limit int) (int, error)
	// Write changes cells of one row by one request.
	Write(ctx context.Context, t *LiveTable, key []byte, cells []Write) error
}

// LiveTable is a table that is there.
type LiveTable struct {
	Keyspace, Name string // live names
	Fits           bool   // it has a key, a column name and a value, of bytes or text
	Blob           bool   // the value takes any bytes
	Columns        string // for messages
	// Key, Column and Value are the names of the columns.
	Key, Column, Value string
}

// LiveCell is a cell that is there.
type LiveCell struct {
	Column []byte
	Value  Value
}

// Write is a cell that is written or deleted.
type Write struct {
	Column []byte
	Value  *Value // nil: it is deleted
	Time   int64  // microseconds since the epoch
	TTL    int    // seconds to live; 0 for ever
}

// ZooKeeper is the ZooKeeper that is changed. Its errors may be temporary as those of Cassandra.
type ZooKeeper interface {
	// Node returns a node with its ACL; nil if there is none.
	Node(ctx context.Context, path string) (*LiveNode, error)
	// Change does all of the changes or none. The error is ErrChanged if something is not as they say.
	Change(ctx context.Context, changes []NodeChange) error
	// SetACL replaces the ACL of a node that has a version of the ACL. The error is ErrChanged if it has another one.
	SetACL(ctx context.Context, path string, acl []ACL, version int32) error
}

// LiveNode is a node that is there.
type LiveNode struct {
	NodeValue
	ACLHidden  bool // not all of the ACL is shown
	Version    int32
	ACLVersion int32
	Children   int
	Ephemeral  bool
}

// NodeChange makes, changes or deletes a node.
type NodeChange struct {
	Path    string
	Version int32      // that it has; -1 if it is made, open to the world
	Value   *NodeValue // nil: it is deleted. Its ACL means nothing
}

// ErrChanged is what ZooKeeper returns if a node is not as the request says.
var ErrChanged = errors.New("a node was changed meanwhile")
