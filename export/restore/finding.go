package restore

import (
	"fmt"
	"strings"
)

// Finding is something about the dump or the databases that the import has to do with.
type Finding struct {
	ID      string `json:"id"`
	Refuses bool   `json:"refuses"` // the import is not begun
	Count   int64  `json:"count"`
	Message string `json:"message"`
	// Where are the places, the first few of them.
	Where []string `json:"where"`
}

// FewPlaces is how many places a finding has at most.
const FewPlaces = 10

// findings collects findings by their id.
type findings struct {
	list []*Finding
	byID map[string]*Finding
}

// add notes a finding at a place. The message is that of the first one.
func (f *findings) add(id string, refuses bool, where, format string, args ...any) {
	if f.byID == nil {
		f.byID = map[string]*Finding{}
	}
	found := f.byID[id]
	if found == nil {
		found = &Finding{ID: id, Refuses: refuses, Message: fmt.Sprintf(format, args...), Where: []string{}}
		f.byID[id] = found
		f.list = append(f.list, found)
	}
	found.Count++
	if where != "" && len(found.Where) < FewPlaces {
		found.Where = append(found.Where, where)
	}
}

// RefusedError says why an import, or taking one back, was not begun. Nothing was written.
type RefusedError struct {
	What     string // is refused
	Findings []Finding
}

func (e *RefusedError) Error() string {
	lines := []string{e.What}
	for _, f := range e.Findings {
		if f.Refuses {
			lines = append(lines, "  "+f.String())
		}
	}
	return strings.Join(lines, "\n")
}

// String gives message, number and places.
func (f *Finding) String() string {
	text := f.Message
	if f.Count > 1 {
		text += fmt.Sprintf(" (%d times)", f.Count)
	}
	if len(f.Where) > 0 {
		text += ": " + strings.Join(f.Where, ", ")
		if f.Count > int64(len(f.Where)) {
			text += ", …"
		}
	}
	return text
}
