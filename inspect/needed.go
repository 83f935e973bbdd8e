package inspect

import (
	"strings"

	"github.com/dumptool/dumptool/contrail"
)

// needed says which columns of an object a gjson path can lead to, so that the
// others need not be decoded. The zero value needs all.
type needed struct {
	part string // the member of the object that the path begins with: props, refs, ..
	prop string // of props: the name of the property; empty for all
}

// neededBy reads the beginning of a path. Wherever it is not plain names and
// dots, everything is needed.
func neededBy(path string) needed {
	part, rest := plainStep(path)
	switch part {
	case "props":
		prop, _ := plainStep(strings.TrimPrefix(rest, "."))
		return needed{part, prop}
	case "refs", "backrefs", "children", "parent", "fq_name", "type", "uuid":
		return needed{part: part}
	}
	return needed{}
}

// plainStep cuts a name off a path that ends there or goes on with a dot or a
// pipe; it is empty if the path begins with anything else.
func plainStep(path string) (name, rest string) {
	i := 0
	for i < len(path) && (path[i] == '_' || path[i]-'0' <= 9 || path[i]|0x20-'a' <= 'z'-'a') {
		i++
	}
	if i == len(path) || path[i] == '.' || path[i] == '|' {
		return path[:i], path[i:]
	}
	return "", path
}

// column tells if the column with this decoded name is needed.
func (n needed) column(name []byte) bool {
	if n.part == "" {
		return true
	}
	col := contrail.ParseColumn(name)
	switch col.Kind {
	case contrail.ColumnType, contrail.ColumnFQName:
		return true
	case contrail.ColumnParent, contrail.ColumnParentType:
		return n.part == "parent"
	case contrail.ColumnRef:
		return n.part == "refs"
	case contrail.ColumnBackref:
		return n.part == "backrefs"
	case contrail.ColumnChild:
		return n.part == "children"
	case contrail.ColumnProp, contrail.ColumnPropList, contrail.ColumnPropMap:
		return n.part == "props" && (n.prop == "" || string(col.Name) == n.prop)
	}
	return false
}
