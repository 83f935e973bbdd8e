package unload

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/spill"
)

// assembler writes the text of the dump: the parts in order, with what stands
// around them.
type assembler struct {
	u      *unloader
	out    *bufio.Writer
	cells  Stream // extras of cells
	nodes  Stream // extras of nodes
	times  *spill.Sorter
	result Result
}

func (x *assembler) close() {
	x.cells.Close()
	x.nodes.Close()
	x.times.Close()
}

// Errors of the buffered writer stay until Flush.
func (x *assembler) put(s string) { x.out.WriteString(s) }

func (x *assembler) name(s string) {
	b, _ := dump.AppendBytes(nil, []byte(s))
	x.out.Write(b)
}

func (x *assembler) run(ctx context.Context) error {
	p := x.u.plan
	x.put(`{"cassandra": {`)
	at := position{keyspace: -1, table: -1}
	err := x.u.parts(ctx, func(number int, part *Part) error {
		x.result.Counts.add(&part.Counts)
		if p.Units[number].Table < 0 {
			x.goTo(&at, len(p.Tables))
			x.put(`}, "zookeeper": "[`)
			if _, err := part.Text.WriteTo(x.out); err != nil {
				return err
			}
			x.put(`]"`)
			_, err := part.Extras.WriteTo(&x.nodes)
			return err
		}
		x.goTo(&at, p.Units[number].Table)
		return x.rows(&at, part)
	})
	if err != nil {
		return err
	}
	if !p.ZooKeeper {
		x.goTo(&at, len(p.Tables))
		x.put(`}, "zookeeper": "[]"`)
	}
	if x.result.Counts.Nulls > 0 {
		x.u.note(fmt.Sprintf("%d cells have no value: they are written as empty ones with the time 0", x.result.Counts.Nulls))
	}
	if n := x.result.Counts.HiddenACLs; n > 0 {
		x.u.note(fmt.Sprintf("%d nodes have an ACL with passwords that ZooKeeper does not show: log in as who may administer them to export those", n))
	}
	if !x.u.o.NoCheck {
		if x.result.Quiet, err = x.u.check(ctx, x.times); err != nil {
			return err
		}
	}
	if err := x.metadata(); err != nil {
		return err
	}
	x.put("}")
	return x.out.Flush()
}

// position is where in cassandra the text has come to.
type position struct {
	keyspace, table int
	rows            bool
}

// goTo writes what stands before the rows of a table; behind the last one what
// closes everything. Keyspaces without tables come where they stand in the plan.
func (x *assembler) goTo(at *position, table int) {
	p := x.u.plan
	if at.table == table {
		return
	}
	for at.table < table {
		if at.table >= 0 && at.table < len(p.Tables) {
			x.put("}")
		}
		at.table++
		at.rows = false
		keyspace := len(p.Keyspaces)
		if at.table < len(p.Tables) {
			for i, ks := range p.Keyspaces {
				if ks == p.Tables[at.table].Keyspace {
					keyspace = i
				}
			}
		}
		first := at.keyspace < keyspace
		for at.keyspace < keyspace {
			if at.keyspace >= 0 {
				x.put("}")
			}
			if at.keyspace++; at.keyspace == len(p.Keyspaces) {
				return
			}
			if at.keyspace > 0 {
				x.put(", ")
			}
			x.name(p.Keyspaces[at.keyspace])
			x.put(": {")
		}
		if at.table == len(p.Tables) {
			return
		}
		if !first {
			x.put(", ")
		}
		x.name(p.Tables[at.table].Name)
		x.put(": {")
	}
}

func (x *assembler) rows(at *position, part *Part) error {
	if part.Text.Size() > 0 {
		if at.rows {
			x.put(", ")
		}
		at.rows = true
		if _, err := part.Text.WriteTo(x.out); err != nil {
			return err
		}
	}
	if part.Extras.Size() > 0 {
		if x.cells.Size() > 0 {
			if _, err := x.cells.Write([]byte(", ")); err != nil {
				return err
			}
		}
		if _, err := part.Extras.WriteTo(&x.cells); err != nil {
			return err
		}
	}
	if x.u.o.NoCheck {
		return nil
	}
	return eachRecord(part.Times.reader(), x.times.Add)
}

// eachRecord reads records that stand behind their length.
func eachRecord(r io.Reader, each func([]byte) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	var rec []byte
	for {
		n, err := binary.ReadUvarint(in)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		const longest = 1 << 20
		if n > longest {
			return fmt.Errorf("a record of %d bytes", n)
		}
		if uint64(cap(rec)) < n {
			rec = make([]byte, n)
		}
		rec = rec[:n]
		if _, err := io.ReadFull(in, rec); err != nil {
			return err
		}
		if err := each(rec); err != nil {
			return err
		}
	}
}
