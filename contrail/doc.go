// Package contrail knows what Contrail (Tungsten Fabric) means by a dump:
// which types of objects there are and who may be whose parent, child or
// reference; what the columns of a row say; what an object looks like decoded;
// what the nodes of ZooKeeper stand for; what follows from what; and what is
// secret.
//
// It is data, generated from facts about the model, and functions without side
// effects: no input or output, no state but tables made when they are first
// needed. Everything is safe for use by several goroutines, except one
// ObjectBuilder or Object that somebody changes.
//
// # Text
//
// Names and values are WTF-8: UTF-8, in which half of a surrogate pair, which
// JSON can spell as \ud800, stands as the three bytes it would have. Values are
// JSON text as it stood in the row; they are never decoded into floating-point
// numbers, and only what is replaced is ever written anew.
//
// # Rows
//
//	obj_uuid_table     ParseColumn, ObjectBuilder, Object, OppositeOf
//	obj_fq_name_table  SplitNameColumn, MatchName, Object.NameColumns
//	obj_shared_table   ParseShareColumn, Object.Shares
//
// # ZooKeeper
//
//	paths              NormalizePath, SplitCluster, Family, IsIgnored
//	meaning            Classify, Node.ID, Node.Address, Node.Describe, Node.Owner
//	what rows imply    Object.ImpliedNodes, AddressNode, RouteTargetScheme.Node
//
// # Cost
//
// ParseColumn, Classify and the functions around them allocate nothing but in
// the cases that they name, since dumps have millions of columns and nodes. A
// decoded object takes about the size of its row plus 150 bytes a link; see
// ObjectBuilder.LimitLinks for rows with very many of them.
//
// The names that begin with B-, M- or A in comments are those of the checks and
// of the accepted shapes of a dump, as in the documentation.
package contrail
