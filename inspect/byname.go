package inspect

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/dumptool/dumptool/contrail"
)

// The tables that objects stand in.
const (
	objectKeyspace = "config_db_uuid"
	objectTable    = "obj_uuid_table"
	nameTable      = "obj_fq_name_table"
)

// ByName is a map from the names of a dump, which may hold lone surrogates (as
// WTF-8). In JSON its members are in the byte order of the names.
type ByName[T any] map[string]T

// Names returns the names in order.
func (m ByName[T]) Names() []string { return slices.Sorted(maps.Keys(m)) }

// MarshalJSON writes the members sorted, with lone surrogates as escapes.
func (m ByName[T]) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range m.Names() {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(contrail.AppendJSONString(nil, name, false))
		b.WriteByte(':')
		value, err := json.Marshal(m[name])
		if err != nil {
			return nil, err
		}
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
