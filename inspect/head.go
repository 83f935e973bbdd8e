package inspect

import (
	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsontree"
)

// head is what tells an object from others: its type and its name.
type head struct {
	typ    string   // empty if the row has none
	fqName []string // nil if the row has none that is a list of texts
	buf    []byte
}

func (h *head) reset() { h.typ, h.fqName = "", nil }

// add looks at a cell of a row of obj_uuid_table.
func (h *head) add(c *dump.Cell) {
	switch {
	case c.Name.Is("type"):
		h.typ = typeName(dump.Text{Raw: c.Value.Raw(), Canonical: c.Value.IsText && c.Value.Text().Canonical}, c.Value.IsText)
	case c.Name.Is("fq_name") && c.Value.IsText:
		h.fqName = nil
		h.buf = c.Value.Text().AppendDecoded(h.buf[:0])
		if n, err := jsontree.Parse(h.buf); err == nil {
			if parts, ok := n.Strings(); ok {
				h.fqName = parts
			}
		}
	}
}

// isType tells if the row is of a type, in either spelling.
func (h *head) isType(name string) bool {
	return h.typ == name || h.typ != "" && contrail.NormalizeType(h.typ) == contrail.NormalizeType(name)
}

// isObjects tells if a reader stands in the table of objects.
func isObjects(r *dump.Reader) bool {
	return r.Table() == objectTable && r.Keyspace() == objectKeyspace
}
