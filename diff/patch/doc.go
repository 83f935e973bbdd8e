// Package patch writes the differences between two dumps as a patch, and
// applies a patch to a dump, forwards or backwards.
//
// A patch is lossless and knows no rules about what matters: it holds every
// cell, row, table, keyspace, ZooKeeper node and unknown member in which two
// dumps differ, as it is stored on either side, write times and stats included.
// It says both what was and what is, so that it is refused where the dump it is
// applied to has something else. The format stands in docs/patch.md.
//
// # Writing
//
// Both dumps are read once; of each row and node a hash and its place are kept
// and sorted. What differs is sorted by name and read again at its place. So a
// patch does not depend on the order or the spelling of the dumps.
//
// # Applying
//
// The lines of the patch are looked up by hash while the dump is read once.
// Its bytes are copied as they are, but for what the patch touches.
//
// # Memory
//
// Whatever grows with the dumps or with the patch is sorted in memory up to a
// part of the budget and in temporary files beyond it. No row and no value over
// 1 MiB is held.
//
// # Where things are
//
//	line.go, write.go, read.go      the format: a line, writing and reading lines
//	make.go, side.go, merge.go      comparing two dumps
//	indexed.go                      the same by their indexes
//	same.go                         what is equal
//	patch.go, lookup.go             a patch that was read, and finding its lines
//	apply*.go, conflict.go          going over the base: containers, rows, nodes
//	edits.go, writer.go             the lines, for who applies them elsewhere or has others
//
// The package is long because it is two: what writes a patch and what applies
// it. They share the format and what counts as equal, and are tested as one.
package patch
