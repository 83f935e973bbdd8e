package validate

var _ = add(Rule{
	ID: "M-RF-1", Severity: Error, Check: "cassandra_keyspace_replication", Class: "CassWrongRFError", Live: true,
	Title: "a Cassandra server is unreachable, or a keyspace isn't replicated to all servers",
	Doc:   "The replication factor of each keyspace is compared with the number of servers.",
})
