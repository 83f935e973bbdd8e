package dump

import (
	"context"
	"errors"
	"io"

	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/keyset"
	"github.com/dumptool/dumptool/internal/spill"
)

// Kind tells what Next has come to.
type Kind uint8

// What a dump consists of, as a Reader comes to it.
const (
	KeyspaceStart  Kind = iota + 1 // Keyspace; tables follow. A keyspace can come more than once (A3)
	KeyspaceEnd                    //
	TableStart                     // Table; rows follow
	TableEnd                       // Start and End give its text
	RowStart                       // Key; cells follow
	RowEnd                         // Start and End give its text
	CellRead                       // Cell
	ZooKeeperStart                 // znodes follow; also for a dump without any
	ZooKeeperEnd                   //
	ZNodeRead                      // ZNode
	MemberRead                     // Member: an unknown member of the top level
)

// Layout is a set of deviations of the whole dump from the ordinary form.
type Layout uint16

// The layouts that are read as what they mean (dump-format A2, A3, A10, A12).
const (
	NoKeyspaceLevel Layout = 1 << iota // A2
	FlatTables                         // A3
	EmptyZooKeeper                     // A10: {}, "", null or "{}"
	NestedZooKeeper                    // A12
	BareZooKeeper                      // the list itself instead of a string that holds it
	NoZooKeeper                        // the member is absent
)

// Options are the ways of reading.
type Options struct {
	// OnProblem is asked about each problem. An error that it returns ends the
	// reading; nil lets the reader go past the problem if it is not Fatal.
	// Without OnProblem the first problem that is Damage ends the reading.
	OnProblem func(*Problem) error
	// Temp is the folder for temporary files; empty means the system's.
	Temp spill.Dir
	// Memory is the budget in bytes of what is built on top of a Reader; zero
	// means 256 MiB.
	Memory int64
	// OthersFindDuplicates leaves it to the caller to find row keys that occur
	// twice in a table, and normalised paths that occur twice. Who sorts rows
	// and nodes anyway finds them there for nothing.
	OthersFindDuplicates bool
	// DropLong leaves the content of values over LongValue unread: their Size
	// is given and Open returns nothing.
	DropLong bool
	// LateDuplicates lets row keys and paths that occur twice be reported some
	// time after they were met, without their path, which is faster.
	LateDuplicates bool
	// IgnoreIndex makes Open take an indexed dump as any other compressed text.
	IgnoreIndex bool
}

// Reader goes over the text of a dump once.
type Reader struct {
	name string
	opts Options
	sc   *jsonscan.Scanner
	h    hasher
	err  error

	state state
	next  []Kind // what is due before anything else is read
	kind  Kind

	layout   Layout
	ordinary bool // a keyspace with tables in it was seen

	keyspace, table string
	inFlat          bool // the keyspace ends with its table (A3)
	key             Text
	keyBuf          []byte
	keyHash         Hash
	cell            Cell
	nameBuf         []byte
	timeBuf         []byte
	extraBuf        []byte
	node            ZNode
	member          Member
	path            pathState

	start, end                    int64
	memberStart                   int64
	tableStart                    int64
	rowValue                      int64
	cells                         int64
	sawCassandra, sawZK           bool
	members, containers           *keyset.Set
	rows, znodes                  *keyset.Set
	columns                       *keyset.Names
	nested                        []*keyset.Set
	value                         valueBuffer
	extra                         valueBuffer
	pair                          jsonscan.Pair
	pairs                         jsonscan.Pairs
	passColumn                    func(name []byte, off int64) error // notePassed
	zk                            zkState
	single                        bool      // only one row is read
	text                          io.Closer // of the input
	lateRow, lateColumn, latePath func(first, second int64) error
}

// state is where in the document the reader is.
type state uint8

const (
	atStart state = iota
	inRoot
	inCassandra
	inKeyspace
	inTable
	inRow
	inZooKeeper
	atEnd
)

// pathState is what is known of the path while something is read.
type pathState struct {
	member   string
	keyspace bool
	table    bool
	row      bool
	column   []byte
	inColumn bool
}

