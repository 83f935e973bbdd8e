// Package limits holds what Cassandra and ZooKeeper refuse, so that it is known before anything is written.
package limits
