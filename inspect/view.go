package inspect

import (
	"bytes"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsonscan"
)

// View says how a thing is shown.
type View struct {
	Names bool // the names of what an object is linked to
	Mask  bool // secrets
	// Schema is the value of a first member "schema"; empty for none.
	Schema string
}

// WriteJSON writes the decoded view of what was found: one JSON object, on one
// line. For an object it is that of contrail.Object.AppendJSON; for a row
//
//	{"keyspace", "table", "key", "columns": {NAME: {"value", "timestamp"}, ..}}
//
// for a column {"keyspace", "table", "key", "column", "value", "timestamp"}, for
// a znode {"path", "family", "means", "data", "stat"}. A value is JSON if its
// text is, else a string. Rows that are no objects are written as they are
// read. The result may hold bytes of WTF-8; see cut for Object.
func (f *Found) WriteJSON(w io.Writer, v View) (cut bool, err error) {
	start := []byte{'{'}
	if v.Schema != "" {
		start = append(contrail.AppendJSONString(append(start, `"schema":`...), v.Schema, false), ',')
	}
	switch {
	case f.IsObject:
		obj, cut, err := f.Object(v.Names)
		if err != nil {
			return false, err
		}
		if v.Mask {
			obj.Mask()
		}
		if _, err := w.Write(start); err != nil {
			return cut, err
		}
		_, err = w.Write(obj.AppendJSON(nil)[1:])
		return cut, err
	case f.Path.Level == dump.AtZNode:
		if _, err := w.Write(start); err != nil {
			return false, err
		}
		return false, f.writeNode(w, v)
	}
	if _, err := w.Write(f.appendPlace(start)); err != nil {
		return false, err
	}
	return f.writeCells(w, v)
}

// appendPlace appends the members that say where a row or column stands.
func (f *Found) appendPlace(dst []byte) []byte {
	dst = contrail.AppendJSONString(append(dst, `"keyspace":`...), f.Path.Keyspace, false)
	dst = contrail.AppendJSONString(append(dst, `,"table":`...), f.Path.Table, false)
	dst = contrail.AppendJSONString(append(dst, `,"key":`...), f.Path.Row, false)
	if f.Path.Level == dump.AtColumn {
		dst = contrail.AppendJSONString(append(dst, `,"column":`...), f.Path.Column, false)
	}
	return dst
}

// writeCells writes the cells of the row, or the one that was found.
func (f *Found) writeCells(w io.Writer, v View) (cut bool, err error) {
	rows := newObjectReader(f.text, f.d)
	defer rows.close()
	m := valueMasker{mask: v.Mask, room: rows.memory / 16}
	if f.Path.Keyspace == objectKeyspace && f.Path.Table == objectTable {
		h, err := rows.fullHead(f.row.Place)
		if err != nil {
			return false, err
		}
		m.objects, m.typ = true, h.typ
	}
	one := f.Path.Level == dump.AtColumn
	if one {
		rows.rows.ResetCell(f.text, f.cell)
	} else {
		rows.rows.ResetRow(f.text, f.row.Place)
		if _, err := io.WriteString(w, `,"columns":{`); err != nil {
			return false, err
		}
	}
	var head []byte
	for first := true; rows.rows.Next(); {
		if rows.rows.Kind() != dump.CellRead {
			continue
		}
		c := rows.rows.Cell()
		head = head[:0]
		if !first || one {
			head = append(head, ',')
		}
		first = false
		if !one {
			head = append(contrail.AppendJSONString(head, c.Name.Decoded(), false), ":{"...)
		}
		if _, err := w.Write(append(head, `"value":`...)); err != nil {
			return false, err
		}
		if err := m.write(w, c); err != nil {
			return false, err
		}
		tail := append(head[:0], `,"timestamp":`...)
		if c.Time == nil {
			tail = append(tail, "null"...)
		}
		tail = append(tail, c.Time...)
		if !one {
			tail = append(tail, '}')
		}
		if _, err := w.Write(tail); err != nil {
			return false, err
		}
	}
	if err := rows.rows.Err(); err != nil {
		return false, err
	}
	end := "}"
	if !one {
		end = "}}"
	}
	_, err = io.WriteString(w, end)
	return m.cut, err
}

