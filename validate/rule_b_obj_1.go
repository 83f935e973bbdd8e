package validate

var _ = add(Rule{
	ID: "B-OBJ-1", Severity: Error, Check: "objects",
	Title: "the row key of an object is no uuid",
	Doc:   "8-4-4-4-12 hexadecimal digits, in lower case: in upper case it is a warning.",
	Fix: "write a uuid in lower case, if no other row has it, and so wherever it names the row: in links, the index, obj_shared_table and perms2, " +
		"in useragent, dm_keyspace and svc_monitor_keyspace, and in nodes; what has a name of its own from a uuid keeps that, and so does a row whose new key another one has",
	Row: func(r *Report, row *Row) {
		switch {
		case !row.IsUUID:
			r.row(row, "", "the row key %s is no uuid", quoted(row.Key))
		case inUpperCase(row.Key):
			r.noteUpper(upperRow, row.Key, nil)
		}
	},
	Upper: func(r *Report, u *UpperKey) {
		switch {
		case u.Names == nil:
			if u.Free && u.Stuck {
				r = r.elsewhere() // the value is made a text first (B-STR-8)
			} else {
				r = r.fixedIf(u.Free, Edit{Op: RenameRow, Path: objectRow(u.Row.Key), Value: u.Lower, Stage: Rekey})
			}
			r.milder(Warning, u.Row.Finding("", "the row key is in upper case"))
		case u.Free && !u.Stuck:
			r.change(u.respell()...)
		}
	},
})
