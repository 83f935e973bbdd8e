package limits

// The largest things in bytes that the databases accept as they are delivered; both can be configured to accept more.
const (
	// Value is that of a cell: a mutation may have half of a segment of the commit log, which has 32 MiB.
	Value = 15 << 20
	// Node is that of the data of a node: jute.maxbuffer is 1 MiB less one byte, for the whole packet.
	Node = 1<<20 - 4<<10
)

const (
	// Name is the largest row key or column name of Cassandra in bytes.
	Name = 1<<16 - 1
	// TTL is the largest time to live that Cassandra takes, 20 years in seconds.
	TTL = 20 * 365 * 24 * 60 * 60
)