// valueMasker writes the values of cells.
type valueMasker struct {
	mask    bool
	objects bool   // the cells are those of an object
	typ     string // its type
	room    int64  // the size of a value that can be masked
	cut     bool
	buf     []byte
}

// write writes the value of a cell as JSON.
func (m *valueMasker) write(w io.Writer, c *dump.Cell) error {
	v := &c.Value
	if v.Long() && (!m.mask || v.Size() > m.room) {
		if m.mask {
			m.cut = true
			_, err := fmt.Fprintf(w, `"(%d bytes, not shown)"`, v.Size())
			return err
		}
		return writeStored(w, v)
	}
	raw := v.Raw()
	if v.Long() {
		var err error
		if raw, err = io.ReadAll(v.Open()); err != nil {
			return err
		}
	}
	m.buf = append(m.buf[:0], raw...)
	if v.IsText {
		m.buf = jsonscan.AppendDecoded(m.buf[:0], raw)
	}
	value := m.buf
	if m.mask {
		value = m.masked(c.Name.Decoded(), value)
	}
	_, err := w.Write(jsonValue(value))
	return err
}

func (m *valueMasker) masked(column, value []byte) []byte {
	if m.objects {
		return contrail.Mask(m.typ, column, value)
	}
	return contrail.MaskBlob(value)
}

// jsonValue returns text itself if it is JSON, else the JSON string of it.
func jsonValue(text []byte) []byte {
	if isJSON(text) {
		return text
	}
	return contrail.AppendJSONString(nil, text, false)
}

// isJSON tells if text is one JSON value.
func isJSON(text []byte) bool {
	return jsontext.Value(text).IsValid(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}

// writeStored writes a value as it is stored: the text of a string is that of a
// JSON string already.
func writeStored(w io.Writer, v *dump.Value) error {
	quote := ""
	if v.IsText {
		quote = `"`
	}
	if _, err := io.WriteString(w, quote); err != nil {
		return err
	}
	if _, err := io.Copy(w, v.Open()); err != nil {
		return err
	}
	_, err := io.WriteString(w, quote)
	return err
}

// Raw writes the JSON text of what was found exactly as it stands in the dump:
// of a row what follows its key, of a column what follows its name, of a znode
// its entry in the list, freed of the escapes of the string that holds the list.
// Nothing is masked.
func (f *Found) Raw(w io.Writer) error {
	switch f.Path.Level {
	case dump.AtZNode:
		return f.rawNode(w)
	case dump.AtColumn:
		at, err := f.cellValue()
		if err != nil {
			return err
		}
		return f.copyText(w, dump.Place{Start: at, End: f.cell.End})
	}
	return f.copyText(w, f.row.Place)
}

func (f *Found) copyText(w io.Writer, p dump.Place) error {
	n, err := io.Copy(w, io.NewSectionReader(f.text, p.Start, p.End-p.Start))
	if err == nil && n != p.End-p.Start {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// cellValue returns where the value of the cell begins: behind its name, the
// colon and white space.
func (f *Found) cellValue() (int64, error) {
	sc := jsonscan.New(nil, jsonscan.Options{OnFlaw: func(jsonscan.Flaw, int64, string) error { return nil }})
	cell := io.NewSectionReader(f.text, f.cell.Start, f.cell.End-f.cell.Start)
	sc.Reset(io.MultiReader(bytes.NewReader([]byte{'{'}), cell), f.cell.Start-1)
	sc.Next() // the brace
	sc.Next() // the name
	sc.Next()
	return sc.Offset(), sc.Err()
}
