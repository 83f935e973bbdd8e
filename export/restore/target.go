package restore

import (
	"context"
	"errors"
	"fmt"

	"github.com/dumptool/dumptool/export/unload"
)

// Cassandra is the Cassandra that is written to.
type Cassandra interface {
	// State asks all nodes.
	State(ctx context.Context) (CassandraState, error)
	// Keyspace describes a keyspace by its live name; nil if there is none.
	Keyspace(ctx context.Context, name string) (*LiveKeyspace, error)
	// CountRows counts the rows of a table up to a limit.
	CountRows(ctx context.Context, keyspace, table string, limit int) (int, error)
	// CreateKeyspace makes a keyspace with SimpleStrategy if it is not there.
	CreateKeyspace(ctx context.Context, name string, factor int) error
	// CreateTable makes a table if it is not there, as the plan says. It returns whether the table is compact.
	CreateTable(ctx context.Context, keyspace string, t *PlannedTable) (compact bool, err error)
	// TableID returns the id that a table got when it was made; "" if there is no such table.
	TableID(ctx context.Context, keyspace, table string) (string, error)
	// DropKeyspace removes a keyspace with its tables, if it is there.
	DropKeyspace(ctx context.Context, name string) error
	// DropTable removes a table, if it is there.
	DropTable(ctx context.Context, keyspace, table string) error
	// Truncate removes all rows of a table, and leaves no tombstones of them.
	Truncate(ctx context.Context, keyspace, table string) error
	// Table prepares for writing to a table.
	Table(ctx context.Context, keyspace, table string) (TableWriter, error)
	// Ranges divides a table with so many cells into ranges of tokens to be read one by one.
	Ranges(ctx context.Context, cells int64) ([]unload.Range, error)
	// Read reads a part of a table, row by row. What the cells hold is valid during the call.
	Read(ctx context.Context, keyspace, table string, tokens unload.Range, cell func(key []byte, c *Cell) error) error
}

// CassandraState is what the nodes of Cassandra say.
type CassandraState struct {
	Cluster string          `json:"cluster"`
	Nodes   []CassandraNode `json:"nodes"`   // by address
	Schemas []string        `json:"schemas"` // different versions of the schema among the nodes
}

// CassandraNode is a node of Cassandra.
type CassandraNode struct {
	Address string `json:"address"`
	Version string `json:"version"`
	Up      bool   `json:"up"`
}

// LiveKeyspace is a keyspace that is there.
type LiveKeyspace struct {
	Strategy string
	Factor   int // of SimpleStrategy, or the smallest of the data centres; 0 if unknown
	Tables   map[string]*LiveTable
}

// LiveTable is a table that is there.
type LiveTable struct {
	// Fits tells that the table has the columns key, column1 and value of a dump.
	Fits    bool
	Columns string // for messages
	Blob    bool   // the value takes any bytes, not only UTF-8
	Compact bool
}

// Cell is a cell to write.
type Cell struct {
	Name, Value []byte
	Time        int64 // microseconds since the epoch
	TTL         int   // seconds to live; 0 for ever
}

// TableWriter writes to a table. It may be used by several goroutines.
type TableWriter interface {
	// Write writes cells of one row, in one request. Writing the same again changes nothing.
	Write(ctx context.Context, key []byte, cells []Cell) error
}

// ZooKeeper is the ZooKeeper that is written to.
type ZooKeeper interface {
	// Servers asks all servers.
	Servers(ctx context.Context) ([]ZooKeeperServer, error)
	// Children returns the children of a node, and whether there is such a node.
	Children(ctx context.Context, path string) (names []string, found bool, err error)
	// Get returns a node; nil if there is none.
	Get(ctx context.Context, path string) (*LiveNode, error)
	// Create makes all of the nodes or none. If one is there already the error is ErrExists.
	Create(ctx context.Context, nodes []NewNode) error
	// Delete removes all of the nodes or none. Each has to have the version 0, as one that was made and never changed. If one
	// is not there the error is ErrGone; if one was changed or has others below it it is a *ChangedError.
	Delete(ctx context.Context, paths []string) error
	// SetACL replaces the ACL of a node.
	SetACL(ctx context.Context, path string, acl []ACL) error
	// ACL returns the ACL of a node.
	ACL(ctx context.Context, path string) ([]ACL, error)
}

// ErrExists is what ZooKeeper.Create returns if there is such a node.
var ErrExists = errors.New("a node is there already")

// ErrGone is what ZooKeeper.Delete returns if there is no such node.
var ErrGone = errors.New("a node is not there")

// ChangedError names a node that is not as it was made.
type ChangedError struct {
	Path   string
	Filled bool // there are nodes below it, which is all that is wrong
}

func (e *ChangedError) Error() string {
	if e.Filled {
		return fmt.Sprintf("the ZooKeeper node %s has other nodes below it", e.Path)
	}
	return fmt.Sprintf("the ZooKeeper node %s was changed", e.Path)
}

// ZooKeeperServer is a server of ZooKeeper. Mode and Version are empty if it does not tell.
type ZooKeeperServer struct {
	Address string `json:"address"`
	Version string `json:"version"`
	Mode    string `json:"mode"` // leader, follower, standalone
}

// LiveNode is a node that is there.
type LiveNode struct {
	Data      []byte
	Null      bool // null, not empty
	Ephemeral bool
	Version   int32 // how often its data was replaced
}

// NewNode is a node to make, open to the world.
type NewNode struct {
	Path string
	Data []byte
	Null bool
}

// ACL is one entry of the list of who may do what.
type ACL struct {
	Perms  int32  `json:"perms"`
	Scheme string `json:"scheme"`
	ID     string `json:"id"`
}
