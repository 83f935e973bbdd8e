package generate

import (
	"fmt"
	"regexp"
	"time"
)

// MinObjects is the smallest dump that has one of nearly everything;
// MaxObjects is the largest, about 1 TB, for which the system's own ranges of
// ids of networks and route targets suffice.
const (
	MinObjects = 120
	MaxObjects = 400_000_000
)

// Options says what dump to write. The zero value of every field but Objects
// is a usable default.
type Options struct {
	// Objects is the number of rows of obj_uuid_table, exactly.
	// From MinObjects to MaxObjects.
	Objects int
	// Seed selects one of many dumps of that size. Everything that is
	// written follows from Objects, Seed and the fields below.
	Seed uint64

	// TokenOrder writes the rows of each table in the order of their
	// Murmur3 tokens, as an export of Cassandra has them. Otherwise they
	// come in order of creation.
	TokenOrder bool
	// UnsortedColumns shuffles the columns of each row. Otherwise they are
	// sorted by bytes, as the original writes them.
	UnsortedColumns bool
	// ZooKeeperFirst puts the member "zookeeper" before "cassandra".
	ZooKeeperFirst bool

	// ClusterID is the first component of all ZooKeeper paths: letters,
	// digits, "_", "-" and ".". Empty: none, and the paths begin with "/".
	ClusterID string
	// FourByteASN takes a four byte AS number, and with it the other range
	// and ZooKeeper path of route target ids. That range holds 32,769 ids,
	// so that a large dump has fewer and larger networks.
	FourByteASN bool
	// AllocUnit is the alloc_unit of one tenant network in sixteen, a power
	// of two up to 16: addresses there are multiples of it, and ZooKeeper
	// indexes are the address divided by it. 0 means 1.
	AllocUnit int

	// Indent is the number of blanks a level of the outer JSON is indented
	// by, in the form of Python's json.tool. 0 is the original's form: one
	// line without a newline at the end.
	Indent int
	// GeneratedAt is the time of the export: everything was written in the
	// 400 days before it. Zero means 2021-06-01T00:00:00Z.
	GeneratedAt time.Time

	// Changes is the number of primary changes that WritePair makes, spread
	// over ChangeKinds. A tenth of it more, at least one, are changes of
	// write times only. Write ignores it.
	Changes int
	// AfterShuffled gives the second dump of WritePair other orders of
	// members, rows, columns and nodes than the first has.
	AfterShuffled bool
}

var clusterIDPattern = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)

func (o Options) normalized() (Options, error) {
	if o.Objects < MinObjects || o.Objects > MaxObjects {
		return o, fmt.Errorf("number of objects %d is not in %d..%d", o.Objects, MinObjects, MaxObjects)
	}
	if o.ClusterID != "" && !clusterIDPattern.MatchString(o.ClusterID) {
		return o, fmt.Errorf("cluster id %q is not letters, digits, %q", o.ClusterID, "_-.")
	}
	if o.AllocUnit == 0 {
		o.AllocUnit = 1
	}
	if u := o.AllocUnit; u < 1 || u > 16 || u&(u-1) != 0 {
		return o, fmt.Errorf("alloc unit %d is not a power of two up to 16", u)
	}
	if o.Indent < 0 || o.Indent > 16 {
		return o, fmt.Errorf("indent %d is not in 0..16", o.Indent)
	}
	if o.Changes < 0 {
		return o, fmt.Errorf("number of changes %d is negative", o.Changes)
	}
	if o.GeneratedAt.IsZero() {
		o.GeneratedAt = time.Date(2021, 6, 1, 0, 0, 0, 0, time.UTC)
	}
	if year := o.GeneratedAt.Year(); year < 2003 || year > 2250 {
		// Sixteen digits of microseconds, with the 400 days before it.
		return o, fmt.Errorf("year %d of the export is not in 2003..2250", year)
	}
	return o, nil
}
