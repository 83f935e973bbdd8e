package restore

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/dumptool/dumptool/dump"
)

// strangers finds what others than the import have done where it has written.
type strangers struct {
	// partly tells that a part of what the import would write may be missing: it did not end, or is being taken back.
	partly bool
	tables map[string]bool // that are there, by KEYSPACE.TABLE
	// existing are the nodes that were there before the import, which may have been changed then.
	existing []string
	findings *findings
}

const (
	writtenSince = "somebody else has written since the import"
	deletedSince = "somebody else has deleted since the import"
)

// missing tells if it means nothing that something is missing.
func (s *strangers) missing() bool { return s != nil && s.partly }

// absent tells that a table is not there.
func (s *strangers) absent(keyspace, table string) bool {
	return s != nil && !s.tables[keyspace+"."+table]
}

// node looks at the stat of a live node, and tells if that says enough already.
func (s *strangers) node(path string, z *dump.ZNode) bool {
	if slices.Contains(s.existing, path) {
		return false
	}
	var stat []json.Number
	if json.Unmarshal(z.Stat, &stat) == nil && len(stat) > 7 && (stat[4] != "0" || stat[7] != "0") {
		s.findings.add("written-since", true, nodePlace(path), writtenSince)
		return true
	}
	return false
}

func (s *strangers) nodeDiffers(path string, gone bool) {
	if gone {
		s.findings.add("deleted-since", true, nodePlace(path), deletedSince)
		return
	}
	s.findings.add("written-since", true, nodePlace(path), writtenSince)
}

// stranger notes a cell that is not as the import has written it.
func (r *differing) stranger(wanted, found []byte) error {
	c := r.comparison
	side, rec := 1, found
	if found == nil {
		side, rec = 0, wanted
	}
	key, err := c.key(side)
	if err != nil {
		return err
	}
	table := c.names[binary.BigEndian.Uint32(r.identity)]
	place := dump.Path{Level: dump.AtColumn, Keyspace: table[0], Table: table[1]}
	if err := json.Unmarshal(key, &place.Row); err != nil {
		return err
	}
	at, end := binary.BigEndian.Uint64(rec[33:]), binary.BigEndian.Uint64(rec[41:])
	// The name stands first.
	text := io.NewSectionReader(c.sides[side].text, int64(at), int64(end-at))
	token, err := json.NewDecoder(text).Token()
	if err != nil {
		return err
	}
	place.Column = fmt.Sprint(token)
	if found == nil {
		c.others.findings.add("deleted-since", true, place.String(), deletedSince)
	} else {
		c.others.findings.add("written-since", true, place.String(), writtenSince)
	}
	return nil
}
