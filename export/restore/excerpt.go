package restore

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// excerpt writes what differs as two small dumps.
type excerpt struct {
	d     *Differences
	sides [2]excerptSide
}

type excerptSide struct {
	file     *spill.File
	buf      bytes.Buffer
	keyspace string
	table    string
	inRow    bool
	cells    bool // of this row
	rows     bool // of this table
	nodes    []string
}

// mostNodes bounds how many nodes are kept for the excerpt; more of them are only counted.
const mostNodes = 10_000

func newExcerpt(dir spill.Dir, d *Differences) (*excerpt, error) {
	e := &excerpt{d: d}
	for i := range e.sides {
		f, err := dir.Create()
		if err != nil {
			return nil, err
		}
		d.files = append(d.files, f)
		e.sides[i].file = f
		e.sides[i].buf.WriteString(`{"cassandra": {`)
	}
	return e, nil
}

// row begins a row. Tables come in order, and both sides name the same tables and keyspaces, so that only what differs
// shows.
func (e *excerpt) row(side int, table [2]string, key []byte) error {
	for i := range e.sides {
		e.sides[i].begin(table, i == side)
	}
	s := &e.sides[side]
	if s.rows {
		s.buf.WriteString(", ")
	}
	s.buf.Write(key)
	s.buf.WriteString(": {")
	s.inRow, s.cells, s.rows = true, false, true
	return e.spill()
}

// begin goes to a table.
func (s *excerptSide) begin(table [2]string, row bool) {
	if (row || s.keyspace != table[0] || s.table != table[1]) && s.inRow {
		s.buf.WriteString("}")
		s.inRow = false
	}
	if s.keyspace != table[0] {
		if s.keyspace != "" {
			s.buf.WriteString("}}, ")
		}
		s.buf.WriteString(name(table[0]) + ": {" + name(table[1]) + ": {")
		s.keyspace, s.table, s.rows = table[0], table[1], false
	} else if s.table != table[1] {
		s.buf.WriteString("}, " + name(table[1]) + ": {")
		s.table, s.rows = table[1], false
	}
}

func name(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		return `"?"`
	}
	return string(text)
}

func (e *excerpt) cell(side int, text []byte) error {
	s := &e.sides[side]
	if s.cells {
		s.buf.WriteString(", ")
	}
	s.cells = true
	s.buf.Write(text)
	return e.spill()
}

// spill writes what has come together to the files.
func (e *excerpt) spill() error {
	for i := range e.sides {
		s := &e.sides[i]
		if s.buf.Len() < 64<<10 {
			continue
		}
		if _, err := s.buf.WriteTo(s.file); err != nil {
			return err
		}
	}
	return nil
}

// node takes in a node that differs, given path and tail of its record.
func (e *excerpt) node(side int, path, tail []byte, data *spill.File) error {
	s := &e.sides[side]
	if len(s.nodes) >= mostNodes {
		return nil
	}
	content := "null"
	if tail[0]&nodeNull == 0 {
		at, size := binary.BigEndian.Uint64(tail[nodeSame:]), binary.BigEndian.Uint64(tail[nodeSame+8:])
		b := make([]byte, size)
		if _, err := data.ReadAt(b, int64(at)); err != nil && err != io.EOF {
			return fmt.Errorf("read temporary file: %w", err)
		}
		content = string(appendText(nil, b))
	}
	s.nodes = append(s.nodes, fmt.Sprintf("[%s, [%s, [0]]]", name(nodePath(path)+"/"), content))
	return nil
}

// nodePath returns the path in a record of a node.
func nodePath(record []byte) string {
	return string(bytes.ReplaceAll(record[:len(record)-1], []byte{1}, []byte{'/'}))
}

// finish ends both dumps and opens them.
func (e *excerpt) finish(o dump.Options) error {
	for i := range e.sides {
		s := &e.sides[i]
		if s.inRow {
			s.buf.WriteString("}")
		}
		if s.keyspace != "" {
			s.buf.WriteString("}}")
		}
		s.buf.WriteString(`}, "zookeeper": `)
		s.buf.WriteString(name("[" + strings.Join(s.nodes, ", ") + "]"))
		s.buf.WriteString("}")
		if _, err := s.buf.WriteTo(s.file); err != nil {
			return err
		}
		label := "(the dump)"
		if i == 1 {
			label = "(the databases)"
		}
		d, err := dump.Open(dump.Input{Name: label, At: s.file, Size: s.file.Size()}, dump.Options{Temp: o.Temp, Memory: o.Memory, OnProblem: o.OnProblem})
		if err != nil {
			return err
		}
		if i == 0 {
			e.d.Wanted = d
		} else {
			e.d.Found = d
		}
	}
	return nil
}

// withTime replaces the timestamp in the text of a member that is a cell, [value, timestamp] or a bare string.
func withTime(text []byte, micros int64) []byte {
	i := bytes.LastIndexByte(text, ',')
	if i < 0 || text[len(text)-1] != ']' {
		return text
	}
	return append(append(bytes.Clone(text[:i]), ", "...), strconv.FormatInt(micros, 10)+"]"...)
}
