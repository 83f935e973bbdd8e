package filter

import (
	"fmt"
	"strings"
)

// NotFoundError says that the dump does not have what a selection names.
type NotFoundError struct {
	File string
	What string // object, type, keyspace, table, or line of a list
	Name string
	Near []string // what may have been meant
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("%s: there is no %s %s", e.File, e.What, e.Name)
}

// Hint says what may have been meant.
func (e *NotFoundError) Hint() string {
	if len(e.Near) == 0 {
		return ""
	}
	return "did you mean " + strings.Join(e.Near, " or ") + "?"
}
