package salvage

import (
	"bufio"
	"encoding/binary"
	"io"
	"slices"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
	"github.com/dumptool/dumptool/internal/spill"
)

// writer writes what a scan has found as a dump: kept bytes as they stood, in
// the order of the text, tables of one keyspace together.
type writer struct {
	s   *scan
	out *bufio.Writer
	buf []byte
}

func (s *scan) write(w io.Writer, o dump.Options) error {
	x := &writer{s: s, out: bufio.NewWriterSize(w, 256<<10), buf: make([]byte, 256<<10)}
	x.put(`{"cassandra": {`)
	if err := x.cassandra(o); err != nil {
		return err
	}
	x.put(`}, "zookeeper": `)
	if err := x.zooKeeper(); err != nil {
		return err
	}
	for _, m := range s.members {
		x.put(", ")
		if err := x.section(m); err != nil {
			return err
		}
	}
	x.put("}")
	return x.out.Flush()
}

// Errors of the buffered writer stay until Flush.
func (x *writer) put(s string) { x.out.WriteString(s) }

func (x *writer) name(s string) {
	x.out.WriteByte('"')
	x.out.Write(jsonscan.AppendEscaped(nil, []byte(s)))
	x.put(`": `)
}

func (x *writer) section(p dump.Place) error {
	if err := x.s.ctx.Err(); err != nil {
		return err
	}
	_, err := io.CopyBuffer(struct{ io.Writer }{x.out}, struct{ io.Reader }{io.NewSectionReader(x.s.t.at, p.Start, p.End-p.Start)}, x.buf)
	return err
}

// tablesOf lists the tables of a keyspace that there is something of.
func (s *scan) tablesOf(keyspace string) []string {
	var out []string
	add := func(n tableName) {
		if n.keyspace == keyspace && n.table != "" && !slices.Contains(out, n.table) {
			out = append(out, n.table)
		}
	}
	for _, n := range s.seenOrder {
		add(n)
	}
	for _, x := range s.slots {
		if !x.dropped {
			add(x.name)
		}
	}
	return out
}

// cassandra writes the tables. The places are sorted anew, by where they go.
func (x *writer) cassandra(o dump.Options) error {
	s := x.s
	var names []tableName
	for _, ks := range s.order {
		for _, t := range s.tablesOf(ks) {
			names = append(names, tableName{ks, t})
		}
	}
	to := make([]uint32, len(s.slots))
	for i, slot := range s.slots {
		to[i] = uint32(slices.Index(names, slot.name))
	}
	sorted, err := x.resort(o, func(n uint32) (uint32, bool) {
		if n >= bareNodes || n == escapedNodes || s.slots[n].dropped {
			return 0, false
		}
		return to[n], true
	})
	if err != nil {
		return err
	}
	defer sorted.Close()
	it, err := sorted.Sort()
	if err != nil {
		return err
	}
	more := it.Next()
	i := 0
	for k, ks := range s.order {
		if k > 0 {
			x.put(", ")
		}
		x.name(ks)
		x.put("{")
		for first := true; i < len(names) && names[i].keyspace == ks; i++ {
			if !first {
				x.put(", ")
			}
			first = false
			x.name(names[i].table)
			x.put("{")
			var n int64
			for ; more && binary.BigEndian.Uint32(it.Record()) == uint32(i); more = it.Next() {
				p := placeOf(it.Record())
				if s.dropped[p.Start] {
					continue
				}
				if n > 0 {
					x.put(", ")
				}
				n++
				if err := x.section(p); err != nil {
					return err
				}
			}
			s.rep.Rows[names[i].String()] = n
			x.put("}")
		}
		x.put("}")
	}
	return it.Err()
}

func (x *writer) resort(o dump.Options, to func(uint32) (uint32, bool)) (*spill.Sorter, error) {
	memory := o.Memory
	if memory <= 0 {
		memory = 256 << 20
	}
	out := spill.NewSorter(o.Temp, memory/4)
	it, err := x.s.places.Sort()
	if err != nil {
		out.Close()
		return nil, err
	}
	var rec []byte
	for it.Next() {
		n, ok := to(binary.BigEndian.Uint32(it.Record()))
		if !ok {
			continue
		}
		rec = append(binary.BigEndian.AppendUint32(rec[:0], n), it.Record()[4:]...)
		if err := out.Add(rec); err != nil {
			out.Close()
			return nil, err
		}
	}
	if err := it.Err(); err != nil {
		out.Close()
		return nil, err
	}
	return out, nil
}

func placeOf(rec []byte) dump.Place {
	return dump.Place{Start: int64(binary.BigEndian.Uint64(rec[4:])), End: int64(binary.BigEndian.Uint64(rec[12:]))}
}

func (x *writer) zooKeeper() error {
	s := x.s
	if s.whole.End > 0 {
		s.rep.Nodes = s.nodes
		return x.section(s.whole)
	}
	x.put(`"[`)
	it, err := s.places.Sort()
	if err != nil {
		return err
	}
	for it.Next() {
		slot := binary.BigEndian.Uint32(it.Record())
		if slot != escapedNodes && slot != bareNodes {
			continue
		}
		p := placeOf(it.Record())
		if s.dropped[p.Start] {
			continue
		}
		if s.rep.Nodes > 0 {
			x.put(", ")
		}
		s.rep.Nodes++
		if slot == escapedNodes {
			err = x.section(p)
		} else {
			err = x.escaped(p)
		}
		if err != nil {
			return err
		}
	}
	x.put(`]"`)
	return it.Err()
}

// escaped writes a node of a bare list as it stands in a string.
func (x *writer) escaped(p dump.Place) error {
	const part = 64 << 10
	raw := make([]byte, part)
	for at := p.Start; at < p.End; {
		n := int(min(part, p.End-at))
		if _, err := x.s.t.at.ReadAt(raw[:n], at); err != nil && err != io.EOF {
			return err
		}
		for i := n; at+int64(n) < p.End && i > 0 && i > n-4; i-- { // cut between characters
			if raw[i-1] < 0x80 {
				n = i
				break
			}
		}
		x.out.Write(jsonscan.AppendEscaped(nil, raw[:n]))
		at += int64(n)
	}
	return nil
}
