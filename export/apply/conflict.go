package apply

import (
	"fmt"
	"sync"
)

// ConflictError says where the databases are not as expected.
type ConflictError struct {
	Doing string // what was being done, such as "the patch does not fit"
	Total int64  // all conflicts
	// Conflicts are the first of them.
	Conflicts []Conflict
}

// Conflict is a place that is not as expected.
type Conflict struct {
	Path   string `json:"path"` // as dump.Path writes it
	Reason string `json:"reason"`
}

// mostConflicts are named.
const mostConflicts = 20

// Error names the conflicts.
func (e *ConflictError) Error() string {
	text := e.Doing
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
	return "live:", -1, path
}

// conflicts collects conflicts; several goroutines may add some.
type conflicts struct {
	mu sync.Mutex
	e  ConflictError
}

func (c *conflicts) add(path, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.e.Total++
	if len(c.e.Conflicts) < mostConflicts {
		c.e.Conflicts = append(c.e.Conflicts, Conflict{path, reason})
	}
}

// err is the error of all that were added; nil if there are none.
func (c *conflicts) err(doing string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.e.Total == 0 {
		return nil
	}
	e := c.e
	e.Doing = doing
	return &e
}
