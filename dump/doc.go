// Package dump reads the JSON dumps of Contrail and Tungsten Fabric
// configuration databases: keyspaces, tables, rows and cells of Cassandra, and
// the nodes of ZooKeeper. It knows what a dump is made of, not what it means:
// what a virtual network is stands in package contrail.
//
// # Words
//
// A dump holds keyspaces, a keyspace holds tables (column families), a table
// holds rows, a row has a row key and cells, a cell has a column name, a value
// and a timestamp. A znode is a node of ZooKeeper: path, data and stat.
//
// # Streaming
//
// A dump can be larger than memory, and so can one row of it. So the unit that
// flows is the cell, and the znode. A Reader goes over the text once and hands
// them out in the order in which they stand there. All slices that it returns
// are valid until the next call of Next. Values over 1 MiB are kept in a
// temporary file and read from there.
//
// # Bytes are kept
//
// Names and values are the bytes that stood in the file, with the escapes of
// the JSON string around them. They are decoded only where someone asks.
// Numbers keep their text.
//
// # Problems have one door
//
// Whatever is wrong with a dump becomes a Problem with an offset and a path and
// goes to Options.OnProblem. Without it the first problem that is damage ends
// the reading. The shapes A1 to A15 that dumps are known to have are no
// problems.
//
// # Memory
//
// A Reader needs about 2 MiB, and up to 32 MiB for each of the three levels
// (rows, columns, paths) at which it looks for duplicate names; more names than
// that go to a temporary file.
package dump
