package livemeta

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dumptool/dumptool/dump"
)

// Name is the name of the member, Schema the form of it that is known.
const (
	Name   = "dumptool"
	Schema = "dumptool.live/1"
)

// Item is what the member says of one cell or node. It is valid during the call.
type Item struct {
	Cell bool // it is about a cell, else about a node

	Keyspace, Table string    // of a cell, decoded
	Key, Column     dump.Text // of a cell
	Path            dump.Text // of a node, as it is spelled in zookeeper

	What  []byte       // the JSON object with what is said
	Place dump.Place   // of the item in the text of the dump, from its opening to behind its closing bracket
	Texts []dump.Place // of the texts that it begins with, quotes included: keyspace, table, key, column; or the path
}

// Visitor is told what Walk comes to, in the order of the text.
type Visitor interface {
	// Begin says that a list of items opens, whose opening bracket ends at open.
	Begin(open int64) error
	// Item is called for each element of the list that has the known form.
	Item(*Item) error
	// Other is called for any other element.
	Other(dump.Place) error
}

// Walk goes over the lists of cells and nodes in a member. known is false, and nothing was told, if it is not the member of
// an export or of a form that isn't known: nobody can say then what it is about.
func Walk(m *dump.Member, v Visitor) (known bool, err error) {
	if !m.Name.Is(Name) || !isKnown(m.Value.Open()) {
		return false, nil
	}
	w := &walker{dec: decoder(m.Value.Open()), base: m.Offset, v: v}
	return true, w.object()
}

func decoder(r io.Reader) *jsontext.Decoder {
	return jsontext.NewDecoder(r, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}

// isKnown tells if the value is an object with the known schema.
func isKnown(value io.Reader) bool {
	dec := decoder(value)
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return false
	}
	known := false
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return false
		}
		if name.String() == "schema" && dec.PeekKind() == '"' {
			t, err := dec.ReadToken()
			if err != nil {
				return false
			}
			known = t.String() == Schema
		} else if dec.SkipValue() != nil {
			return false
		}
	}
	_, err := dec.ReadToken()
	return known && err == nil
}

type walker struct {
	dec  *jsontext.Decoder
	base int64 // of the value in the text
	v    Visitor
	item Item
}

func (w *walker) object() error {
	if _, err := w.dec.ReadToken(); err != nil {
		return err
	}
	for w.dec.PeekKind() == '"' {
		name, err := w.dec.ReadToken()
		if err != nil {
			return err
		}
		cells := name.String() == "cells"
		if (cells || name.String() == "nodes") && w.dec.PeekKind() == '[' {
			err = w.list(cells)
		} else {
			err = w.dec.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	_, err := w.dec.ReadToken()
	return err
}

func (w *walker) list(cells bool) error {
	if _, err := w.dec.ReadToken(); err != nil {
		return err
	}
	if err := w.v.Begin(w.base + w.dec.InputOffset()); err != nil {
		return err
	}
	for w.dec.PeekKind() != ']' {
		value, err := w.dec.ReadValue()
		if err != nil {
			return err
		}
		end := w.base + w.dec.InputOffset()
		place := dump.Place{Start: end - int64(len(value)), End: end}
		if w.item.read(value, place, cells) {
			err = w.v.Item(&w.item)
		} else {
			err = w.v.Other(place)
		}
		if err != nil {
			return err
		}
	}
	_, err := w.dec.ReadToken()
	return err
}

// read takes the parts of an item. It returns false for one of another form.
func (m *Item) read(value jsontext.Value, place dump.Place, cell bool) bool {
	texts := 1
	if cell {
		texts = 4
	}
	*m = Item{Cell: cell, Place: place, Texts: m.Texts[:0]}
	dec := decoder(bytes.NewReader(value))
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '[' {
		return false
	}
	raw := func() (part []byte, at dump.Place, err error) {
		v, err := dec.ReadValue()
		if err != nil {
			return nil, at, err
		}
		end := dec.InputOffset()
		start := end - int64(len(v))
		return value[start:end], dump.Place{Start: place.Start + start, End: place.Start + end}, nil
	}
	for i := range texts {
		part, at, err := raw()
		if err != nil || part[0] != '"' {
			return false
		}
		text := dump.Text{Raw: part[1 : len(part)-1]}
		switch {
		case !cell:
			m.Path = text
		case i == 0:
			m.Keyspace = text.String()
		case i == 1:
			m.Table = text.String()
		case i == 2:
			m.Key = text
		default:
			m.Column = text
		}
		m.Texts = append(m.Texts, at)
	}
	part, _, err := raw()
	if err != nil || part[0] != '{' {
		return false
	}
	m.What = part
	if t, err := dec.ReadToken(); err != nil || t.Kind() != ']' {
		return false
	}
	_, err = dec.ReadToken()
	return errors.Is(err, io.EOF)
}
