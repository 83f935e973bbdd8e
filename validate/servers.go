package validate

// Servers is what is known of the servers of a live system, which rules that need one look at.
type Servers struct {
	ZooKeeper []ZooKeeperServer // those that are configured, by address
	Cassandra []CassandraServer // likewise
	Keyspaces []Replication     // by name
}

// ZooKeeperServer is a server of ZooKeeper.
type ZooKeeperServer struct {
	Address string
	Up      bool
	Mode    string // leader, follower, standalone; empty if it doesn't tell
	Nodes   int64  // how many it has; -1 if it doesn't tell
}

// CassandraServer is a server of Cassandra.
type CassandraServer struct {
	Address string
	Up      bool
}

// Replication says how many copies of a keyspace there are.
type Replication struct {
	Keyspace string // its live name
	Factor   int    // the smallest of the data centres; 0 if it isn't known
}

// live reports something about the system and not the dump.
func (r *Report) live(where, message string) {
	r.Add(Finding{Where: where, Message: message, Offset: -1})
}
