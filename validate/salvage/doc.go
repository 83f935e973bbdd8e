// Package salvage takes out of a damaged dump what is whole: complete rows, with
// all their columns, and complete ZooKeeper nodes. It works on what a Reader
// refuses: files that were cut off, that have holes or foreign bytes in them,
// whose compressed frames or whose index is lost.
//
// Nothing is invented. A row is kept only if all of its bytes are there and it
// passes every check of a dump.Reader, and only if it is certain which table it
// belongs to. Where a compressed stream has no checksums near the damage (gzip,
// and zstd without frames), the text shortly before the place where decoding
// failed may be wrong without looking so: rows and nodes there have to pass
// further checks, of what a dump says twice, or are left out.
//
// # How it works
//
//	text.go, gzip.go, zstd.go  the text of what is stored, with its gaps
//	view.go, pattern.go        looking at the text: strings, brackets, what begins a row
//	scan.go, node.go           from level to level; behind damage, on to the next sure place
//	table.go                   which table a row can belong to
//	sound.go                   the further checks
//	write.go, report.go        the result, and what is lost
//
// The memory it needs is that of a Reader; places of rows are sorted on disk
// where they are many.
package salvage
