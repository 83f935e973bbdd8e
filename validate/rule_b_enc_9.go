package validate

import "github.com/dumptool/dumptool/dump"

var _ = add(Rule{
	ID: "B-ENC-9", Severity: Error, Check: "encoding",
	Title: "a name or value is empty or longer than the databases take",
	Doc: "Row keys and column names of Cassandra have 1 to 65535 bytes; data of ZooKeeper at most 1 MiB, and so the names of the children of " +
		"a node together, where jute.maxbuffer is not raised. Large systems have more children than that and must raise it, so that is an info.",
	Cell: func(r *Report, c *Cell) {
		if n := len(c.Column); n == 0 || n > longestName {
			r.cell(c, "the column name has %s", plural(n, "byte"))
		}
		if n := len(c.Key); c.First && (n == 0 || n > longestName) {
			f := c.Finding("the row key has " + plural(n, "byte"))
			f.Where = dump.Path{Level: dump.AtTable, Keyspace: c.Keyspace, Table: c.Table}.String()
			r.Add(f)
		}
	},
	Node: func(r *Report, n *Node) {
		if size := n.Data.Size(); size > juteBuffer {
			r.node(n, "the data has %s, more than jute.maxbuffer", plural(int(size), "byte"))
		}
	},
	Whole: func(r *Report, v *Inventory) {
		for _, d := range v.wideDirectories() {
			r.milder(Info, Finding{Where: nodePath(d.path), Offset: -1,
				Message: "the names of its children have " + plural(int(d.bytes), "byte") + ", more than the usual jute.maxbuffer"})
		}
	},
})

const (
	longestName = 65535
	juteBuffer  = 1 << 20
)
