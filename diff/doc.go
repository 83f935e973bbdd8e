// Package diff compares two dumps and says what differs in Contrail's terms:
// objects by type, then rows of other tables, ZooKeeper nodes, containers and
// unknown members. It makes records; package render shows them.
//
// # How it works
//
// Each side is read once, and where both look as if one program wrote them the
// second is read for what isn't the same text. Of each row and each znode a record stays: hash of
// the key, sums of the hashes of the cells, place in the text. The records are
// sorted, in memory or on disk, and merged. What has the same sums is equal.
// The rest is read again at its place and compared in meaning. So the order of
// rows and columns, and how things are spelled, never matters, and time and
// memory grow with what differs once both texts were read.
//
// What follows from something else (back-references, index rows, locks in
// ZooKeeper) is left out of the result, and counted, if it agrees on both sides
// with what it follows from. That is looked up for what differs only, in one
// pass over the records for all look-ups together.
//
// # Memory
//
// The budget of the dump's options is divided among the sorters; nothing else
// grows with the dumps. Values over 1 MiB stay where they are, and the fields of
// a change with very many go to disk.
package diff
