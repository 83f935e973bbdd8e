package dump

import (
	"fmt"
	"strings"
)

// Problem is something about a dump that is not as it should be. It is also the
// error that a Reader ends with.
type Problem struct {
	// ID is the rule of the catalogue of checks: B-STR-*, B-ENC-*.
	ID string
	// Damage tells that a reader without OnProblem stops. Otherwise what was
	// met is odd but has one meaning and is kept as it is.
	Damage bool
	// Fatal tells that nothing after this place can be read.
	Fatal   bool
	Message string
	File    string
	Offset  int64  // in the uncompressed text, in bytes; -1 if there is no place
	Path    string // keyspace/table/row key/column, or zookeeper[...]; may be empty
	Err     error  // the cause, where there is one
}

// Error gives file, message, path and offset.
func (p *Problem) Error() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File)
		b.WriteString(": ")
	}
	b.WriteString(p.Message)
	if p.Offset >= 0 {
		fmt.Fprintf(&b, " at byte %d", p.Offset)
	}
	if p.Path != "" {
		b.WriteString(", in ")
		b.WriteString(p.Path)
	}
	return b.String()
}

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Err }

// Location returns where the problem is, for machine-readable errors.
func (p *Problem) Location() (file string, offset int64, path string) {
	return p.File, p.Offset, p.Path
}
