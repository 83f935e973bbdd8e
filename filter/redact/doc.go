// Package redact writes a copy of a dump that can be given away: without its
// secrets (Share), and with pseudonyms in the place of names and addresses too
// (Anonymous).
//
// Apply goes over the dump once, copies what holds nothing of that sort byte by
// byte, and looks afterwards for the originals in what it has written. What it
// finds there it replaces in a second run; if any is left then, the result is
// of no use and the error says so.
//
// A column is decided upon by its name alone. The type of an object stands last
// in its row, so a column has the sensitive places of every type that has a
// column of that name; the catalogue never contradicts itself in that.
package redact
