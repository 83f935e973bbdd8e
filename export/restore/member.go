package restore

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/wtf8"
)

const (
	// extrasMember is the member of a dump that holds what its original format has no room for.
	extrasMember = "dumptool"
	// extrasSchema is the form of it that is understood.
	extrasSchema = "dumptool.live/1"
)

// member holds the extras of a dump: 40 bytes for a cell that has any, and nodes by their path.
type member struct {
	cells []cellEntry // by hash
	nodes map[dump.Hash]nodeEntry
	blobs map[string]bool // keyspace/table
}

type cellEntry struct {
	hash   dump.Hash // of keyspace, table, key, name
	expiry int64
	bytes  byte
}

// What of a cell is bytes that are not text.
const (
	keyBytes = 1 << iota
	nameBytes
	valueBytes
)

type nodeEntry struct {
	ephemeral, bytes bool
	hidden           bool // the ACL has an x where the hash of a password was
	acl              []ACL
}

// ReadExtras reads the member of a dump that an export of live databases writes. Without it there are none.
//
// Memory: 40 bytes for each cell that expires or is not text. More than fit a quarter of the budget are an error.
func ReadExtras(ctx context.Context, d *dump.Dump) (Extras, error) {
	d.Keep()
	r, err := d.Reader(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var found Extras = noExtras{}
	for r.Next() {
		if r.Kind() != dump.MemberRead || r.Member().Name.String() != extrasMember {
			continue
		}
		if found, err = ParseExtras(r.Member().Value.Open(), d.Options().Memory); err != nil {
			return nil, fmt.Errorf("%s: %w", d.Name(), err)
		}
	}
	return found, r.Err()
}

// ExtrasMember is the name of the member of a dump that ParseExtras reads.
const ExtrasMember = extrasMember

// ParseExtras reads the value of that member. Memory is the budget in bytes, of which it takes a quarter at most; zero
// means the default.
func ParseExtras(text io.Reader, memory int64) (Extras, error) {
	if memory == 0 {
		memory = 256 << 20
	}
	m := &member{nodes: map[dump.Hash]nodeEntry{}, blobs: map[string]bool{}}
	if err := m.read(text, int(memory/4/40)); err != nil {
		return nil, fmt.Errorf("the member %q: %w", extrasMember, err)
	}
	return m, nil
}

func (m *member) read(r io.Reader, most int) error {
	dec := jsontext.NewDecoder(r, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return errors.Join(errors.New("it is not an object"), err)
	}
	schema := ""
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		switch name.String() {
		case "schema":
			t, err := dec.ReadToken()
			if err != nil {
				return err
			}
			schema = t.String()
		case "tables":
			err = m.tables(dec)
		case "cells":
			err = list(dec, func(entry jsontext.Value) error {
				if len(m.cells) >= most {
					return fmt.Errorf("more than %d cells: give more memory with --memory", most)
				}
				return m.cell(entry)
			})
		case "nodes":
			err = list(dec, m.node)
		default:
			err = dec.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	if schema != extrasSchema {
		return fmt.Errorf("its schema is %q; this version reads %q", schema, extrasSchema)
	}
	slices.SortFunc(m.cells, compareEntries)
	return nil
}

func compareEntries(a, b cellEntry) int {
	return cmp.Or(cmp.Compare(a.hash.Hi, b.hash.Hi), cmp.Compare(a.hash.Lo, b.hash.Lo))
}

func (m *member) tables(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	var types map[string]string
	if err := json.Unmarshal(value, &types); err != nil {
		return err
	}
	for name, kind := range types {
		if kind != "blob" {
			return fmt.Errorf("the table %s has values of the unknown type %q", name, kind)
		}
		m.blobs[name] = true
	}
	return nil
}

// list goes over the elements of an array.
func list(dec *jsontext.Decoder, each func(jsontext.Value) error) error {
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '[' {
		return errors.Join(errors.New("a list is none"), err)
	}
	for dec.PeekKind() == '[' {
		entry, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if err := each(entry); err != nil {
			return fmt.Errorf("%.200s: %w", entry, err)
		}
	}
	t, err := dec.ReadToken()
	if err == nil && t.Kind() != ']' {
		err = errors.New("an element of a list is none")
	}
	return err
}

// elements returns the texts and the object at the end of an entry.
func elements(entry jsontext.Value, texts int) ([]dump.Text, jsontext.Value, error) {
	dec := jsontext.NewDecoder(bytes.NewReader(entry), jsontext.AllowInvalidUTF8(true))
	if _, err := dec.ReadToken(); err != nil {
		return nil, nil, err
	}
	var out []dump.Text
	for range texts {
		v, err := dec.ReadValue()
		if err != nil || v.Kind() != '"' {
			return nil, nil, errors.Join(errors.New("text is missing"), err)
		}
		out = append(out, dump.Text{Raw: bytes.Clone(v[1 : len(v)-1])})
	}
	object, err := dec.ReadValue()
	if err != nil || object.Kind() != '{' {
		return nil, nil, errors.Join(errors.New("the object is missing"), err)
	}
	object = object.Clone()
	if t, err := dec.ReadToken(); err != nil || t.Kind() != ']' {
		return nil, nil, errors.Join(errors.New("there is more than was expected"), err)
	}
	return out, object, nil
}

func (m *member) cell(entry jsontext.Value) error {
	texts, object, err := elements(entry, 4)
	if err != nil {
		return err
	}
	var says struct {
		Expires          int64
		Key, Name, Value string
	}
	if err := json.Unmarshal(object, &says); err != nil {
		return err
	}
	e := cellEntry{hash: cellHash(texts[0].String(), texts[1].String(), texts[2], texts[3]), expiry: says.Expires}
	for i, what := range []string{says.Key, says.Name, says.Value} {
		switch what {
		case "bytes":
			e.bytes |= 1 << i
		case "":
		default:
			return fmt.Errorf("unknown form %q", what)
		}
	}
	m.cells = append(m.cells, e)
	return nil
}

func (m *member) node(entry jsontext.Value) error {
	texts, object, err := elements(entry, 1)
	if err != nil {
		return err
	}
	var says struct {
		Ephemeral bool
		ACL       [][]any
		ACLHidden bool `json:"acl_hidden"`
		Data      string
	}
	if err := json.Unmarshal(object, &says); err != nil {
		return err
	}
	e := nodeEntry{ephemeral: says.Ephemeral, hidden: says.ACLHidden, bytes: says.Data == "bytes"}
	for _, a := range says.ACL {
		if len(a) != 3 {
			return errors.New("an entry of an ACL has three elements")
		}
		perms, ok1 := a[0].(float64)
		scheme, ok2 := a[1].(string)
		id, ok3 := a[2].(string)
		if !ok1 || !ok2 || !ok3 || perms != float64(int32(perms)) {
			return errors.New("an entry of an ACL is permissions, scheme, id")
		}
		e.acl = append(e.acl, ACL{int32(perms), scheme, id})
	}
	m.nodes[pathHash(dump.AppendNormalPath(nil, texts[0].Decoded()))] = e
	return nil
}

func pathHash(normal []byte) dump.Hash {
	sum := xxh3.Hash128(normal)
	return dump.Hash{Hi: sum.Hi, Lo: sum.Lo}
}

func cellHash(keyspace, table string, key, name dump.Text) dump.Hash {
	b := append([]byte(keyspace), '/')
	b = append(append(b, table...), 0)
	b = appendHash(b, dump.HashText(key))
	b = appendHash(b, dump.HashText(name))
	return pathHash(b)
}

// Cell finds what there is to know about a cell.
func (m *member) Cell(keyspace, table string, key dump.Text, c *dump.Cell) (CellExtra, error) {
	if len(m.cells) == 0 {
		return CellExtra{}, nil
	}
	i, ok := slices.BinarySearchFunc(m.cells, cellEntry{hash: cellHash(keyspace, table, key, c.Name)}, compareEntries)
	if !ok {
		return CellExtra{}, nil
	}
	e := m.cells[i]
	extra := CellExtra{Expiry: e.expiry}
	if e.bytes&keyBytes != 0 {
		extra.Key = wtf8.Bytes(key.Decoded())
	}
	if e.bytes&nameBytes != 0 {
		extra.Name = wtf8.Bytes(c.Name.Decoded())
	}
	if e.bytes&valueBytes != 0 {
		value, err := io.ReadAll(c.Value.OpenDecoded())
		if err != nil {
			return extra, err
		}
		extra.Value = wtf8.Bytes(value)
	}
	return extra, nil
}

// Node finds what there is to know about a node.
func (m *member) Node(z *dump.ZNode) (NodeExtra, error) {
	e, ok := m.nodes[pathHash(z.Normal)]
	if !ok {
		return NodeExtra{}, nil
	}
	extra := NodeExtra{Ephemeral: e.ephemeral, ACL: e.acl, ACLHidden: e.hidden}
	if e.hidden {
		extra.ACL = nil // as it stands it would lock out everybody
	}
	if e.bytes {
		data, err := io.ReadAll(z.Data.OpenDecoded())
		if err != nil {
			return extra, err
		}
		extra.Data = wtf8.Bytes(data)
	}
	return extra, nil
}

// BlobTable tells that a table has values that are not UTF-8.
func (m *member) BlobTable(keyspace, table string) bool { return m.blobs[keyspace+"/"+table] }
