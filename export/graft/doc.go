// Package graft puts objects of a dump into live databases that hold others: only these objects, with their rows in the index
// tables, their rows of other keyspaces and their ZooKeeper nodes, and the other ends of their links in objects that are there.
//
// # Phases
//
//   - Look compares the wanted objects with what is live. It finds which are there already, and what is in the way: a uuid,
//     a name, an address, a number or a lock that somebody else has, a parent that is missing.
//   - Survey.Decide says what becomes of the objects, for one of the ways to deal with conflicts: none of them is written
//     if there is any conflict; or those without are; or what is in the way gives way.
//   - Edit makes the changes of single cells and nodes, which package apply knows how to make, and an excerpt of the
//     databases before and after them, to be shown as a diff.
//
// Both the wanted objects and the databases are dumps. The wanted ones come from package filter by way of the caller; the
// live ones are read by package unload. Nothing is written here.
//
// # Links
//
// A backref: or children: column says nothing of its own: it is written where the reference or parent that it follows from is
// there after the edits, with the value that the dump has for it or that the reference has, and nowhere else. So what
// was connected with the objects when the dump was made and is gone since does not come back, and what refers to them now is
// connected.
//
// # Memory
//
// About 1500 bytes for each wanted object, its links and nodes, and the sorters' share of the budget for the cells. More objects
// than fit half of the budget are an error.
package graft
