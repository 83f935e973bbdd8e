package diff

// Op says what happened to something between A and B.
type Op string

// The operations.
const (
	Added    Op = "added"
	Removed  Op = "removed"
	Modified Op = "modified"
)

// Kind says what a change is about.
type Kind string

// The kinds of changes, in the order in which they come.
const (
	Object    Kind = "object"
	Row       Kind = "row"
	ZNode     Kind = "znode"
	Container Kind = "container"
	Member    Kind = "member"
)

// Change is one difference between two dumps. Texts are decoded (WTF-8). Which
// fields are set depends on Kind.
type Change struct {
	Kind Kind
	Op   Op

	// Object: a row of obj_uuid_table.
	Type          string
	UUID          string // B's; A's for a removed object
	FQName        []string
	RenamedFrom   []string // the fq_name in A, if it was another
	RecreatedFrom string   // the uuid in A, if it was another
	TypeWas       string   // the type in A, if it was another

	// Row and Container.
	Keyspace, Table string
	Key             string // Row; empty for a Container
	IsTable         bool   // Container: a table, not a keyspace; its name can be empty

	// Fields are the columns that differ, sorted by name; empty if there are
	// very many: see Each.
	Fields  []Field
	many    *spooled
	byName  *byName
	sources [2]*longSource

	// ZNode: normalised path, family, data and stat. Data that is neither here
	// nor in OldLong and NewLong is null.
	Path, Family     string
	OldData, NewData *string
	OldStat, NewStat string // JSON; set if they differ and zk-stat is shown

	// Member: name, and the JSON text of its value.
	Name     string
	Old, New string

	// OldLong and NewLong are the data of a ZNode, or the value of a Member, of
	// more than dump.LongValue bytes.
	OldLong, NewLong *LongText
}

// SameData tells of a ZNode that its data is the same on both sides.
func (c *Change) SameData() bool {
	return sameData(&znode{data: c.OldData, long: c.OldLong}, &znode{data: c.NewData, long: c.NewLong})
}

// Field is a column that differs.
type Field struct {
	Name     string
	Op       Op
	Old, New Stored
	// OldTime and NewTime are the texts of the timestamps where both sides have
	// the column and they differ.
	OldTime, NewTime string
	Edits            []Edit
}

// Stored is the value of a cell on one side. The zero value says that the side
// has none.
type Stored struct {
	// Text is the text of the value if the cell is [text, integer] and the text
	// is JSON, or (with IsRaw) isn't; with IsRaw of any other cell the JSON
	// text of the member.
	Text  string
	IsRaw bool
	Set   bool
	// Long holds the value instead of Text if it is longer than
	// dump.LongValue.
	Long *LongText
}

// Edit is a difference inside of a JSON value.
type Edit struct {
	Path     string // for gjson; an index counts in the old list for Removed and Modified, in the new one for Added
	Op       Op
	Old, New string // JSON
	// Element says what the innermost element of a list on the way is known by,
	// for people: "rule_uuid 6c…". It may be empty.
	Element string
}

// Reason says why a difference is left out unless it is asked for.
type Reason string

// The reasons.
const (
	Timestamp    Reason = "timestamp"     // only the write time differs
	LatestColTS  Reason = "latest-col-ts" // META:latest_col_ts, which only carries a time
	LastModified Reason = "last-modified" // prop:id_perms, and only its last_modified
	DerivedRef   Reason = "derived-ref"   // backref: and children: columns
	DerivedIndex Reason = "derived-index" // obj_fq_name_table and obj_shared_table
	DerivedZK    Reason = "derived-zk"    // locks of names, ids and addresses
	ZKStat       Reason = "zk-stat"       // only the stat differs
	Ephemeral    Reason = "ephemeral"     // the node belongs to a session
	Spelling     Reason = "spelling"      // another form with the same meaning (A2, A3, A10, A12, A13)
)

// Reasons lists all reasons.
func Reasons() []Reason {
	return []Reason{Timestamp, LatestColTS, LastModified, DerivedRef, DerivedIndex, DerivedZK, ZKStat, Ephemeral, Spelling}
}

// Count counts changes by operation.
type Count struct{ Added, Removed, Modified int64 }

func (c *Count) add(op Op) {
	switch op {
	case Added:
		c.Added++
	case Removed:
		c.Removed++
	case Modified:
		c.Modified++
	}
}

// Total returns the sum.
func (c Count) Total() int64 { return c.Added + c.Removed + c.Modified }

// Summary counts what a comparison found.
type Summary struct {
	Types     map[string]*Count // objects, by type
	Tables    map[string]*Count // rows of other tables, by keyspace/table
	ZooKeeper map[string]*Count // by family
	Other     int64             // containers and members
	Ignored   map[Reason]int64
	// Ambiguous counts the names that can't be matched, because more than one
	// object of a type has them.
	Ambiguous int64
}

func newSummary() *Summary {
	return &Summary{Types: map[string]*Count{}, Tables: map[string]*Count{}, ZooKeeper: map[string]*Count{}, Ignored: map[Reason]int64{}}
}

// Total returns the number of changes that are not ignored.
func (s *Summary) Total() int64 {
	n := s.Other
	for _, m := range []map[string]*Count{s.Types, s.Tables, s.ZooKeeper} {
		for _, c := range m {
			n += c.Total()
		}
	}
	return n
}

func (s *Summary) add(c *Change) {
	in := func(m map[string]*Count, key string) {
		if m[key] == nil {
			m[key] = &Count{}
		}
		m[key].add(c.Op)
	}
	switch c.Kind {
	case Object:
		in(s.Types, c.Type)
	case Row:
		in(s.Tables, c.Keyspace+"/"+c.Table)
	case ZNode:
		in(s.ZooKeeper, c.Family)
	default:
		s.Other++
	}
}
