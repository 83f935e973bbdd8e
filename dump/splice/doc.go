// Package splice writes a changed copy of a JSON text: what nobody asks about is
// copied byte for byte, and the commas around what is left out or put in are
// those of the text. A Splicer copies, a List keeps count of the items of an
// object or array on the way, a Cursor looks at single bytes of the source. A
// Walk goes with these through a whole dump, and asks an Editor about each part.
//
// The memory it needs is a buffer of 256 KiB.
package splice
