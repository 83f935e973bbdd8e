package validate

import (
	"strconv"
	"strings"
)

var _ = add(Rule{
	ID: "B-TGT-9", Severity: Fatal, Check: "target", Target: true,
	Title: "the original importer can't write to the target",
	Doc:   "Cassandra has no Thrift since version 4. dumptool imports by CQL.",
	Whole: func(r *Report, v *Inventory) {
		major, _, _ := strings.Cut(v.Target.CassandraVersion, ".")
		if n, err := strconv.Atoi(major); err == nil && n >= 4 {
			r.at("", "cassandra", "Cassandra %s has no Thrift", v.Target.CassandraVersion)
		}
	},
})