// NewReader returns a reader of the JSON text of a dump. name is the file's name
// in problems.
func NewReader(r io.Reader, name string, o Options) *Reader {
	d := &Reader{
		name:       name,
		opts:       o,
		members:    keyset.New(o.Temp),
		containers: keyset.New(o.Temp),
		rows:       keyset.New(o.Temp),
		columns:    keyset.NewNames(o.Temp, hashBytes),
		znodes:     keyset.New(o.Temp),
		value:      valueBuffer{dir: o.Temp},
		extra:      valueBuffer{dir: o.Temp},
	}
	d.lateRow, d.lateColumn = d.late("B-STR-11", "a row key"), d.late("B-STR-11", "a column")
	d.latePath = d.late("B-STR-12", "a path")
	d.passColumn = d.notePassed
	d.sc = jsonscan.New(r, jsonscan.Options{OnFlaw: d.onFlaw})
	return d
}

// Next goes to the next thing in the dump. It returns false at the end and on
// an error; see Err.
func (r *Reader) Next() bool {
	for r.err == nil {
		if len(r.next) > 0 {
			r.kind = r.next[0]
			r.next = r.next[1:]
			return true
		}
		ok := false
		switch r.state {
		case inRow:
			ok = r.nextCell()
		case inTable:
			ok = r.nextRow()
		case inKeyspace:
			ok = r.nextTable()
		case inCassandra:
			ok = r.nextKeyspace()
		case inZooKeeper:
			ok = r.nextZNode()
		case inRoot:
			ok = r.nextMember()
		case atStart:
			r.begin()
		case atEnd:
			return false
		}
		if ok {
			return true
		}
	}
	return false
}

// Kind tells what Next has come to.
func (r *Reader) Kind() Kind { return r.kind }

// Err returns what ended the reading: a *Problem where the dump is at fault.
func (r *Reader) Err() error { return r.err }

// Keyspace returns the name of the keyspace, decoded, without cluster prefix.
func (r *Reader) Keyspace() string { return r.keyspace }

// Table returns the name of the table, decoded.
func (r *Reader) Table() string { return r.table }

// Key returns the row key. It is valid until the row has ended.
func (r *Reader) Key() Text { return r.key }

// KeyHash returns the hash of the row key.
func (r *Reader) KeyHash() Hash { return r.keyHash }

// Cell returns the cell.
func (r *Reader) Cell() *Cell { return &r.cell }

// ZNode returns the node of ZooKeeper.
func (r *Reader) ZNode() *ZNode { return &r.node }

// Member returns the unknown member of the top level.
func (r *Reader) Member() *Member { return &r.member }

// Span returns where the text of what has just ended begins and ends: for
// RowEnd and TableEnd from its opening to behind its closing brace, for
// KeyspaceStart, TableStart, RowStart and ZooKeeperStart the name (of the layouts
// A2 and A3, a keyspace begins with the name of its first table).
func (r *Reader) Span() (start, end int64) { return r.start, r.end }

// MemberName returns where the name of the member begins that MemberRead is
// about.
func (r *Reader) MemberName() int64 { return r.memberStart }

// Cells returns the number of cells of the row that has ended.
func (r *Reader) Cells() int64 { return r.cells }

// Layout returns the deviations met so far.
func (r *Reader) Layout() Layout { return r.layout }

// InputOffset returns how many bytes of the text are consumed.
func (r *Reader) InputOffset() int64 { return r.sc.InputOffset() }

// Close gives temporary files back. Long values can't be read after it.
func (r *Reader) Close() error {
	for _, s := range []*keyset.Set{r.members, r.containers, r.rows, r.znodes} {
		s.Reset()
	}
	r.columns.Reset()
	for _, s := range r.nested {
		if s != nil {
			s.Reset()
		}
	}
	var err error
	if r.text != nil {
		err = r.text.Close()
	}
	return errors.Join(r.value.close(), r.extra.close(), err)
}

// problem reports one and tells if the reading goes on.
func (r *Reader) problem(p *Problem) bool {
	p.File = r.name
	if p.Path == "" {
		p.Path = r.where()
	}
	if r.opts.OnProblem != nil {
		if err := r.opts.OnProblem(p); err != nil {
			r.err = err
			return false
		}
	} else if p.Damage {
		r.err = p
		return false
	}
	if p.Fatal {
		r.err = p
		return false
	}
	return true
}

// damage reports something that has no meaning and that can be passed over.
func (r *Reader) damage(id string, off int64, message string) bool {
	return r.problem(&Problem{ID: id, Damage: true, Offset: off, Message: message})
}

// fatal ends the reading.
func (r *Reader) fatal(id string, off int64, message string) bool {
	r.problem(&Problem{ID: id, Damage: true, Fatal: true, Offset: off, Message: message})
	if r.err == nil {
		r.err = io.ErrUnexpectedEOF
	}
	return false
}

