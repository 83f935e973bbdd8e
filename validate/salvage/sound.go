package salvage

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/internal/jsontree"
)

// rowSound reads a row with every check, and notes what it is like.
func (s *scan) rowSound(p dump.Place) bool {
	f := &s.facts
	*f = rowFacts{first: f.first[:0], last: f.last[:0], ordinary: true, json: true, node: f.node}
	look := !s.certain || !isKnown(s.in) || s.t.weakIn(p) >= 0
	s.row.ResetRow(s.t.at, p)
	ended := false
	for s.row.Next() {
		switch s.row.Kind() {
		case dump.CellRead:
			f.cells++
			if look {
				f.add(s.row.Cell())
			}
		case dump.RowEnd:
			ended = true
		}
	}
	return ended && s.row.Err() == nil
}

func (f *rowFacts) add(c *dump.Cell) {
	name := c.Name.Decoded()
	if len(f.first) < firstColumns {
		f.first = append(f.first, string(name))
	}
	if f.cells > 1 && bytes.Compare(f.last, name) >= 0 {
		f.ordinary = false
	}
	f.last = append(f.last[:0], name...)
	const digits = 16
	if c.Shape != 0 || len(c.Time) != digits {
		f.ordinary = false
	}
	if contrail.ParseColumn(name).Kind != contrail.ColumnUnknown {
		f.objects++
	}
	if c.Value.Long() || !c.Value.IsText {
		f.json = false // nobody looks
		return
	}
	value := c.Value.Text().Decoded()
	if _, ok := contrail.ParseShareColumn(name); ok {
		f.shares++
	} else if _, uuid, ok := contrail.SplitNameColumn(name); ok && contrail.ValidUUID(uuid) && string(value) == "null" {
		f.names++
	}
	if isDecimal(value) {
		f.decimals++
	}
	if bytes.Contains(value, []byte(`"py/`)) {
		f.pickled = true
	}
	n, err := jsontree.Parse(value)
	if err != nil {
		f.json = false
		return
	}
	switch string(name) {
	case "type":
		f.typ = n.Kind == jsontree.String
	case "fq_name":
		_, f.fqName = n.Strings()
	case "prop:id_perms":
		f.uuid = idPermsUUID(&n)
	}
}

// idPermsUUID is the uuid that id_perms holds, as its two halves.
func idPermsUUID(n *jsontree.Node) string {
	u := n.Member("uuid")
	if u == nil {
		return ""
	}
	var halves [2]uint64
	for i, name := range []string{"uuid_mslong", "uuid_lslong"} {
		m := u.Member(name)
		if m == nil {
			return ""
		}
		v, err := strconv.ParseUint(string(bytes.TrimSpace(m.Raw)), 10, 64)
		if err != nil {
			return ""
		}
		halves[i] = v
	}
	hex := fmt.Sprintf("%016x%016x", halves[0], halves[1])
	return hex[:8] + "-" + hex[8:12] + "-" + hex[12:16] + "-" + hex[16:20] + "-" + hex[20:]
}

// sound tells of a row whose text may be wrong that it is as it was: its columns
// ascend, its values are what they should be, and what a dump says twice agrees.
func (f *rowFacts) sound(in tableName, key string) bool {
	if !f.ordinary || f.cells == 0 {
		return false
	}
	if in.keyspace != configKeyspace {
		return true
	}
	if in.table == "obj_uuid_table" {
		return f.json && f.typ && f.fqName && f.uuid == key && f.objects == f.cells
	}
	return f.json
}

// nodeFacts are what is noted of a node while it is checked.
type nodeFacts struct {
	stat  []byte
	size  int64
	short bool
}

const (
	statNumbers = 11
	statLength  = 8 // which of them is the length of the data
)

// numbers are the numbers of the stat; nil if they aren't as they should be.
func (f *nodeFacts) numbers() [][]byte {
	parts := bytes.Split(bytes.Trim(f.stat, "[] \t\n\r"), []byte(","))
	if len(parts) != statNumbers {
		return nil
	}
	for i := range parts {
		if parts[i] = bytes.TrimSpace(parts[i]); !isDecimal(parts[i]) {
			return nil
		}
	}
	return parts
}

// statWhole tells of the node that was just checked that its stat is one of
// ZooKeeper's, so that it isn't something that only looks like a node.
func (s *scan) statWhole() bool { return s.facts.node.numbers() != nil }

// nodeTrusted tells of a node whose text may be wrong that it is as it was: its
// stat has the length of its data.
func (s *scan) nodeTrusted() bool {
	f := &s.facts.node
	n := f.numbers()
	return n != nil && f.size >= 0 && string(n[statLength]) == strconv.FormatInt(f.size, 10)
}
