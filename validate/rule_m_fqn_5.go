package validate

var _ = add(Rule{
	ID: "M-FQN-5", Severity: Error, Check: "fq_name_uuid_match", Class: "FQNIndexMissingError",
	Title: "an object is not in the index",
	Doc: "Without its entry in obj_fq_name_table an object can't be found by name, nor listed. A live export can hold some: the " +
		"tables are read one after the other.",
	Heal: "fq_name_index",
	Fix:  "add the entry, unless another object has the name",
	Identity: func(r *Report, x *Identity) {
		if x.Row == nil || x.Row.Type == "" || x.Row.FQName == nil {
			return
		}
		if !x.indexed() {
			r.unnamed.add(append([]byte(nil), x.Row.id[:]...))
		}
	},
	Name: func(r *Report, n *Namesakes) {
		for _, row := range n.Objects {
			if r.unnamed.count == 0 || !r.unnamed.has(row.id) {
				continue
			}
			r.fail(r.unnamed.err)
			same := 0
			for _, other := range n.Objects {
				if other.Name() == row.Name() {
					same++
				}
			}
			r.fixedIf(same == 1 && row.IsUUID, indexEdit(row)).row(row, "", "%s %s is not in obj_fq_name_table", row.Type, quoted(row.Name()))
		}
	},
})
