package validate

import "github.com/dumptool/dumptool/dump"

var _ = add(Rule{
	ID: "B-SHR-1", Severity: Error, Check: "objects",
	Title: "an entry of obj_shared_table is malformed, or its object isn't there",
	Doc:   "global::UUID, tenant:UUID:UUID or domain:UUID:UUID, of an object of the type of the row.",
	Fix:   "remove the entry",
	Share: func(r *Report, s *Sharing) {
		switch {
		case !s.Present:
		case s.Malformed:
			r.with(dropCell(shareCellPath(s))).at("", sharePath(s), "the column %s has not the parts that it must have", quoted(s.Column))
		case s.Row == nil:
			r.with(dropCell(shareCellPath(s)).since(s.UUID)).at("", sharePath(s), "object %s doesn't exist", s.UUID)
		case s.Row.Type != s.Type:
			r.fixedIf(s.Row.Type != "", dropCell(shareCellPath(s)).in(Clear)).at(s.UUID, sharePath(s), "the object is of type %s", s.Row.Type)
		}
	},
})

func sharePath(s *Sharing) string {
	return shareCellPath(s).String()
}

func shareCellPath(s *Sharing) dump.Path {
	return dump.Path{Level: dump.AtColumn, Keyspace: objectKeyspace, Table: sharedTable, Row: s.Type, Column: s.Column}
}
