// Package unload writes the content of live databases as the text of a dump, as
// the original tool's export does, and what that has no room for in the member
// "dumptool" (docs/live-metadata.md).
//
// What is to be read is divided into units: a table, a range of tokens of a
// large table, all of ZooKeeper. Units are read at the same time and written in
// order. A Store keeps what is read until its turn comes: in memory and
// temporary files, or in a folder, from which an interrupted export goes on.
//
//	source.go             what is asked of the databases
//	plan.go               keyspaces, tables, units
//	unload.go             reading units and writing them in order
//	table.go, tree.go     one unit of Cassandra, all of ZooKeeper
//	text.go               how bytes become text
//	part.go, folder.go    what a unit has read, until it is written
//	metadata.go           the member "dumptool"
//	quiet.go              whether anything changed meanwhile
//
// The drivers are not here: export/cassandra and export/zookeeper implement the
// interfaces of source.go.
//
// Memory: about 2 MiB for each unit that is being read; the write times of rows
// are sorted on disk where they are many.
package unload
