// Package filter will keep a part of a dump: keyspaces, tables, types, single objects and what they need, ZooKeeper
// paths. It will hold redaction too, in a sub-package.
//
// Nothing of this is there yet.
package filter
