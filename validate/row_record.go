package validate

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/dumptool/dumptool/contrail"
)

// Rows are stored as short as they can be: uuids as 16 bytes, and types, names of columns and of parents as numbers.

// Values that most links have, and what they are.
var commonValues = [...][]byte{1: []byte(`{"attr": null, "is_weakref": false}`), 2: []byte(`{"attr": null}`), 3: []byte(`null`)}

const (
	columnIsJSON byte = 1 << iota
	columnHasKey
	columnHasUUID          // as its key
	columnValue   byte = 8 // times the place in commonValues; 0: the value follows
)

// appendRow makes the record of a row for the store, with the columns that keeps names.
func (r *run) appendRow(b []byte, row *Row, keeps map[string]bool) []byte {
	b = append(b, row.id[:]...)
	b = binary.AppendUvarint(b, uint64(row.flags))
	b = r.texts.appendKnown(b, row.Type, &row.info.number)
	b = appendKey(b, row.id, row.Key)
	b = r.texts.append(b, row.ParentType)
	b = binary.AppendUvarint(b, uint64(len(row.FQName)))
	if n := len(row.FQName); n > 0 {
		last := row.FQName[n-1]
		above := r.texts.ofParts(row.name[:len(row.name)-len(last)], row.FQName[:n-1])
		b = binary.AppendUvarint(b, above)
		if above == 0 {
			for _, p := range row.FQName[:n-1] {
				b = appendText(b, p)
			}
		}
		if last == row.Key {
			b = append(b, 1)
		} else {
			b = appendText(append(b, 0), last)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(row.Parents)))
	for _, p := range row.Parents {
		b = r.texts.append(b, p.Type)
		b = append(b, p.id[:]...)
		b = appendKey(b, p.id, p.UUID)
		b = binary.AppendVarint(binary.AppendUvarint(b, uint64(p.at)), p.micro)
	}
	b = binary.AppendUvarint(b, uint64(row.dependents))
	if keeps == nil {
		return b
	}
	for i := range row.columns {
		c := &row.columns[i]
		if !keeps[c.class.column] || c.class.column == "prop:security_group_entries" && !namesOthers(row) {
			continue
		}
		b = r.texts.appendKnown(b, c.class.text, &c.class.number)
		b = r.appendColumn(b, c)
	}
	return b
}

func (r *run) appendColumn(b []byte, c *Column) []byte {
	at := len(b)
	b = append(b, 0)
	if c.JSON {
		b[at] |= columnIsJSON
		for i := 1; i < len(commonValues); i++ {
			if bytes.Equal(c.Value, commonValues[i]) {
				b[at] |= columnValue * byte(i)
			}
		}
	}
	if c.class.keyed {
		b[at] |= columnHasKey
		if k, ok := parseUUID(c.Key); ok {
			b[at] |= columnHasUUID
			b = append(b, k[:]...)
		} else {
			b = appendText(b, c.Key)
		}
	}
	if c.JSON && b[at] < columnValue {
		b = appendText(b, c.Value)
	}
	return b
}

// appendKey appends the key of a row unless it follows from the id.
func appendKey(b []byte, k id, key string) []byte {
	if x, ok := parseUUID(key); ok && x == k {
		return append(b, 0)
	}
	return appendText(append(b, 1), key)
}

func takeKey(d *decoder, k id) string {
	if d.byte() == 0 {
		return k.String()
	}
	return d.text()
}

// decodeRow makes the row of a record.
func (r *run) decodeRow(k id, payload []byte) *Row {
	d := decoder{payload}
	row := &Row{id: k, flags: rowFlags(d.uint()), Type: r.texts.take(&d), shared: r.texts}
	row.Key = takeKey(&d, k)
	_, row.IsUUID = keyOf(row.Key)
	row.ParentType = r.texts.take(&d)
	if n := int(d.uint()); n > 0 {
		above := &r.texts.list[d.uint()]
		if above.joined != "" || n == 1 {
			row.FQName = append(make([]string, 0, n), above.parts...)
		} else {
			row.FQName = make([]string, 0, n)
			for range n - 1 {
				row.FQName = append(row.FQName, d.text())
			}
		}
		last := row.Key
		if d.byte() == 0 {
			last = d.text()
		}
		row.FQName = append(row.FQName, last)
		row.name = joinName(above.joined, row.FQName)
	}
	if n := int(d.uint()); n > 0 {
		row.Parents = make([]ParentLink, n)
		for i := range row.Parents {
			p := &row.Parents[i]
			p.Type = r.texts.take(&d)
			p.id = d.id()
			p.UUID = takeKey(&d, p.id)
			p.at, p.micro = int64(d.uint()), d.int()
		}
	}
	row.dependents = int(d.uint())
	if len(d.b) > 0 {
		row.stored = bytes.Clone(d.b)
	}
	return row
}

// takeColumns takes the stored columns apart.
func (r *Row) takeColumns() {
	d := decoder{r.stored}
	r.stored = nil
	var arena []byte
	for len(d.b) > 0 {
		prefix := r.shared.take(&d)
		flags := d.byte()
		c := Column{Row: r, JSON: flags&columnIsJSON != 0}
		n := len(arena)
		arena = append(arena, prefix...)
		switch {
		case flags&columnHasUUID != 0:
			k := d.id()
			arena = k.append(arena)
		case flags&columnHasKey != 0:
			arena = append(arena, d.bytes()...)
		}
		c.Full = arena[n:len(arena):len(arena)]
		c.Column = contrail.ParseColumn(c.Full)
		switch i := flags / columnValue; {
		case i > 0:
			c.Value = commonValues[i]
		case c.JSON:
			c.Value = d.bytes()
		}
		r.columns = append(r.columns, c)
	}
}

// joinName joins the parts of a name, of which all but the last are joined already, if there is any such text.
func joinName(above string, parts []string) string {
	if above != "" {
		return above + parts[len(parts)-1]
	}
	return strings.Join(parts, ":")
}
