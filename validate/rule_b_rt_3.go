package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "B-RT-3", Severity: Error, Check: "networks",
	Title: "the number of a route target is too large, or its AS number 0",
	Doc: "Of the system's own the allocator gives out numbers up to 24777216, with an AS number of four bytes 40768. Behind an AS number of four " +
		"bytes or an address there is room for 65535.",
	Of: []string{"route_target"},
	Entity: func(r *Report, row *Row) {
		rt, ok := contrail.ParseRouteTarget(row.Name())
		if !ok {
			return
		}
		scheme := contrail.RouteTargetSchemeOf(r.asn)
		switch {
		case !rt.Addr.IsValid() && rt.ASN == 0:
			r.row(row, "fq_name", "the AS number is 0")
		case (rt.Addr.IsValid() || rt.ASN > 65535) && rt.Number > 65535:
			r.row(row, "fq_name", "%d is above 65535", rt.Number)
		case !rt.Addr.IsValid() && rt.ASN == r.asn && rt.Number > scheme.Last:
			r.row(row, "fq_name", "%d is above %d, the highest that the system gives out", rt.Number, scheme.Last)
		}
	},
})
