// Package index says where things stand in a dump. While the text of a dump goes by, once, a Builder notes for each row
// and each ZooKeeper node where it is, how large it is and the hashes of what it holds; the notes become sorted tables of
// a container of package seekable, either with the text itself in compressed frames (Compress, NewWriter) or beside a
// plain file (WriteSidecar).
//
// An Index reads them: what is in the dump, one row, all rows from a key on, the rows that differ between two dumps.
//
// What a row means stands above this package: a Feeder puts further tables into the index while it is built, and reads
// them with Index.Section.
//
// # Memory
//
// The notes are sorted within half of Options.Memory and spill to temporary files beyond it. docs/format.md of the
// project describes every byte.
package index
