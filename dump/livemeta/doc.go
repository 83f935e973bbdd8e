// Package livemeta goes over the member of a dump in which an export of live databases keeps what the form of a dump has no
// room for (docs/live-metadata.md): whoever leaves cells or nodes out of a dump, or gives them other names, does the same
// with what the member says of them.
//
// It reads as a stream and holds one item at a time.
package livemeta
