package filter

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// List is what lines name that 'ls -R' has written and somebody has edited:
// whole rows and ZooKeeper nodes. A line can also be a keyspace or a table, for
// all that is in it, or a ZooKeeper path that is no node, for all nodes below
// it. What is behind a semicolon is a comment; the order means nothing.
//
// Memory: 40 to 51 bytes a line; the lines are in a temporary file.
type List struct {
	name    string
	entries ids
	met     []bool // was found in the dump, as what it is
	offsets []int64
	numbers []uint32 // of lines
	lines   *spill.File

	containers map[string]bool // keyspaces and KEYSPACE\x00TABLE of which something is listed
	rows       bool            // rows of objects are listed
	trees      bool            // there are ZooKeeper paths that are no nodes
}

// errNoItem says what a line of a list has to be.
var errNoItem = errors.New("neither a keyspace, a table, a row nor a ZooKeeper path")

// ReadList reads a list. name is the file's name in errors.
func ReadList(r io.Reader, name string, temp spill.Dir) (*List, error) {
	file, err := temp.Create()
	if err != nil {
		return nil, err
	}
	l := &List{name: name, lines: file, containers: map[string]bool{}}
	if err := l.read(r); err != nil {
		file.Close()
		return nil, err
	}
	return l, nil
}

// Close gives the space of the list back.
func (l *List) Close() error { return l.lines.Close() }

func (l *List) read(r io.Reader) error {
	in := bufio.NewReaderSize(r, 64<<10)
	out := bufio.NewWriter(l.lines)
	var off int64
	for number := uint32(1); ; number++ {
		line, err := in.ReadString('\n')
		if err != nil && err != io.EOF {
			return fmt.Errorf("read %s: %w", l.name, err)
		}
		last := err == io.EOF
		line, _, _ = strings.Cut(line, ";")
		if line = strings.TrimSpace(line); line != "" {
			p, err := dump.ParsePath(line)
			if err == nil && (p.Level == dump.AtColumn || p.Level == dump.AtRoot) {
				err = errNoItem
			}
			if err != nil {
				return fmt.Errorf("%s, line %d: %q: %w", l.name, number, line, err)
			}
			if l.add(p) {
				l.offsets = append(l.offsets, off)
				l.numbers = append(l.numbers, number)
				n, err := out.WriteString(line + "\n")
				if err != nil {
					return err
				}
				off += int64(n)
			}
		}
		if last {
			l.met = make([]bool, l.entries.n)
			return out.Flush()
		}
	}
}

// add takes an item in, and tells if it is new.
func (l *List) add(p dump.Path) bool {
	n := l.entries.n
	switch p.Level {
	case dump.AtZNode:
		l.entries.intern(nodeHash(contrail.NormalizePath([]byte(p.Node))))
	case dump.AtRow:
		l.entries.intern(rowHash(p.Keyspace, p.Table, hashName([]byte(p.Row))))
		l.rows = l.rows || p.Keyspace == objectKeyspace && p.Table == objectTable
	default:
		l.entries.intern(containerHash(p.Keyspace, p.Table))
		l.rows = l.rows || p.Keyspace == objectKeyspace && (p.Table == "" || p.Table == objectTable)
	}
	if p.Level != dump.AtZNode {
		l.containers[p.Keyspace] = true
		if p.Table != "" {
			l.containers[p.Keyspace+"\x00"+p.Table] = true
		}
	}
	return l.entries.n > n
}

func nodeHash(normal []byte) dump.Hash {
	h := hashName(normal)
	h.Hi ^= 1
	return h
}

func containerHash(keyspace, table string) dump.Hash {
	h := hashName([]byte(keyspace + "\x00" + table))
	h.Hi ^= 2
	return h
}

func rowHash(keyspace, table string, key dump.Hash) dump.Hash {
	h := containerHash(keyspace, table)
	h.Lo = (h.Lo*31+key.Lo)*0x9e3779b97f4a7c15 ^ key.Hi
	h.Hi = (h.Hi*31 + key.Hi) * 0xc2b2ae3d27d4eb4f
	return h
}

// hasRow tells if a row is listed, itself or with its table.
func (l *List) hasRow(keyspace, table string, key dump.Hash) bool {
	return l.meet(rowHash(keyspace, table, key)) || l.meet(containerHash(keyspace, table)) || l.meet(containerHash(keyspace, ""))
}

func (l *List) hasKeyspace(name string) bool {
	return l.meet(containerHash(name, "")) || l.containers[name]
}

func (l *List) hasTable(keyspace, table string) bool {
	return l.meet(containerHash(keyspace, table)) || l.meet(containerHash(keyspace, "")) ||
		l.containers[keyspace+"\x00"+table]
}

func (l *List) meet(h dump.Hash) bool {
	id, ok := l.entries.find(h)
	if ok {
		l.met[id] = true
	}
	return ok
}

// meetNode notes that a path is a node.
func (l *List) meetNode(normal []byte) { l.meet(nodeHash(normal)) }

// endNodes is called when all nodes were met.
func (l *List) endNodes() {
	for _, met := range l.met {
		l.trees = l.trees || !met
	}
}

// hasNode tells if a node is listed, or below a path that is listed and no node.
// Call it after endNodes.
func (l *List) hasNode(normal []byte, trees map[uint32]bool) bool {
	if _, ok := l.entries.find(nodeHash(normal)); ok {
		return true
	}
	if !l.trees {
		return false
	}
	for end := len(normal); end >= 0; end = bytes.LastIndexByte(normal[:end], '/') {
		path := normal[:end]
		if end == 0 {
			path = []byte("/")
		}
		if id, ok := l.entries.find(nodeHash(path)); ok && (!l.met[id] || trees[id]) {
			trees[id] = true
			return true
		}
	}
	return false
}

// unmet returns an error for the first line that nothing in the dump belongs to.
func (l *List) unmet(file string, trees map[uint32]bool) error {
	for id, met := range l.met {
		if met || trees[uint32(id)] {
			continue
		}
		line, err := bufio.NewReader(l.lines.Section(l.offsets[id], l.lines.Size()-l.offsets[id])).ReadString('\n')
		if err != nil {
			return err
		}
		return &NotFoundError{File: file, Name: strings.TrimSuffix(line, "\n"),
			What: fmt.Sprintf("(%s, line %d)", l.name, l.numbers[id])}
	}
	return nil
}
