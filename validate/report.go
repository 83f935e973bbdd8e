package validate

import (
	"fmt"
	"strings"

	"github.com/dumptool/dumptool/dump"
)

// The functions below are how rules report: what is wrong, about what they were given. A nil error of fmt is all that
// they can meet.

func (r *Report) row(row *Row, column, format string, args ...any) {
	r.Add(row.Finding(column, fmt.Sprintf(format, args...)))
}

// holder reports something about an object that has a number.
func (r *Report) holder(h *Holder, column, format string, args ...any) {
	r.at(h.UUID, rowPath(h.UUID, column), format, args...)
}

func (r *Report) column(c *Column, format string, args ...any) {
	r.Add(c.Finding(fmt.Sprintf(format, args...)))
}

func (r *Report) cell(c *Cell, format string, args ...any) {
	r.Add(c.Finding(fmt.Sprintf(format, args...)))
}

func (r *Report) node(n *Node, format string, args ...any) {
	r.Add(n.Finding(fmt.Sprintf(format, args...)))
}

func (r *Report) link(l *Link, format string, args ...any) {
	r.Add(l.Finding(fmt.Sprintf(format, args...)))
}

// at reports something about a place and, if uuid isn't empty, the object of that uuid.
func (r *Report) at(uuid, where, format string, args ...any) {
	r.Add(Finding{UUID: uuid, Where: where, Message: fmt.Sprintf(format, args...), Offset: -1})
}

// milder reports with another severity than the rule's.
func (r *Report) milder(s Severity, f Finding) {
	f.Severity = s
	r.Add(f)
}

// problemFinding makes a finding of a problem of the reader.
func problemFinding(p *dump.Problem) Finding {
	f := Finding{Where: p.Path, Message: p.Message, Offset: p.Offset}
	if f.Where == "" {
		f.Where = fmt.Sprintf("byte %d", p.Offset)
	}
	if path, err := dump.ParsePath(p.Path); err == nil && path.Level >= dump.AtRow && path.Level <= dump.AtColumn &&
		path.Keyspace == objectKeyspace && path.Table == objectTable {
		f.UUID = path.Row
	}
	if p.ID == "B-STR-4" && strings.HasPrefix(p.Message, "zookeeper is a list") {
		f.Severity = Warning // tolerated
	}
	return f
}
