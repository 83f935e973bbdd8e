package unload

import (
	"context"
	"math"
)

// Cassandra is the Cassandra that is read.
type Cassandra interface {
	Cluster(ctx context.Context) (Cluster, error)
	// Tables describes the tables of a keyspace by its live name; found is false if there is none.
	Tables(ctx context.Context, keyspace string) (tables []Table, found bool, err error)
	// Small tells if a table has so few cells that it is read at once.
	Small(ctx context.Context, t *Table) (bool, error)
	// Empty tells if a table of any form has no rows.
	Empty(ctx context.Context, t *Table) (bool, error)
	// Read reads a part of a table, partition by partition. What a cell holds is valid during the call.
	Read(ctx context.Context, t *Table, tokens Range, cell func(*Cell) error) error
	// Times is Read without values.
	Times(ctx context.Context, t *Table, tokens Range, cell func(*Cell) error) error
}

// Cluster is what Cassandra says of itself.
type Cluster struct {
	Name    string
	Version string
	Ranges  bool // tables can be read by ranges of tokens, from -2^63 to 2^63-1
}

// Table is a table that is there.
type Table struct {
	Keyspace, Name string   // live names
	Key, Value     string   // names of the columns
	Names          []string // of the columns that the name of a cell is made of
	Fits           bool     // it has a key, a column name and a value, of bytes or text
	Blob           bool     // the value is of bytes
	Columns        string   // for messages
}

// Range is a range of tokens: those greater than After, up to and with UpTo.
type Range struct{ After, UpTo int64 }

// All tells that the range has all tokens.
func (r Range) All() bool { return r.After == math.MinInt64 && r.UpTo == math.MaxInt64 }

// wholeRing is the range of all tokens.
var wholeRing = Range{math.MinInt64, math.MaxInt64}

// Ranges divides all tokens into n ranges of equal length.
func Ranges(n int) []Range {
	out := make([]Range, 0, n)
	step := math.MaxUint64/uint64(n) + 1
	after := int64(math.MinInt64)
	for i := 1; i <= n; i++ {
		upTo := int64(math.MaxInt64)
		if i < n {
			upTo = int64(uint64(math.MaxInt64) + 1 + uint64(i)*step)
		}
		out = append(out, Range{after, upTo})
		after = upTo
	}
	return out
}

// Cell is a cell that was read.
type Cell struct {
	Key, Name, Value []byte
	Time             int64 // microseconds since the epoch; 0 where there is none
	TTL              int   // seconds left to live; 0 for ever
	Null             bool  // there is no value
}

// ZooKeeper is the ZooKeeper that is read.
type ZooKeeper interface {
	// Children returns the names of the children of a node; found is false if it is gone.
	Children(ctx context.Context, path string) (names []string, found bool, err error)
	// Node returns a node; nil if it is gone.
	Node(ctx context.Context, path string) (*Node, error)
	// Zxid returns the number of the last change of anything; 0 if no server says.
	Zxid(ctx context.Context) (int64, error)
}

// Node is a node that was read.
type Node struct {
	Data []byte // nil is null
	Stat Stat
	ACL  []ACL // nil: open to the world
}

// Stat is the stat of a node, in the order in which a dump has its numbers.
type Stat struct {
	Czxid, Mzxid, Ctime, Mtime  int64
	Version, Cversion, Aversion int32
	EphemeralOwner              int64
	DataLength, NumChildren     int32
	Pzxid                       int64
}

// ACL is one entry of the list of who may do what.
type ACL struct {
	Perms  int32
	Scheme string
	ID     string
}

// open tells that everybody may do everything.
func open(acl []ACL) bool {
	const all = 31
	return len(acl) == 0 || len(acl) == 1 && acl[0].Perms == all && acl[0].Scheme == "world" && acl[0].ID == "anyone"
}
