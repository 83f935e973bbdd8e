// Package repair mends what the rules of package validate find.
//
// A repair goes in rounds. Each validates the dump, takes the edits that the
// rules offer for their findings, sorts them by place and makes them in one
// copy of the text, in which everything else keeps its bytes. Of edits that
// contradict each other, and of those that only make sense once others are
// made, some wait for the next round. It ends when a round has nothing left to
// do: what is found then is what can't be mended.
//
// # Memory
//
// Edits are sorted in memory up to a part of the budget and in temporary files
// beyond it; they are looked up in a file with a sparse index. Between rounds
// the text is in a temporary file.
package repair
