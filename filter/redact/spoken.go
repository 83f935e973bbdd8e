package redact

import (
	"bytes"
	"encoding/json"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/livemeta"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// What an export says of cells and nodes names them as they are called in the
// dump, so what becomes of these names becomes of them there too.

// spoken redacts the member of an export. It returns false if it is not of a
// form that is known: then it is a member like any other.
func (c *copier) spoken(m *dump.Member) (known bool, err error) {
	fields, ok := c.spokenFields(m)
	if !ok {
		return false, nil
	}
	s := speaker{c: c, fields: fields, tables: map[string]*tablePlan{}}
	known, err = livemeta.Walk(m, &s)
	if !known || err != nil {
		return known, err
	}
	return true, s.upTo(m.End)
}

// change is what stands in the place of a part of the text.
type change struct {
	dump.Place
	text []byte
}

// spokenFields redacts the fields of the member but the lists of cells and
// nodes. It returns false if the member is no object.
func (c *copier) spokenFields(m *dump.Member) (list []change, ok bool) {
	dec := jsontext.NewDecoder(m.Value.Open(), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return nil, false
	}
	for dec.PeekKind() == '"' {
		t, err := dec.ReadToken()
		if err != nil {
			return nil, false
		}
		name := t.String()
		if kind := dec.PeekKind(); (name == "cells" || name == "nodes") && kind == '[' {
			if dec.SkipValue() != nil {
				return nil, false
			}
			continue
		}
		value, err := dec.ReadValue()
		if err != nil {
			return nil, false
		}
		end := m.Offset + dec.InputOffset()
		if text, changed := c.spokenField(name, value); changed {
			list = append(list, change{dump.Place{Start: end - int64(len(value)), End: end}, text})
		}
	}
	return list, true
}

var spokenPlan = plan{name: "(what an export says)"}

// spokenField redacts one field.
func (c *copier) spokenField(name string, value []byte) ([]byte, bool) {
	switch name {
	case "cluster", "cluster_id":
		return c.document(&spokenPlan, value, false)
	case "quiet":
		return c.spokenQuiet(value)
	case "schema", "tool", "cassandra_version", "started", "finished", "tables", "nulls", "skipped_nodes":
		return c.secretsOnly(value)
	}
	return c.document(&spokenPlan, value, isSecretName(name))
}

// secretsOnly redacts JSON in which nothing identifies.
func (c *copier) secretsOnly(value []byte) ([]byte, bool) {
	names := c.names
	c.names = nil
	defer func() { c.names = names }()
	return c.document(&spokenPlan, value, false)
}

// spokenQuiet redacts the paths of what changed during the export.
func (c *copier) spokenQuiet(value []byte) ([]byte, bool) {
	redacted, changed := c.secretsOnly(value)
	if c.names == nil {
		return redacted, changed
	}
	var e edits
	for _, list := range [...]string{"rows", "nodes"} {
		raw := memberOf(redacted, 0, list)
		var paths []string
		if raw == nil || json.Unmarshal(raw, &paths) != nil {
			continue
		}
		for i, path := range paths {
			if list == "nodes" {
				paths[i] = string(c.spokenPath([]byte(path)))
			} else {
				paths[i] = c.spokenRow(path)
			}
		}
		if text, err := json.Marshal(paths); err == nil {
			at := offsetOf(raw, redacted)
			e.add(at, at+len(raw), text)
		}
	}
	text, edited := e.apply(redacted)
	return text, changed || edited
}

// spokenRow redacts the written path of a row.
func (c *copier) spokenRow(path string) string {
	p, err := dump.ParsePath(path)
	if err != nil || p.Level < dump.AtRow || p.Level > dump.AtColumn {
		return string(c.names.Text([]byte(path)))
	}
	t := c.planOfTable(p.Keyspace, p.Table)
	if key := c.keyOf(t, []byte(p.Row), []byte(p.Row)); key != nil {
		p.Row = string(key)
	}
	if p.Level == dump.AtColumn {
		if column := c.columnOf(t, []byte(p.Column), []byte(p.Column)); column != nil {
			p.Column = string(column)
		}
	}
	return p.String()
}

// spokenPath redacts the path of a node.
func (c *copier) spokenPath(path []byte) []byte {
	redacted, _, _, _ := c.redactor.node(&spokenPlan, path, nil, false)
	return redacted
}

// speaker writes the lists of cells and nodes.
type speaker struct {
	c      *copier
	fields []change // that are still to come
	tables map[string]*tablePlan
}

// upTo writes the fields before an offset.
func (s *speaker) upTo(off int64) error {
	for len(s.fields) > 0 && s.fields[0].Start < off {
		s.replace(s.fields[0].Place, s.fields[0].text)
		s.fields = s.fields[1:]
	}
	return s.c.flush()
}

func (s *speaker) replace(p dump.Place, text []byte) {
	s.c.out.CopyTo(p.Start)
	s.c.put(text)
	s.c.out.SkipTo(p.End)
}

// text puts a JSON string in the place of another one.
func (s *speaker) text(p dump.Place, text []byte) {
	s.c.buf = append(jsonscan.AppendEscaped(append(s.c.buf[:0], '"'), text), '"')
	s.replace(p, s.c.buf)
}

// Begin is called where a list opens.
func (s *speaker) Begin(open int64) error { return s.upTo(open) }

// Item redacts what is said of a cell or a node.
func (s *speaker) Item(m *livemeta.Item) error {
	c := s.c
	if m.Cell {
		t := s.table(m.Keyspace, m.Table)
		if key := c.keyOf(t, m.Key.Raw, m.Key.AppendDecoded(nil)); key != nil {
			s.text(m.Texts[2], key)
		}
		if column := c.columnOf(t, m.Column.Raw, m.Column.AppendDecoded(nil)); column != nil {
			s.text(m.Texts[3], column)
		}
	} else if path := m.Path.AppendDecoded(nil); c.rare(m.Path.Raw) {
		if redacted := c.spokenPath(path); !bytes.Equal(redacted, path) {
			s.text(m.Texts[0], redacted)
		}
	}
	if what, changed := c.spokenWhat(m.What); changed {
		at := bytes.LastIndexByte(m.What, '}') + 1
		end := m.Place.End - 1 // blanks may stand before the bracket
		for c.look.Byte(end-1) != '}' && c.look.Err() == nil {
			end--
		}
		s.replace(dump.Place{Start: end - int64(at), End: end}, what)
	}
	return c.flush()
}

// Other redacts an element of a form that is not known.
func (s *speaker) Other(p dump.Place) error {
	if s.c.onEvent != nil {
		return nil // a check has no text to go back to
	}
	raw := make([]byte, p.End-p.Start)
	if _, err := s.c.look.Text().ReadAt(raw, p.Start); err != nil {
		return err
	}
	if text, changed := s.c.document(&spokenPlan, raw, false); changed {
		s.replace(p, text)
	}
	return s.c.flush()
}

func (s *speaker) table(keyspace, table string) *tablePlan {
	name := keyspace + "/" + table
	t := s.tables[name]
	if t == nil {
		t = s.c.planOfTable(keyspace, table)
		if len(s.tables) < maxPlans {
			s.tables[name] = t
		}
	}
	return t
}

// spokenWhat redacts what is said: the ids in ACLs, which hold names, addresses
// and hashes of passwords.
func (c *copier) spokenWhat(what []byte) ([]byte, bool) {
	if !bytes.Contains(what, []byte(`"acl"`)) {
		return c.secretsOnly(what)
	}
	redacted, changed := c.secretsOnly(what)
	raw := memberOf(redacted, 0, "acl")
	var list [][]any
	if c.names == nil || raw == nil || json.Unmarshal(raw, &list) != nil {
		return redacted, changed
	}
	for _, entry := range list {
		if len(entry) < 3 || entry[1] == "world" {
			continue
		}
		if id, ok := entry[2].(string); ok {
			entry[2] = string(c.names.Text([]byte(id)))
		}
	}
	text, err := json.Marshal(list)
	if err != nil {
		return redacted, changed
	}
	at := offsetOf(raw, redacted)
	return append(append(bytes.Clone(redacted[:at]), text...), redacted[at+len(raw):]...), true
}
