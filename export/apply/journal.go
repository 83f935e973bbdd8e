package apply

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// JournalSchema is the form of a journal: JSON lines, of which the last may be torn.
const JournalSchema = "dumptool.apply-journal/1"

// Journal is where edits are kept while they are made. An *os.File that was opened for reading and appending is one. It
// holds values as they are stored, passwords included.
type Journal interface {
	io.ReaderAt
	io.Writer
	Sync() error
}

// About says in a journal what it belongs to.
type About struct {
	What      string `json:"what"`                 // where the edits come from, such as the name of a patch
	Sum       string `json:"sum,omitempty"`        // a hash of that
	Reverse   bool   `json:"reverse,omitempty"`    // its edits are taken backwards
	Cluster   string `json:"cluster"`              // the name of the Cassandra cluster
	ClusterID string `json:"cluster_id,omitempty"` // the prefix of keyspaces
}

// Counts are how many changes there are.
type Counts struct {
	Tables  int64 `json:"tables"`  // to make
	Rows    int64 `json:"rows"`    // in which cells change
	Cells   int64 `json:"cells"`   // to write
	Deleted int64 `json:"deleted"` // cells to delete
	Nodes   int64 `json:"nodes"`   // to make, write or delete, those that follow from others included
	Same    int64 `json:"same"`    // edits that change nothing but times
}

// Edits is the number of changes.
func (c *Counts) Edits() int64 { return c.Cells + c.Deleted + c.Nodes }

// line is a line of a journal, or of the file that becomes one. One of its members says what it is.
type line struct {
	Schema string `json:"schema,omitempty"` // the first line
	About  *About `json:"about,omitempty"`  // likewise
	Now    int64  `json:"now,omitempty"`    // likewise: when the journal was begun, in microseconds since the epoch

	Table *tableLine `json:"table,omitempty"`
	Cell  *cellLine  `json:"cell,omitempty"`
	Row   *rowLine   `json:"row,omitempty"` // before its cells, if they are all that it had or is to have
	Node  *nodeLine  `json:"node,omitempty"`

	Begun   *Counts `json:"begun,omitempty"`    // all edits stand before it; nothing was written yet
	NodesAt int64   `json:"nodes_at,omitempty"` // with Begun: where the nodes begin, which stand behind all cells
	Refused []int64 `json:"refused,omitempty"`  // places of edits that were found changed, and not written
	Done    bool    `json:"done,omitempty"`     // written and read back
	Undo    int64   `json:"undo,omitempty"`     // they are taken back, with this time, as Now
	Undone  bool    `json:"undone,omitempty"`
}

type tableLine struct {
	Keyspace string `json:"keyspace"`
	Name     string `json:"name"`
}

type rowLine struct {
	Keyspace string `json:"keyspace"`
	Table    string `json:"table"`
	Key      []byte `json:"key"`
	New      bool   `json:"new,omitempty"`  // nothing of it was there
	Gone     bool   `json:"gone,omitempty"` // nothing of it is to be left
}

type cellLine struct {
	Keyspace string `json:"keyspace"`
	Table    string `json:"table"`
	Key      []byte `json:"key"`
	Column   []byte `json:"column"`
	Old      *Value `json:"old"`            // what was there exactly
	New      *Value `json:"new"`            // null: it is deleted
	Time     int64  `json:"time,omitempty"` // of writing
}

func (c *cellLine) path() string { return cellPath(c.Keyspace, c.Table, c.Key, c.Column) }

func (c *cellLine) size() int {
	n := len(c.Key) + len(c.Column) + 64
	for _, v := range []*Value{c.Old, c.New} {
		if v != nil {
			n += len(v.Data)
		}
	}
	return n
}

type nodeLine struct {
	Path string     `json:"path"`
	Old  *NodeValue `json:"old"` // with its ACL
	New  *NodeValue `json:"new"`
}

func (n *nodeLine) size() int {
	size := len(n.Path) + 64
	for _, v := range []*NodeValue{n.Old, n.New} {
		if v != nil {
			size += len(v.Data)
		}
	}
	return size
}

// put writes a line.
func put(w io.Writer, l *line) error {
	text, err := json.Marshal(l)
	if err == nil {
		_, err = w.Write(append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	return nil
}

// ErrNoJournal is what Open returns if the run was interrupted before anything was written to the databases.
var ErrNoJournal = errors.New("the journal has no beginning: nothing was written yet")

// Run is what a journal says.
type Run struct {
	About  About
	Counts Counts
	Done   bool // everything is written and read back
	// Undoing tells that taking back was begun, Undone that it has ended.
	Undoing, Undone bool

	journal Journal
	begin   int64 // where the edits begin
	nodesAt int64 // the nodes among them
	end     int64 // and end
	size    int64
	undo    int64
	refused map[int64]bool
}

// Open reads a journal. The error is ErrNoJournal if it was not finished, so that nothing was written to the databases.
func Open(j Journal) (*Run, error) {
	r := &Run{journal: j, refused: map[int64]bool{}}
	headed, begun := false, false
	err := r.lines(0, math.MaxInt64, func(l *line, at, end int64) error {
		switch {
		case !headed:
			if l.Schema != JournalSchema || l.About == nil {
				return fmt.Errorf("not a journal of changes: its schema is %q, wanted %q", l.Schema, JournalSchema)
			}
			headed, r.About, r.begin = true, *l.About, end
		case l.Begun != nil:
			begun, r.Counts, r.nodesAt, r.end = true, *l.Begun, l.NodesAt, at
		case l.Undo != 0:
			r.undo, r.Undoing = l.Undo, true
		}
		for _, n := range l.Refused {
			r.refused[n] = true
		}
		r.Done = r.Done || l.Done
		r.Undone = r.Undone || l.Undone
		r.size = end
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !begun {
		return nil, ErrNoJournal
	}
	return r, nil
}

// Size is the length of the journal without what is torn at its end, which has to be cut off before it is written to.
func (r *Run) Size() int64 { return r.size }

// lines reads lines from a place on, up to another.
func (r *Run) lines(from, to int64, each func(l *line, at, end int64) error) error {
	in := bufio.NewReaderSize(io.NewSectionReader(r.journal, from, to-from), 256<<10)
	for at := from; ; {
		text, err := in.ReadBytes('\n')
		if err == io.EOF {
			return nil // what has no end was being written when the run ended
		}
		if err != nil {
			return fmt.Errorf("read the journal: %w", err)
		}
		end := at + int64(len(text))
		l := new(line)
		if err := json.Unmarshal(text, l); err != nil {
			return fmt.Errorf("read the journal at byte %d: %w", at, err)
		}
		if err := each(l, at, end); err != nil {
			return err
		}
		at = end
	}
}

// note appends a line, and returns when it is on disk.
func (r *Run) note(l *line) error {
	if err := put(r.journal, l); err != nil {
		return err
	}
	if err := r.journal.Sync(); err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	return nil
}
