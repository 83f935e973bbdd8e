// Package inspect answers questions about one dump: what is in it, a listing of
// a part of it, one thing of it, where a text occurs, and what a path picks
// from every object.
//
// Everything streams: the memory that an answer takes does not grow with the
// dump, but for what each function says.
package inspect
