package validate

import "strconv"

var _ = add(Rule{
	ID: "M-RF-1", Severity: Error, Check: "cassandra_keyspace_replication", Class: "CassWrongRFError", Live: true,
	Title: "a Cassandra server is unreachable, or a keyspace isn't replicated to all servers",
	Doc:   "The replication factor of each keyspace is compared with the number of servers that are configured.",
	Servers: func(r *Report, s *Servers) {
		for _, c := range s.Cassandra {
			if !c.Up {
				r.live("cassandra "+c.Address, "the server can't be reached")
			}
		}
		for _, k := range s.Keyspaces {
			if k.Factor != len(s.Cassandra) {
				r.live("keyspace "+k.Keyspace, "the replication factor is "+strconv.Itoa(k.Factor)+", with "+plural(len(s.Cassandra), "server"))
			}
		}
	},
})
