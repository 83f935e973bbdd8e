package graft

import (
	"fmt"
	"io"
	"math"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/apply"
	"github.com/dumptool/dumptool/export/restore"
)

const (
	objectKeyspace = "config_db_uuid"
	objectTable    = "obj_uuid_table"
	nameTable      = "obj_fq_name_table"
	sharedTable    = "obj_shared_table"
)

func isObjects(r *dump.Reader) bool {
	return r.Table() == objectTable && r.Keyspace() == objectKeyspace
}

// isIndex tells of the tables in which objects have columns.
func isIndex(keyspace, table string) bool {
	return keyspace == objectKeyspace && (table == nameTable || table == sharedTable)
}

// indexed returns the uuid at the end of a column of an index table.
func indexed(column []byte) []byte {
	if _, uuid, ok := contrail.SplitNameColumn(column); ok {
		return uuid
	}
	return nil
}

// text returns the decoded text of a value that is one.
func text(v *dump.Value) ([]byte, error) {
	if !v.IsText {
		return nil, nil
	}
	if v.Long() {
		return io.ReadAll(v.OpenDecoded())
	}
	return v.Text().Decoded(), nil
}

// source is a dump with what it says beyond its original format.
type source struct {
	d      *dump.Dump
	extras restore.Extras
}

// bytes returns key, name and value of the cell that a reader stands at, as they are in the database.
func (s *source) bytes(r *dump.Reader) (key, name []byte, v *apply.Value, err error) {
	c := r.Cell()
	extra, err := s.extras.Cell(r.Keyspace(), r.Table(), r.Key(), c)
	if err != nil {
		return nil, nil, nil, err
	}
	if key = extra.Key; key == nil {
		key = r.Key().Decoded()
	}
	if name = extra.Name; name == nil {
		name = c.Name.Decoded()
	}
	v = &apply.Value{Data: extra.Value, Expires: extra.Expiry}
	if v.Data == nil {
		if v.Data, err = text(&c.Value); err != nil {
			return nil, nil, nil, err
		}
	}
	v.Time, _ = c.Microseconds()
	return key, name, v, nil
}

// refuse finds what may not be written of a wanted cell.
func refuse(r *dump.Reader, latest int64) error {
	c := r.Cell()
	place := func() string {
		return dump.Path{Level: dump.AtColumn, Keyspace: r.Keyspace(), Table: r.Table(), Row: r.Key().String(), Column: c.Name.String()}.String()
	}
	t, ok := c.Microseconds()
	switch {
	case !c.Value.IsText:
		return fmt.Errorf("%s: a value that is not text (A7): what is meant by it is not certain, repair the dump", place())
	case ok && t > latest:
		return fmt.Errorf("%s: a timestamp in the future, which would hide later writes: use --now, or repair the dump", place())
	case ok && t == math.MinInt64:
		return fmt.Errorf("%s: a timestamp that Cassandra does not take: use --now, or repair the dump", place())
	}
	return nil
}

// node returns data and ACL of a node as they are in the database.
func (s *source) node(z *dump.ZNode) (v *apply.NodeValue, ephemeral bool, err error) {
	extra, err := s.extras.Node(z)
	if err != nil {
		return nil, false, err
	}
	owner := z.EphemeralOwner()
	v = &apply.NodeValue{Data: extra.Data, Null: !z.Data.IsText}
	if v.Data == nil {
		if v.Data, err = text(&z.Data); err != nil {
			return nil, false, err
		}
	}
	for _, a := range extra.ACL {
		v.ACL = append(v.ACL, apply.ACL{Perms: a.Perms, Scheme: a.Scheme, ID: a.ID})
	}
	return v, extra.Ephemeral || owner != nil && string(owner) != "0", nil
}
