package restore

import "github.com/dumptool/dumptool/dump"

// Extras is what a dump says beyond what its original format has room for. It answers in the order in which the cells
// stand in the dump.
type Extras interface {
	// Cell is asked about every cell of a row, in the order of the dump.
	Cell(keyspace, table string, key dump.Text, c *dump.Cell) (CellExtra, error)
	// Node is asked about every node.
	Node(z *dump.ZNode) (NodeExtra, error)
	// BlobTable tells that a table has values that are not UTF-8.
	BlobTable(keyspace, table string) bool
}

// CellExtra is what there is to know about a cell.
type CellExtra struct {
	Expiry int64 // seconds since the epoch; 0 for never
	// Bytes are set where name or value are not what their text stands for.
	Key, Name, Value []byte
}

// NodeExtra is what there is to know about a node.
type NodeExtra struct {
	Ephemeral bool
	ACL       []ACL  // nil: open to the world
	ACLHidden bool   // there was an ACL that the export was not shown whole
	Data      []byte // set where it is not what its text stands for
}

// noExtras is for dumps of the original format.
type noExtras struct{}

func (noExtras) Cell(string, string, dump.Text, *dump.Cell) (CellExtra, error) {
	return CellExtra{}, nil
}
func (noExtras) Node(*dump.ZNode) (NodeExtra, error) { return NodeExtra{}, nil }
func (noExtras) BlobTable(string, string) bool       { return false }
