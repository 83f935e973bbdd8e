package textconv

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsontree"
)

// cellText is a cell that is held while its row lasts.
type cellText struct {
	column string
	value  string // decoded text, or JSON where it isn't text
	text   bool   // the value is text
	long   string // says what stands for a value that is not held
	time   string
	extra  string
}

// objectRow is a row of obj_uuid_table while it goes by.
type objectRow struct {
	uuid, typ, name string
	cells           []cellText
	size            int
	wide            bool
}

// maxRow is the number of bytes of a row that are held.
const maxRow = 4 << 20

func (o *objectRow) begin(uuid string) {
	*o = objectRow{uuid: uuid, cells: o.cells[:0]}
}

func (o *objectRow) add(cell *dump.Cell) error {
	t, err := textOf(cell)
	if err != nil {
		return err
	}
	switch t.column {
	case "type":
		if n, err := jsontree.Parse([]byte(t.value)); err == nil && n.Kind == jsontree.String {
			o.typ = n.Text
		}
	case "fq_name":
		if n, err := jsontree.Parse([]byte(t.value)); err == nil {
			if parts, ok := n.Strings(); ok {
				o.name = contrail.JoinName(parts)
			}
		}
	}
	if o.wide {
		return nil
	}
	o.size += len(t.column) + len(t.value) + len(t.extra) + 128
	if o.size > maxRow {
		o.wide, o.cells = true, nil
		return nil
	}
	o.cells = append(o.cells, t)
	return nil
}

// textOf takes what is shown of a cell out of it.
func textOf(cell *dump.Cell) (cellText, error) {
	t := cellText{column: cell.Name.String(), text: cell.Value.IsText, time: string(cell.Time), extra: string(cell.Extra)}
	value, err := held(&cell.Value)
	t.value = string(value)
	if err == nil && cell.Value.Long() {
		t.long, t.value = t.value, ""
	}
	return t, err
}

// held is the decoded text of a value. One that is too long to be held is
// described by its length and a hash, so that a change of it is seen.
func held(v *dump.Value) ([]byte, error) {
	if !v.Long() {
		if v.IsText {
			return v.Text().Decoded(), nil
		}
		return v.Raw(), nil
	}
	h := xxh3.New()
	n, err := io.Copy(h, v.OpenDecoded())
	if err != nil {
		return nil, err
	}
	sum := h.Sum128()
	return fmt.Appendf(nil, "(%d bytes, xxh3 %016x%016x)", n, sum.Hi, sum.Lo), nil
}

func (c *converter) cell(typ string, cell *dump.Cell) error {
	t, err := textOf(cell)
	if err != nil {
		return err
	}
	return c.stored(typ, &t)
}

// stored writes the lines of a cell. typ is the type of the object, empty in
// other tables.
func (c *converter) stored(typ string, t *cellText) error {
	object := string(c.key[:1]) == objectSection
	if object && !c.o.All && repeats(t.column) {
		return nil
	}
	name := t.column
	if c.o.All && t.time != "" {
		if err := c.line(t.column, name+" (written) = "+t.time); err != nil {
			return err
		}
	}
	if t.extra != "" {
		name += " (and " + strings.Trim(t.extra, ", ") + ")"
	}
	value := []byte(t.value)
	switch {
	case t.long != "":
		return c.line(t.column, name+" = "+t.long)
	case object && !c.o.ShowSecrets:
		value = contrail.Mask(typ, []byte(t.column), value)
	case !object:
		value = c.maskBlob(value)
	}
	switch {
	case !t.text:
		return c.line(t.column, name+" (stored as JSON) = "+string(value))
	case object || c.config:
		return c.leaves(t.column, name, value)
	}
	return c.line(t.column, name+" = "+c.quoted(value))
}

// repeats tells of a column of an object that it changes by itself, or only
// says what another row says.
func repeats(column string) bool {
	switch contrail.ParseColumn([]byte(column)).Kind {
	case contrail.ColumnBackref, contrail.ColumnChild, contrail.ColumnRelaxBackref, contrail.ColumnMeta:
		return true
	}
	return column == "type"
}

// leaves writes a line for each leaf of a JSON value; a text that is no JSON is
// one leaf.
func (c *converter) leaves(column, name string, value []byte) error {
	n, err := jsontree.Parse(value)
	if err != nil {
		return c.line(column, name+" (not JSON) = "+c.quoted(value))
	}
	return c.leaf(column, name, &n)
}

func (c *converter) leaf(column, path string, n *jsontree.Node) error {
	switch {
	case n.Kind == jsontree.Object && len(n.Nodes) > 0:
		order := make([]int, len(n.Names))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int { return strings.Compare(n.Names[a], n.Names[b]) })
		for _, i := range order {
			if !c.o.All && column == "prop:id_perms" && n.Names[i] == "last_modified" && path == column {
				continue
			}
			if err := c.leaf(column, path+"."+n.Names[i], &n.Nodes[i]); err != nil {
				return err
			}
		}
		return nil
	case n.Kind == jsontree.Array && len(n.Nodes) > 0 && !allPlain(n):
		for i := range n.Nodes {
			if err := c.leaf(column, fmt.Sprintf("%s[%d]", path, i), &n.Nodes[i]); err != nil {
				return err
			}
		}
		return nil
	}
	return c.line(column, path+" = "+c.compact(n))
}

// allPlain tells of a short list without anything that has parts: it stands on
// one line, as an fq_name does.
func allPlain(n *jsontree.Node) bool {
	const most = 16
	if len(n.Nodes) > most {
		return false
	}
	for i := range n.Nodes {
		if k := n.Nodes[i].Kind; k == jsontree.Array || k == jsontree.Object {
			return false
		}
	}
	return true
}

// compact spells a leaf always the same.
func (c *converter) compact(n *jsontree.Node) string {
	switch n.Kind {
	case jsontree.String:
		return c.quoted([]byte(n.Text))
	case jsontree.Array:
		parts := make([]string, len(n.Nodes))
		for i := range n.Nodes {
			parts[i] = c.compact(&n.Nodes[i])
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case jsontree.Object:
		return "{}"
	}
	return strings.TrimSpace(string(n.Raw))
}

// quoted spells a text as a JSON string with its letters readable.
func (c *converter) quoted(text []byte) string {
	return string(contrail.AppendJSONString(nil, text, false))
}

func (c *converter) maskBlob(text []byte) []byte {
	if c.o.ShowSecrets {
		return text
	}
	return contrail.MaskBlob(text)
}
