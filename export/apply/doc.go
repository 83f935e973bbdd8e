// Package apply makes single changes in live databases: cells and ZooKeeper nodes that are known before and after. It
// refuses what is not as it is expected to be, keeps a journal of what was there, and can finish or take back what was
// interrupted at any moment.
//
// # Use
//
//	plan, err := apply.Prepare(ctx, target, edits, options) // reads only; *ConflictError if something does not fit
//	defer plan.Close()
//	... show plan.Counts, ask ...
//	err = plan.Begin(ctx, journal, about)                    // compares once more, writes the journal
//	run, err := apply.Open(journal)                          // here, or after an interruption
//	stats, err := run.Finish(ctx, target, options)           // writes what is not written yet, reads everything back
//	stats, err = run.Undo(ctx, target, options)              // or takes it back
//
// Edits come from whoever has them: a patch, a selection of a dump. They are independent of where they come from; keyspaces
// have their names of a dump, without the prefix of a cluster id, nodes the path that they have in ZooKeeper.
//
// # How a change is safe from what others write meanwhile
//
// Nodes are compared and changed in one: each request names the version that was read, and many of them are one
// transaction. Cells are read, compared, and then written by plain writes with a timestamp of our own, which is fixed before
// the last comparison and stands in the journal: the time at which the journal was begun, but later than the timestamp that
// the cell has and than the one that comes with the new value. What others have written before was seen by the comparison and
// is refused. What they write after it has a later timestamp and wins over ours whichever comes first; reading back finds and
// names it. So nobody's write is lost, as far as clocks agree: a writer whose clock is behind ours can be overwritten if it
// comes between the comparison of a cell and the write to it, some milliseconds.
//
// Lightweight transactions would be worse here. They choose their own timestamps, when they are decided: later than a
// plain write that came in between their reading and their end, which they don't notice and would hide; and earlier than
// timestamps of the future, which they could not get over. The services of Contrail write plainly.
//
// # The journal
//
// It has every edit with what was there before, the exact bytes and times, and is on disk before the first write. What was
// written is not noted: it is found by looking, since each edit is as before, as wanted, or somebody else's. Writing again
// changes nothing.
//
// # Memory
//
// Edits are gone through in pieces of some MiB; what has to be kept goes to temporary files. No edit may be larger than what
// the databases take.
package apply
