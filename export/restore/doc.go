// Package restore writes a dump into live databases such that it does not end half-done, and proves that it did not.
//
// # Phases
//
//   - Survey reads the whole dump once, before anything is written: damage ends the import here. It counts, finds what
//     the databases would not take, and keeps the ZooKeeper nodes, which have to be written in another order than they
//     stand in.
//   - Preflight looks at the databases: all servers there and of one mind, nothing in the way, no service running.
//   - Plan puts both together: what will be made and written, in a form that can be stored, shown, and compared.
//   - Run does what a plan says. Cassandra first, ZooKeeper after it, since the services take a node in ZooKeeper for a
//     promise of a row in Cassandra. A journal says how far it got, so that an interrupted run can go on.
//   - ReadBack reads everything again and compares it with the dump by hashes.
//
// # Why it can be interrupted anywhere
//
// Every write of a cell carries its timestamp, so writing it a second time changes nothing: the journal is only there to
// save work, and being behind is harmless. A ZooKeeper node that is there already is compared with what it should be. That the
// databases were empty was found before the journal was begun; what somebody else puts there later is found by the
// comparison at the end.
//
// # Drivers
//
// The databases are behind the interfaces Cassandra and ZooKeeper. An error whose Temporary method returns true means
// that trying again later is worth it.
package restore
