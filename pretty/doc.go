// Package pretty prints any JSON document for people, byte for byte as
// "python3 -m json.tool" does, in bounded memory and at the speed of reading.
//
// # What is kept
//
// Members and elements keep their order unless Options.SortKeys is set. The
// text of numbers stays as it was written, and so do NaN, Infinity and
// -Infinity. Strings are spelled as Python's json module spells them. A byte
// order mark before the document is dropped and reported.
//
// # What is refused
//
// Text that is not JSON, bytes that are not UTF-8, raw control characters in
// strings, an object with a name twice. Each is a dump.Problem with its offset
// and its path: names from the top level on, joined by slashes, and [n] for the
// elements of arrays.
//
// # Memory
//
// About 15 MiB, and up to 32 MiB for each of the first levels whose objects have
// hundreds of thousands of names; see package keyset. What needs more goes to
// temporary files.
package pretty
