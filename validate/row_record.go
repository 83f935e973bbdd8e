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
		b = r.texts.appendClass(b, c.class)
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
	m := r.texts.slabs.Get().(*slabs)
	defer r.texts.slabs.Put(m)
	d := decoder{payload}
	row := m.row()
	*row = Row{id: k, flags: rowFlags(d.uint()), Type: r.texts.take(&d), shared: r.texts, rowReading: &lookedUp}
	if row.Key, row.IsUUID = m.takeKey(&d, k); !row.IsUUID {
		_, row.IsUUID = keyOf(row.Key)
	}
	row.ParentType = r.texts.take(&d)
	if n := int(d.uint()); n > 0 {
		row.FQName = cut(&m.parts, n, 256)
		above := &r.texts.list[d.uint()]
		if above.joined != "" || n == 1 {
			copy(row.FQName, above.parts)
		} else {
			for i := range n - 1 {
				row.FQName[i] = d.text()
			}
		}
		last := row.Key
		if d.byte() == 0 {
			last = asText(d.bytes())
		}
		switch {
		case above.joined != "" || n == 1:
			row.name = m.join(above.joined, last)
			row.FQName[n-1] = row.name[len(above.joined):]
		default:
			row.FQName[n-1] = m.join("", last)
			row.name = strings.Join(row.FQName, ":")
		}
	}
	if n := int(d.uint()); n > 0 {
		row.Parents = cut(&m.parents, n, 64)
		for i := range row.Parents {
			p := &row.Parents[i]
			p.Type = r.texts.take(&d)
			p.id = d.id()
			p.UUID, _ = m.takeKey(&d, p.id)
			p.at, p.micro = int64(d.uint()), d.int()
		}
	}
	row.dependents = int(d.uint())
	if len(d.b) > 0 {
		row.stored = m.bytes(len(d.b))
		copy(row.stored, d.b)
	}
	return row
}

// takeColumns takes the stored columns apart.
func (r *Row) takeColumns() {
	m := r.shared.slabs.Get().(*slabs)
	defer r.shared.slabs.Put(m)
	d := decoder{r.stored}
	r.stored = nil
	list := m.taken[:0]
	for len(d.b) > 0 {
		prefix, class := r.shared.takeClass(&d)
		flags := d.byte()
		list = append(list, Column{Row: r, JSON: flags&columnIsJSON != 0})
		c := &list[len(list)-1]
		switch {
		case flags&columnHasUUID != 0:
			c.Full = m.bytes(len(prefix) + 36)
			c.Key = c.Full[copy(c.Full, prefix):]
			k := d.id()
			k.append(c.Key[:0])
		case flags&columnHasKey != 0:
			key := d.bytes()
			c.Full = m.bytes(len(prefix) + len(key))
			c.Key = c.Full[copy(c.Full, prefix):]
			copy(c.Key, key)
		default:
			c.Full = m.bytes(len(prefix))
			copy(c.Full, prefix)
		}
		if class != nil {
			key := c.Key
			c.Column = class.Column
			c.Key = key
		} else {
			c.Column = contrail.ParseColumn(c.Full)
		}
		switch i := flags / columnValue; {
		case i > 0:
			c.Value = commonValues[i]
		case c.JSON:
			c.Value = d.bytes() // of r.stored, which nobody changes
		}
	}
	m.taken = list
	r.columns = cut(&m.columns, len(list), 64)
	copy(r.columns, list)
}
