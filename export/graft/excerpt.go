package graft

import (
	"bufio"
	"bytes"
	"fmt"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/apply"
	"github.com/dumptool/dumptool/internal/spill"
	"github.com/dumptool/dumptool/internal/wtf8"
)

// excerptWriter writes a dump, whose cells come in order.
type excerptWriter struct {
	file *spill.File
	w    *bufio.Writer
	at   place
	open int // levels: 1 cassandra, 2 keyspace, 3 table, 4 row
	some [5]bool
	buf  []byte
}

func (x *excerptWriter) put(format string, args ...any) { fmt.Fprintf(x.w, format, args...) }

// name writes a name, behind a comma if it is not the first at its level.
func (x *excerptWriter) name(level int, name []byte) {
	if x.some[level] {
		x.put(", ")
	}
	x.some[level] = true
	x.buf = contrail.AppendJSONString(x.buf[:0], wtf8.Spell(name), true)
	x.w.Write(x.buf)
	x.put(": ")
}

func (x *excerptWriter) close(level int) {
	for ; x.open > level; x.open-- {
		x.put("}")
	}
}

// table goes to a table, which is made even if nothing follows, so that both excerpts have the same.
func (x *excerptWriter) table(p *place) {
	if x.open >= 3 && x.at.keyspace == p.keyspace && x.at.table == p.table {
		return
	}
	if x.open < 2 || x.at.keyspace != p.keyspace {
		x.close(1)
		x.name(1, []byte(p.keyspace))
		x.put("{")
		x.open, x.some[2] = 2, false
	}
	x.close(2)
	x.name(2, []byte(p.table))
	x.put("{")
	x.open, x.some[3] = 3, false
	x.at = *p
}

func (x *excerptWriter) cell(p *place, v *apply.Value) {
	if x.open < 4 || !bytes.Equal(x.at.key, p.key) {
		x.close(3)
		x.name(3, p.key)
		x.put("{")
		x.open, x.some[4] = 4, false
		x.at.key = p.key
	}
	x.name(4, p.column)
	x.buf = contrail.AppendJSONString(append(x.buf[:0], '['), wtf8.Spell(v.Data), true)
	x.w.Write(x.buf)
	x.put(", %d]", v.Time)
}

func (x *excerptWriter) node(path string, v *apply.NodeValue) {
	b := append(contrail.AppendJSONString([]byte{'['}, path+"/", true), ", ["...)
	if v.Null {
		b = append(b, "null"...)
	} else {
		b = contrail.AppendJSONString(b, wtf8.Spell(v.Data), true)
	}
	b = append(b, ", [0]]]"...)
	text := contrail.AppendJSONString(nil, b, true)
	if x.some[0] {
		x.put(", ")
	}
	x.some[0] = true
	x.w.Write(text[1 : len(text)-1])
}

// excerpt writes what changes as two dumps.
func (e *Edits) excerpt() error {
	o := e.c.part.d.Options()
	var sides [2]*excerptWriter
	for i := range sides {
		file, err := o.Temp.Create()
		if err != nil {
			return err
		}
		e.files = append(e.files, file)
		sides[i] = &excerptWriter{file: file, w: bufio.NewWriterSize(file, 64<<10), open: 1}
		sides[i].put(`{"cassandra": {`)
	}
	err := e.changes(func(ch *change) error {
		for i, v := range []*apply.Value{ch.old, ch.new} {
			sides[i].table(&ch.place)
			if v != nil {
				sides[i].cell(&ch.place, v)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, x := range sides {
		x.close(0)
		x.put(`, "zookeeper": "[`)
	}
	err = e.nodeChanges(func(ch *nodeChange) error {
		for i, v := range []*apply.NodeValue{ch.old, ch.new} {
			if v != nil {
				sides[i].node(ch.path, v)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, x := range sides {
		x.put(`]"}`)
		if err := x.w.Flush(); err != nil {
			return err
		}
		d, err := dump.Open(dump.Input{Name: []string{"live:", "live: afterwards"}[i], At: x.file, Size: x.file.Size()}, dump.Options{
			Temp: o.Temp, Memory: o.Memory, OnProblem: func(p *dump.Problem) error {
				if p.Damage {
					return p
				}
				return nil
			},
		})
		if err != nil {
			return err
		}
		if i == 0 {
			e.Before = d
		} else {
			e.After = d
		}
	}
	return nil
}
