package validate

import "strconv"

var _ = add(Rule{
	ID: "X-GSC", Severity: Fatal, Check: "global_system_config",
	Title: "the system has no AS number",
	Doc: "global_system_config default-global-system-config is not indexed, has no row, or prop:autonomous_system is absent or not a number " +
		"in 1..4294967295. The original tool doesn't start then; dumptool goes on with 64512, or --asn.",
	Whole: func(r *Report, v *Inventory) {
		if v.ASNProblem == "" {
			return
		}
		if v.GSC != nil {
			r.fixedIf(r.o.ASN != 0, setCell(objectCell(v.GSC.Key, "prop:autonomous_system"), strconv.FormatUint(uint64(r.o.ASN), 10))).row(v.GSC, "prop:autonomous_system", "%s; route targets are checked for AS number %d", v.ASNProblem, v.ASN)
			return
		}
		r.at("", objectKeyspace+"/"+nameTable+"/global_system_config", "%s; route targets are checked for AS number %d", v.ASNProblem, v.ASN)
	},
})
