package patch

import "fmt"

// ConflictError says where the base is not what the patch expects.
type ConflictError struct {
	File  string
	Total int64 // all conflicts
	// Conflicts are the first of them.
	Conflicts []Conflict
}

// Conflict is a place at which a patch does not fit.
type Conflict struct {
	Path   string // as dump.Path writes it; of an unknown member its name
	Reason string
}

// mostConflicts are named.
const mostConflicts = 20

// Error names the conflicts.
func (e *ConflictError) Error() string {
	text := e.File + ": the patch does not fit"
	for i, c := range e.Conflicts {
		if i == 0 {
			text += ": "
		} else {
			text += "; "
		}
		text += c.Path + " " + c.Reason
	}
	if n := e.Total - int64(len(e.Conflicts)); n > 0 {
		text += fmt.Sprintf("; and %d more", n)
	}
	return text
}

// Location returns where the first conflict is, for machine-readable errors.
func (e *ConflictError) Location() (file string, offset int64, path string) {
	if len(e.Conflicts) > 0 {
		path = e.Conflicts[0].Path
	}
	return e.File, -1, path
}

func (e *ConflictError) add(path, reason string) {
	e.Total++
	if len(e.Conflicts) < mostConflicts {
		e.Conflicts = append(e.Conflicts, Conflict{Path: path, Reason: reason})
	}
}
