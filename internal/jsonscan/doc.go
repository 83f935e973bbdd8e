// Package jsonscan reads JSON text of any size as a stream of tokens, checks
// all of it, and changes none of it: a token is the bytes that stood in the
// input.
//
// It exists beside the general JSON libraries because a dump asks for three
// things that none of them gives at once: strings of gigabytes in bounded
// memory, every check on (structure, escapes, UTF-8), and the speed of a plain
// read. Duplicate names are the business of the caller, who knows what is a
// name (see package keyset).
//
// # How it works
//
// The input goes through a window of a few hundred KiB. Each new piece of the
// window is first indexed: the positions of all quotes, of the structural
// characters outside of strings and of the few bytes inside of strings that
// need a second look are written into a list (see index.go). The scanner then
// walks that list and never looks at the bytes between, but for white space and
// numbers.
//
// # Words
//
// The raw text of a string is what stands between its quotes, escapes
// included. A string is plain when nothing in it needs a second look: only
// printable ASCII and the escapes \" and \\. The raw text of a plain string is
// already its canonical spelling.
package jsonscan
