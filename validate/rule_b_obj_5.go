package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-OBJ-5", Severity: Error, Check: "objects",
	Title: "a column of an object has a malformed name",
	Doc: "Of the links exactly three parts, the last a uuid; of the others the parts that they must have. A column of an unknown kind is a " +
		"warning, and is carried through.",
	Fix: "remove malformed columns of known kinds",
	Column: func(r *Report, c *Column) {
		switch {
		case c.Malformed:
			r.with(dropCell(objectCell(c.Row.Key, string(c.Full)))).column(c, "the column %s has not the parts that it must have", quoted(string(c.Full)))
		case c.Kind == contrail.ColumnUnknown:
			r.milder(Warning, c.Finding("unknown column "+quoted(string(c.Full))))
		case c.Kind.IsLink() && !c.KeyIsUUID && !contrail.ValidUUID(c.Key):
			r.with(dropCell(objectCell(c.Row.Key, string(c.Full)))).column(c, "the column %s ends in no uuid", quoted(string(c.Full)))
		}
	},
})
