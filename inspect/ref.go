package inspect

import (
	"errors"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// Ref says which one thing of a dump is meant.
type Ref struct {
	Text string // as it was given
	// One of these is set: a uuid, or the beginning of one, in small letters;
	// type and name of an object; the path of a row, a column or a znode.
	UUID string
	Type string // with underscores
	Name string // parts joined by colons, raw or as an index table has it
	Path dump.Path
}

// ParseRef reads a reference:
//
//	UUID                             or the beginning of one
//	TYPE:fq:name                     type with hyphens or underscores
//	KEYSPACE/TABLE/ROWKEY[/COLUMN]   see dump.Path
//	zk:/path
func ParseRef(text string) (Ref, error) {
	r := Ref{Text: text}
	if isUUIDPrefix(text) {
		r.UUID = strings.ToLower(text)
		return r, nil
	}
	separator := strings.IndexAny(text, ":/")
	switch {
	case separator < 0:
		return r, errors.New("it is neither a uuid, nor TYPE:fq:name, nor KEYSPACE/TABLE/ROWKEY, nor zk:/path")
	case strings.HasPrefix(text, "zk:"), text[separator] == '/':
		var err error
		r.Path, err = dump.ParsePath(text)
		if err == nil && r.Path.Level < dump.AtRow {
			err = errors.New("it names no row: want KEYSPACE/TABLE/ROWKEY[/COLUMN]; ls shows what is there")
		}
		return r, err
	case separator == 0, separator == len(text)-1:
		return r, errors.New("want TYPE:fq:name, with neither empty")
	}
	r.Type, r.Name = contrail.NormalizeType(text[:separator]), text[separator+1:]
	return r, nil
}

// isUUIDPrefix tells if text is the beginning of a uuid.
func isUUIDPrefix(text string) bool {
	const form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
	if text == "" || len(text) > len(form) {
		return false
	}
	for i := range len(text) {
		c := text[i]
		if isHyphen := form[i] == '-'; isHyphen != (c == '-') || !isHyphen && c-'0' > 9 && c|0x20-'a' > 5 {
			return false
		}
	}
	return true
}

// isObject tells if the reference is to a row of obj_uuid_table.
func (r Ref) isObject() bool {
	return r.UUID != "" || r.Type != "" || r.Path.Level == dump.AtRow && r.Path.Keyspace == objectKeyspace && r.Path.Table == objectTable
}