// scanError turns the error of a scanner into a problem. offset translates
// offsets of the scanner into those of the text.
func (r *Reader) scanError(err error, text string, offset func(int64) int64) bool {
	var syntax *jsonscan.Error
	switch {
	case r.err != nil:
	case errors.As(err, &syntax):
		id := "B-STR-1"
		if text != "" {
			id = "B-STR-5"
		} else if syntax.Truncated {
			id = "B-STR-2"
		}
		return r.fatal(id, offset(syntax.Offset), text+syntax.Message)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		r.err = err
	default:
		var p *Problem
		if errors.As(err, &p) {
			// What unpacks the text has found it; where in the dump that is, is known here.
			r.problem(&Problem{ID: p.ID, Damage: p.Damage, Fatal: p.Fatal, Offset: p.Offset, Message: p.Message, Err: p})
			if r.err == nil {
				r.err = err
			}
			return false
		}
		r.problem(&Problem{ID: "B-STR-2", Damage: true, Fatal: true, Offset: r.sc.InputOffset(), Message: err.Error(), Err: err})
	}
	return false
}

// failed passes the error of the scanner on.
func (r *Reader) failed() bool {
	return r.scanError(r.sc.Err(), "", func(off int64) int64 { return off })
}

// onFlaw turns what a scanner finds in a string into a problem.
func (r *Reader) onFlaw(f jsonscan.Flaw, off int64, message string) error {
	r.problem(flawProblem(f, off, message))
	return r.err
}

func flawProblem(f jsonscan.Flaw, off int64, message string) *Problem {
	switch f {
	case jsonscan.BadUTF8:
		return &Problem{ID: "B-ENC-1", Damage: true, Offset: off, Message: message}
	case jsonscan.LoneSurrogate:
		return &Problem{ID: "B-ENC-2", Offset: off, Message: message}
	case jsonscan.ByteOrderMark:
		return &Problem{ID: "B-STR-14", Offset: off, Message: message}
	}
	return &Problem{ID: "B-STR-1", Damage: true, Offset: off, Message: message}
}

// duplicate notes a name and reports it if it was there before.
func (r *Reader) duplicate(set *keyset.Set, h Hash, off int64, what string) bool {
	first, dup, err := set.Add(h, off)
	if err != nil {
		r.err = err
		return false
	}
	if dup {
		return r.damage("B-STR-11", off, what+" occurs twice, first at byte "+itoa(first))
	}
	return true
}

// duplicateRow is duplicate for the key of a row.
func (r *Reader) duplicateRow() bool {
	switch {
	case r.opts.OthersFindDuplicates:
		return true
	case r.opts.LateDuplicates:
		return r.finished(r.rows.AddLater(r.keyHash, r.start, r.lateRow))
	}
	return r.duplicate(r.rows, r.keyHash, r.start, "row key")
}

// duplicateColumn is duplicate for the canonical name of a column.
func (r *Reader) duplicateColumn(name []byte, off int64) bool {
	first, dup, err := r.columns.Add(name, off)
	if err != nil {
		r.err = err
		return false
	}
	if dup {
		return r.damage("B-STR-11", off, "column occurs twice, first at byte "+itoa(first))
	}
	return true
}

// finish looks for the duplicates that were too many for memory.
func (r *Reader) finish(set *keyset.Set, what string) bool {
	id := "B-STR-11"
	if set == r.znodes {
		id = "B-STR-12"
	}
	return r.finished(set.Finish(r.late(id, what)))
}

// finishColumns is finish for the columns of a row.
func (r *Reader) finishColumns() bool {
	return r.finished(r.columns.Finish(r.lateColumn))
}

// late reports a duplicate that was found after the fact: where the reader is
// by now is not where it stands.
func (r *Reader) late(id, what string) func(first, second int64) error {
	return func(first, second int64) error {
		p := &Problem{ID: id, Damage: true, Offset: second, Message: what + " occurs twice, first at byte " + itoa(first)}
		if r.state == inZooKeeper {
			p.Path = "zookeeper"
		} else {
			at := r.path
			r.path.row, r.path.inColumn = false, false
			p.Path = r.where()
			r.path = at
		}
		r.problem(p)
		return r.err
	}
}

func (r *Reader) finished(err error) bool {
	if err != nil && r.err == nil {
		r.err = err
	}
	return r.err == nil
}
