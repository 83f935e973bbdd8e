// Package filter keeps a part of a dump: keyspaces and tables, objects by type,
// by name or with all that is below them, ZooKeeper paths, or what an edited
// list names; and, if that is wanted, everything that they need.
//
//	Selection  what is kept
//	Apply      writes a dump with only that
//	List       an edited listing, as a part of a Selection
//
// What is kept keeps its bytes and its order. Rows of index tables lose the
// columns of objects that are not kept; rows of other keyspaces and ZooKeeper
// nodes go with the object that they belong to.
//
// Memory: 30 to 41 bytes an object and 31 to 42 a name that something goes by;
// links are in a temporary file of 9 bytes each.
package filter
