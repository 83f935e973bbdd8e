// Package export will open live databases, Cassandra and ZooKeeper together, as a dump.Reader and a dump.Writer, so that
// a running system can stand wherever a dump can: exporting is reading from it, importing is writing to it.
//
// Nothing of this is there yet. The drivers will be confined to the sub-packages cassandra and zookeeper, the reading of
// the API server's configuration files to conf; this package joins them.
package export
