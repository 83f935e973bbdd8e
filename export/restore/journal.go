package restore

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// JournalSchema is the form of a journal: JSON lines, of which the last may be torn.
const JournalSchema = "dumptool.import-journal/1"

// Journal is where a run notes how far it got.
type Journal interface {
	// Append writes a line and returns when it is on disk.
	Append(line []byte) error
}

// Progress is what a journal says.
type Progress struct {
	Plan *Plan
	// Cassandra is the offset in the text of the dump up to which all cells are written.
	Cassandra     int64
	CassandraDone bool
	ZooKeeperDone bool
	// Proven tells that everything was read back and was as it should be: the import has ended.
	Proven bool
	// Made are the keyspaces and tables whose making was begun, by KEYSPACE or KEYSPACE.TABLE in the target, and the ids
	// that the tables got; "" where the run was interrupted before it knew.
	Made map[string]string
	// Undoing tells that the import is being taken back.
	Undoing bool
}

// The lines of a journal, of which only those members are there that say something.
type journalLine struct {
	Schema    string `json:"schema,omitempty"`
	Plan      *Plan  `json:"plan,omitempty"`
	Cassandra *int64 `json:"cassandra,omitempty"`
	Done      string `json:"done,omitempty"`   // cassandra, zookeeper or read-back
	Again     bool   `json:"again,omitempty"`  // reading back has found differences: everything is written again
	Making    string `json:"making,omitempty"` // a keyspace or table
	Made      string `json:"made,omitempty"`   // the same, and it is there now
	ID        string `json:"id,omitempty"`     // of the table
	Undo      bool   `json:"undo,omitempty"`   // from here on everything is taken back
}

func appendLine(j Journal, line journalLine) error {
	text, err := json.Marshal(line)
	if err == nil {
		err = j.Append(append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	return nil
}

// Begin writes the head of a journal.
func Begin(j Journal, p *Plan) error {
	return appendLine(j, journalLine{Schema: JournalSchema, Plan: p})
}

// Proven notes that everything was read back and found right.
func Proven(j Journal) error { return appendLine(j, journalLine{Done: "read-back"}) }

// Again notes that everything is to be written again.
func Again(j Journal) error { return appendLine(j, journalLine{Again: true}) }

// ErrNoJournal is what ReadJournal returns if the run was interrupted before anything was written.
var ErrNoJournal = errors.New("the journal has no beginning")

// ReadJournal reads a journal.
func ReadJournal(r io.Reader) (*Progress, error) {
	in := bufio.NewReader(r)
	p := &Progress{Made: map[string]string{}}
	for {
		text, err := in.ReadBytes('\n')
		if err == io.EOF {
			break // what has no end was being written when the run ended
		}
		if err != nil {
			return nil, fmt.Errorf("read the journal: %w", err)
		}
		var line journalLine
		if err := json.Unmarshal(text, &line); err != nil {
			return nil, fmt.Errorf("read the journal: %w", err)
		}
		if p.Plan == nil {
			if line.Schema != JournalSchema || line.Plan == nil {
				return nil, fmt.Errorf("not the journal of an import: its schema is %q, wanted %q", line.Schema, JournalSchema)
			}
			p.Plan = line.Plan
			continue
		}
		if line.Cassandra != nil {
			p.Cassandra = *line.Cassandra
		}
		p.CassandraDone = p.CassandraDone || line.Done == "cassandra"
		p.ZooKeeperDone = p.ZooKeeperDone || line.Done == "zookeeper"
		p.Proven = p.Proven || line.Done == "read-back"
		p.Undoing = p.Undoing || line.Undo
		for _, name := range []string{line.Making, line.Made} {
			if name != "" {
				p.Made[name] = line.ID
			}
		}
		if line.Again {
			p.Cassandra, p.CassandraDone, p.ZooKeeperDone, p.Proven = 0, false, false, false
		}
	}
	if p.Plan == nil {
		return nil, ErrNoJournal
	}
	return p, nil
}
