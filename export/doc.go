// Package export is the folder of live databases, Cassandra and ZooKeeper
// together: reading them as a dump, and making them what a dump says.
//
// The packages below it:
//
//	conf       what the API server's configuration file says about the databases
//	cassandra  the one place that knows the driver of Cassandra
//	zookeeper  the one place that knows the client of ZooKeeper
//	unload     live databases as the text of a dump
//	restore    a dump into empty databases, and taking that back
//	apply      single changes, known before and after
//	graft      objects of a dump between others that stay
//	runbook    the operators' procedure around all that
//
// unload, restore, apply and graft know the databases by small interfaces, which
// cassandra and zookeeper fit; commands put them together. Tests with real
// servers are in livetest.
package export
