// Package generate writes consistent, realistic dumps of made-up systems, of
// any size, and changed copies of them together with the list of what was
// changed. They are what the other packages are tested and measured on.
//
// # What it promises
//
// The same options give the same bytes. A dump is consistent: nothing of part
// A of the checks can be found in it, and of part B only what size alone
// brings about (B-ENC-9: at some 13,000 objects the names of all name locks
// together pass what one ZooKeeper answer holds by default). Every reference
// stands on both sides, every object in the index, in ZooKeeper, and where
// its sharing says so in obj_shared_table; ids and addresses have their
// locks. All that holds for the changed copy too.
//
// Two thirds of the objects are ports, their addresses, and machines. From a
// million objects on, one network has 50,000 back-references and one security
// group 100,000; smaller dumps have as many in proportion. Names are not all
// ASCII, some hold slashes and blanks. Passwords and keys stand where real
// dumps have them.
//
// # How, and what it costs
//
// No object is held. Objects are numbered; a uuid is a keyed hash of the
// number, and who belongs to whom is arithmetic on numbers that can be read
// in both directions. So any row, with all references from elsewhere, follows
// from its number alone, and tables can be written in any order. Sorting goes
// over the numbers more than once instead of keeping them. Memory is below
// 150 MiB for any number of objects, and O(changes) more for a pair, about
// 1.5 KiB each; a row is held as a whole, the widest has about 20 MiB.
//
// # Where things are
//
//	options.go                  what can be asked for
//	write.go, dump.go           the two entry points; one document
//	layout.go, belonging.go     how many objects of which kind; who belongs to whom
//	spread.go, prng.go          dealing out, and drawing, by number
//	names.go, addresses.go      fq_names; subnets and addresses
//	object_*.go                 the columns of the rows, by area of the model
//	row.go, document.go         a row; the outer JSON
//	table*.go, zookeeper.go     tables and nodes
//	order.go, murmur.go         orders of rows and columns
//	subject.go, edit.go         an object before and after changes
//	change*.go, truth.go        choosing changes; the list of them
//
// The package is long because the model is: most of it is the columns of
// three dozen types of object, once each.
package generate
