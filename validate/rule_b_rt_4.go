package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-RT-4", Severity: Warning, Check: "networks",
	Title: "a route target of another AS number is in the range of the system's",
	Doc:   "As if the AS number of the system had been changed after it was made.",
	Of:    []string{"route_target"},
	Entity: func(r *Report, row *Row) {
		rt, ok := contrail.ParseRouteTarget(row.Name())
		if !ok || rt.Addr.IsValid() || rt.ASN == r.asn || rt.ASN == 0 {
			return
		}
		if s := contrail.RouteTargetSchemeOf(rt.ASN); rt.Number >= s.First && rt.Number <= s.Last {
			r.row(row, "fq_name", "AS number %d is not that of the system, %d, but %d is a number that systems give out", rt.ASN, r.asn, rt.Number)
		}
	},
})
