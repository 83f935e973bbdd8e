package graft

import (
	"bytes"
	"encoding/binary"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/apply"
)

// side says where a record of a cell or node comes from. Of one cell they sort in this order.
type side byte

const (
	old       side = iota // live
	own                   // of the dump
	generated             // it follows from a link of another row
	shown                 // live, of a row that changes: only to be shown
)

// place is where a cell stands.
type place struct {
	keyspace, table string
	key, column     []byte
}

// appendPart appends bytes such that they sort as they are and end somewhere: a zero gets an 0xff behind it, two zeros end.
func appendPart(b, part []byte) []byte {
	for {
		i := bytes.IndexByte(part, 0)
		if i < 0 {
			break
		}
		b = append(append(b, part[:i+1]...), 0xff)
		part = part[i+1:]
	}
	return append(append(b, part...), 0, 0)
}

// cutPart is the reverse of appendPart.
func cutPart(b []byte) (part, rest []byte) {
	for i := 0; i+1 < len(b); i++ {
		if b[i] != 0 {
			part = append(part, b[i])
			continue
		}
		if b[i+1] == 0 {
			return part, b[i+2:]
		}
		part = append(part, 0)
		i++
	}
	return part, nil
}

// cellRecord is a cell as it is sorted: place, side, time, expiry, value.
func cellRecord(b []byte, p *place, s side, v *apply.Value) []byte {
	b = appendPart(b, []byte(p.keyspace))
	b = appendPart(b, []byte(p.table))
	b = appendPart(b, p.key)
	b = appendPart(b, p.column)
	b = append(b, byte(s))
	b = binary.BigEndian.AppendUint64(b, uint64(v.Time))
	b = binary.BigEndian.AppendUint64(b, uint64(v.Expires))
	return append(b, v.Data...)
}

func parseCell(b []byte) (p place, s side, v *apply.Value) {
	keyspace, b := cutPart(b)
	table, b := cutPart(b)
	p.keyspace, p.table = string(keyspace), string(table)
	p.key, b = cutPart(b)
	p.column, b = cutPart(b)
	v = &apply.Value{
		Time: int64(binary.BigEndian.Uint64(b[1:])), Expires: int64(binary.BigEndian.Uint64(b[9:])), Data: bytes.Clone(b[17:]),
	}
	return p, side(b[0]), v
}

// The flags of a node in its record.
const (
	nodeNull  = 1 << iota
	nodeGoes  // it belongs to an object that gives way
	nodeLoose // it belongs to no wanted object
)

// nodeRecord is a node as it is sorted: path, side, flags, ACL, data.
func nodeRecord(b []byte, path string, s side, flags byte, v *apply.NodeValue) []byte {
	b = appendPart(b, []byte(path))
	if v.Null {
		flags |= nodeNull
	}
	b = append(b, byte(s), flags, byte(len(v.ACL)))
	for _, a := range v.ACL {
		b = binary.BigEndian.AppendUint32(b, uint32(a.Perms))
		b = appendPart(b, []byte(a.Scheme))
		b = appendPart(b, []byte(a.ID))
	}
	return append(b, v.Data...)
}

func parseNode(b []byte) (path string, s side, flags byte, v *apply.NodeValue) {
	p, b := cutPart(b)
	s, flags = side(b[0]), b[1]
	n := int(b[2])
	b = b[3:]
	v = &apply.NodeValue{Null: flags&nodeNull != 0}
	for range n {
		a := apply.ACL{Perms: int32(binary.BigEndian.Uint32(b))}
		var part []byte
		part, b = cutPart(b[4:])
		a.Scheme = string(part)
		part, b = cutPart(b)
		a.ID = string(part)
		v.ACL = append(v.ACL, a)
	}
	v.Data = bytes.Clone(b)
	return string(p), s, flags, v
}

func (p *place) objects() bool { return p.table == objectTable && p.keyspace == objectKeyspace }

func (p *place) String() string {
	return dump.Path{Level: dump.AtColumn, Keyspace: p.keyspace, Table: p.table, Row: string(p.key), Column: string(p.column)}.String()
}
