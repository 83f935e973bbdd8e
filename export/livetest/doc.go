// Package livetest has the tests that need real databases. They run the program against Cassandra and ZooKeeper servers that
// they start, and have the result judged by the Python driver and by kazoo.
package livetest
