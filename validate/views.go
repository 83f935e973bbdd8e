package validate

import (
	"net/netip"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// Cell is a cell of any table. Rules are shown those that are odd: of another shape than text and whole number of
// microseconds, with a time that is none or is to come, with a name or row key that is empty, too long or escaped.
type Cell struct {
	*dump.Cell
	Keyspace, Table string
	Key             []byte // row key
	Column          []byte // name
	Micro           int64  // the timestamp, where HasMicro
	HasMicro        bool
	NameEscaped     bool // the name has escapes, or a DEL
	KeyEscaped      bool // so has the row key
	First           bool // of its row
	row             *Row // of obj_uuid_table, as far as it was read
}

// Finding begins a finding about the cell.
func (c *Cell) Finding(message string) Finding {
	f := Finding{Message: message, Offset: c.Offset, Where: c.At()}
	if c.Keyspace == objectKeyspace && c.Table == objectTable {
		f.UUID = string(c.Key)
		f.row = c.row
	}
	return f
}

func (c *Cell) path() dump.Path {
	return dump.Path{Level: dump.AtColumn, Keyspace: c.Keyspace, Table: c.Table, Row: string(c.Key), Column: string(c.Column)}
}

// At returns the path of the cell.
func (c *Cell) At() string {
	return dump.Path{Level: dump.AtColumn, Keyspace: c.Keyspace, Table: c.Table, Row: string(c.Key), Column: string(c.Column)}.String()
}

// Finding begins a finding about the column.
func (c *Column) Finding(message string) Finding {
	f := Finding{UUID: c.Row.Key, Where: c.Row.At(string(c.Full)), Message: message, Offset: -1}
	if c.Cell != nil {
		f.Offset = c.Cell.Offset
		f.row = c.Row
	}
	return f
}

// Entry is a cell of obj_fq_name_table.
type Entry struct {
	Type  string // row key
	Full  []byte // name of the column
	Name  []byte // the joined name, as stored
	UUID  []byte // nil if the column doesn't end in one
	Value []byte // nil if it is no text
	Cell  *dump.Cell
}

// At returns the path of the entry.
func (e *Entry) At() string { return indexPath(e.Type, string(e.Full)) }

func indexPath(typ, column string) string {
	return dump.Path{Level: dump.AtColumn, Keyspace: objectKeyspace, Table: nameTable, Row: typ, Column: column}.String()
}

// Node is a node of ZooKeeper.
type Node struct {
	*dump.ZNode
	contrail.Node
	Text []byte // the data; nil if it is null or longer than 1 MiB
	Raw  []byte // the path as it stands, decoded

	twin bool // there was a node of its path before

	// dataLength and numChildren of the stat, where it has them.
	length, children int64
	hasLengths       bool
}

// At returns the path of the node as it is written.
func (n *Node) At() string { return nodePath(string(n.Normal)) }

func nodePath(normal string) string {
	return string(dump.AppendNodePath(nil, []byte(normal)))
}

// Finding begins a finding about the node.
func (n *Node) Finding(message string) Finding {
	return Finding{Where: n.At(), Message: message, Offset: n.Offset}
}

// Path is a path of ZooKeeper that is listed and has nodes below it, or one of the two with a question about it.
type Path struct {
	Path           string
	Listed, Inner  bool
	ListedAt       int64 // offset in the text
	FirstBelow     int64 // offset of the first node below it
	LivingUUID     string
	LivingType     string
	LivingName     []string
	Children       int64   // numChildren of its stat
	AsksForMissing bool    // a living object has no lock; the path is where it would be
	Twins          []int64 // offsets of further nodes of this path
	SameData       bool    // all of them hold the same data
	NoSubnet       bool    // it is listed below the directory of subnets, and is none
	Empty          bool    // it is listed as a directory of subnets or numbers, without data
}

// Link is a link column that the row at its other end doesn't confirm in every way.
type Link struct {
	Kind           contrail.ColumnKind
	FromKey, ToKey string
	FromType       string // type of the row that has the column; empty if it has none
	Claimed        string // type of the other row, as the column says
	To             *Row   // the other row; nil if it is absent
	Back           bool   // the other row has a column that answers
	SameValue      bool   // and the value of both is the same
	NoParentType   bool   // of a parent: column: the row has no parent_type
	NamesParent    bool   // of a parent: column: parent_type is this type
	Prefix         string // of a parent: column: the name of the row without its last part
	HasPrefix      bool
	ToName         string
	at             int64 // where the cell begins in the text
	backAt         int64 // so does the cell that answers, of this kind
	backKind       contrail.ColumnKind
}

// Column returns the name of the column.
func (l *Link) Column() string { return l.Kind.String() + ":" + l.Claimed + ":" + l.ToKey }

// Finding begins a finding about the link.
func (l *Link) Finding(message string) Finding {
	return Finding{UUID: l.FromKey, Where: rowPath(l.FromKey, l.Column()), Message: message, Offset: -1}
}

// Identity is all that goes by one uuid.
type Identity struct {
	UUID    string
	Row     *Row // nil if there is none
	Entries []IndexEntry
	Locks   []NameLock
	// HasLocks tells that the dump has locks of names at all.
	HasLocks bool
}

// IndexEntry is an entry of obj_fq_name_table.
type IndexEntry struct {
	Type, Name string
	UUID       string
}

// At returns the path of the entry.
func (e IndexEntry) At() string { return indexPath(e.Type, e.Name+":"+e.UUID) }

// NameLock is the node that keeps a name.
type NameLock struct {
	Type, Name string // normalised as paths are
	Path       string
	UUID       string
}

// Namesakes is a name of a type that several uuids have, or a lock and an index entry that disagree.
type Namesakes struct {
	Type, Name string
	Objects    []*Row // living, by uuid
	Indexed    []*Row // of which the index has an entry under this name, by uuid; those without row are left out
	IndexUUIDs []string
	LockUUIDs  []string
	LockPath   string
	created    []string // of Objects: when it was made, as the text says
}

// NumberNode is a node of an allocator.
type NumberNode struct {
	Path, Sub, Owner string
	WellFormed       bool
	at               int64 // where the entry begins in the text
}

// Holder is an object that has a number.
type Holder struct {
	UUID, Name string
	Group      string // of an aggregated interface: uuid of its virtual port group
	Row        *Row
}

// Number is a number of an allocator with those who have it.
type Number struct {
	Allocator Allocator
	Scope     string // tag type, router
	N         uint64 // as nodes count
	Nodes     []NumberNode
	Holders   []Holder // in the order of the index
}

// Allocator is a family of nodes that give out numbers.
type Allocator uint8

// The allocators.
const (
	NetworkIDs Allocator = iota + 1
	GroupIDs
	TargetIDs
	TagTypeIDs
	TagValueIDs
	AggregateIDs
)

// System is the number of a system route target with all that says who owns it.
type System struct {
	N       uint64
	Target  string     // its name with the global ASN
	Node    NumberNode // Path is empty if there is none
	HasNode bool
	Row     *Row     // the indexed route_target; nil if there is none
	Schema  []string // row keys of route_target_table
	Owner   string   // by the back-references of the row
	Routers []*Holder
	RIs     []*Holder
}

// SubnetView is a subnet of a network.
type SubnetView struct {
	Owner      string // joined name under which locks are kept: of the network, or of the flat IPAM
	Text       string
	Prefix     netip.Prefix // not valid if it is none
	UUID       string
	HasUUID    bool
	Gateway    netip.Addr
	DNS        netip.Addr
	Unit       uint64
	Flat       bool
	row        *Row // where it stands
	column     string
	raw        string
	hasSubnet  bool // the element has a member subnet
	hasOwnUUID bool // and subnet_uuid, be it null
	Complete   bool // prefix and length are there
	HasElement bool // the element counts for the uuids of subnets
}

// Where is the path of the column in which the subnet stands.
func (s *SubnetView) Where() string { return s.row.At(s.column) }

// Network is a virtual network with its subnets.
type Network struct {
	Row     *Row
	Subnets []SubnetView
	Absent  []string // columns of references to IPAMs that don't exist
	// Elements are the elements of ipam_subnets in the references, which the uuids are taken from.
	Elements []SubnetView
}

// SubnetID is a uuid of a subnet, with where it stands.
type SubnetID struct {
	UUID    string
	Subnets []SubnetUse
	Stored  []string // values of its row in useragent_keyval_table
	Keys    []string // row keys there whose value it is
}

// SubnetUse is a subnet that has a uuid.
type SubnetUse struct{ Network, Text, column string }

// Where is the path of the column in which the subnet stands.
func (u *SubnetUse) Where() string { return rowPath(u.Network, u.column) }

// Held is an address of an instance, floating or alias IP.
type Held struct {
	Row        *Row
	Text       string
	IsText     bool // the address is there and is a text
	Present    bool
	Addr       netip.Addr // not valid if it is no address
	Network    *Network   // nil if there is none
	Indexed    bool       // the network's name is indexed
	ByName     bool       // the network was looked for by its name
	Subnet     *SubnetView
	Kubernetes bool // one of those that the API server doesn't keep addresses for
}

// LockNode is a lock of an address.
type LockNode struct {
	Path, Index, Owner string
	IsNumber           bool
}

// HeldBy is an object that has an address.
type HeldBy struct{ UUID, Type, Text string }

// Lock is an address of a subnet with who holds it and who locks it. Rules are shown those that aren't held by one object
// and locked for it.
type Lock struct {
	Owner, Subnet string
	Known         *SubnetView // nil if no network has this subnet
	Number        string
	Addr          netip.Addr // the address that the number stands for, where Known
	Holders       []HeldBy
	Locks         []LockNode
	Suppressed    bool // the whole subnet or owner is missing in ZooKeeper, or known nowhere else
	Special       bool // network, broadcast, gateway, DNS
	OwnerKnown    bool // the owner has a subnet in Cassandra
}

// Locked is a subnet, or all of an owner, with what ZooKeeper and Cassandra have of it.
type Locked struct {
	Owner, Subnet        string
	InCassandra, Used    bool
	InZooKeeper, HasLock bool
	OwnerInCassandra     bool
	OwnerInZooKeeper     bool
	OwnerUsed            bool
	OwnerLocked          bool
	FirstOfOwner         bool
	Lockable             bool // alloc_unit divides all addresses of the subnet
	OwnerLockable        bool
	TextElsewhere        bool // some owner in Cassandra has a subnet of this text
	Path                 string
}

// MAC is a MAC address of a network that several interfaces have.
type MAC struct {
	Network, Address string
	Interfaces       []string
}

// Sharing is an entry of obj_shared_table, or one that perms2 wants.
type Sharing struct {
	Type, Column string
	Malformed    bool
	Row          *Row // nil if there is none
	Has, Wants   string
	Present      bool // in the table
	Wanted       bool // by perms2
	UUID         string
}

// Ancestry is a row with something wrong far up the chain of its parents.
type Ancestry struct {
	Row    *Row
	Below  *Row   // whose parent is absent
	Absent string // uuid
	Ring   bool   // the chain leads back to the row
	Steps  int
}

// Spelling is a name that is the same as another in another normal form of Unicode.
type Spelling struct {
	Row         *Row
	Name, Other string
}
