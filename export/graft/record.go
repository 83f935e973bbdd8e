package graft

import (
	"bytes"
	"encoding/binary"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
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

// cutText cuts the first part off a record as a text.
func cutText(b []byte) (text string, rest []byte) {
	part, rest, _ := index.CutPart(b)
	return string(part), rest
}

// cellRecord is a cell as it is sorted: place, side, time, expiry, value.
func cellRecord(b []byte, p *place, s side, v *apply.Value) []byte {
	b = index.AppendPart(b, []byte(p.keyspace))
	b = index.AppendPart(b, []byte(p.table))
	b = index.AppendPart(b, p.key)
	b = index.AppendPart(b, p.column)
	b = append(b, byte(s))
	b = binary.BigEndian.AppendUint64(b, uint64(v.Time))
	b = binary.BigEndian.AppendUint64(b, uint64(v.Expires))
	return append(b, v.Data...)
}

func parseCell(b []byte) (p place, s side, v *apply.Value) {
	p.keyspace, b = cutText(b)
	p.table, b = cutText(b)
	p.key, b, _ = index.CutPart(b)
	p.column, b, _ = index.CutPart(b)
	p.key, p.column = bytes.Clone(p.key), bytes.Clone(p.column)
	v = &apply.Value{
		Time: int64(binary.BigEndian.Uint64(b[1:])), Expires: int64(binary.BigEndian.Uint64(b[9:])), Data: bytes.Clone(b[17:]),
	}
	return p, side(b[0]), v
}

// The flags of a node in its record.
const (
	nodeNull = 1 << iota
	nodeGoes // it belongs to an object that gives way
)

// nodeRecord is a node as it is sorted: path, side, flags, ACL, data.
func nodeRecord(b []byte, path string, s side, flags byte, v *apply.NodeValue) []byte {
	b = index.AppendPart(b, []byte(path))
	if v.Null {
		flags |= nodeNull
	}
	b = binary.AppendUvarint(append(b, byte(s), flags), uint64(len(v.ACL)))
	for _, a := range v.ACL {
		b = binary.BigEndian.AppendUint32(b, uint32(a.Perms))
		b = index.AppendPart(b, []byte(a.Scheme))
		b = index.AppendPart(b, []byte(a.ID))
	}
	return append(b, v.Data...)
}

func parseNode(b []byte) (path string, s side, flags byte, v *apply.NodeValue) {
	path, b = cutText(b)
	s, flags = side(b[0]), b[1]
	entries, n := binary.Uvarint(b[2:])
	b = b[2+n:]
	v = &apply.NodeValue{Null: flags&nodeNull != 0}
	for range entries {
		a := apply.ACL{Perms: int32(binary.BigEndian.Uint32(b))}
		a.Scheme, b = cutText(b[4:])
		a.ID, b = cutText(b)
		v.ACL = append(v.ACL, a)
	}
	v.Data = bytes.Clone(b)
	return path, s, flags, v
}

func (p *place) objects() bool { return p.table == objectTable && p.keyspace == objectKeyspace }

func (p *place) String() string {
	return dump.Path{Level: dump.AtColumn, Keyspace: p.keyspace, Table: p.table, Row: string(p.key), Column: string(p.column)}.String()
}
