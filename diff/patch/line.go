package patch

import "github.com/dumptool/dumptool/dump"

// Schema is the name of the format, in the first line of a patch.
const Schema = "dumptool.patch/1"

// op is what happened to something.
type op uint8

const (
	modified op = iota
	added
	removed
)

var opNames = [...]string{modified: "modified", added: "added", removed: "removed"}

func (o op) String() string { return opNames[o] }

// reversed is what undoes it.
func (o op) reversed() op {
	switch o {
	case added:
		return removed
	case removed:
		return added
	}
	return o
}

// kind is what a line is about.
type kind uint8

const (
	headLine kind = iota
	keyspaceLine
	tableLine
	rowLine
	cellLine // of the row whose line came last
	nodeLine
	memberLine
	endLine
)

// kindNames are the members that tell the kind of a line.
var kindNames = [...]string{headLine: "schema", keyspaceLine: "keyspace", tableLine: "table", rowLine: "row", cellLine: "cell",
	nodeLine: "node", memberLine: "member", endLine: "end"}

// line is a line of a patch. Of values only the places are kept.
type line struct {
	kind  kind
	op    op
	names [3]string // keyspace; keyspace, table; keyspace, table, row key; cell; node; member
	// name is where the last of the names stands, with its quotes.
	name     dump.Place
	old, new stored
	start    int64
	schema   string // headLine
	lines    int64  // endLine: number of lines before it
	sum      string // endLine: hash of all before it; may be empty
}

// stored is where one side of something stands in a patch.
type stored struct {
	member dump.Place // with the name "old" or "new" before the value
	value  int64      // where the value begins
}

func (s *stored) set() bool { return s.member.End > 0 }

func (s *stored) text() dump.Place { return dump.Place{Start: s.value, End: s.member.End} }

// path names what the line is about, for messages. A cell is named by its row
// and itself.
func (l *line) path(row *line) string {
	switch l.kind {
	case keyspaceLine:
		return dump.Path{Level: dump.AtKeyspace, Keyspace: l.names[0]}.String()
	case tableLine:
		return dump.Path{Level: dump.AtTable, Keyspace: l.names[0], Table: l.names[1]}.String()
	case rowLine:
		return dump.Path{Level: dump.AtRow, Keyspace: l.names[0], Table: l.names[1], Row: l.names[2]}.String()
	case cellLine:
		if row == nil {
			return l.names[0]
		}
		return dump.Path{Level: dump.AtColumn, Keyspace: row.names[0], Table: row.names[1], Row: row.names[2], Column: l.names[0]}.String()
	case nodeLine:
		return dump.Path{Level: dump.AtZNode, Node: l.names[0]}.String()
	}
	return l.names[0]
}
