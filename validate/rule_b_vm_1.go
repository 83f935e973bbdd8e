package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-VM-1", Severity: Warning, Check: "networks",
	Title: "a virtual machine has no interface",
	Doc:   "No back-reference and no child: a leftover.",
	Clean: "vm_with_no_vmi",
	Fix:   "remove the object",
	Row: func(r *Report, row *Row) {
		if row.Type == "virtual_machine" && row.countAll(contrail.ColumnBackref)+row.countAll(contrail.ColumnChild) == 0 {
			r.with(removeObject(row.Key)).row(row, "", "no back-reference and no child")
		}
	},
})
