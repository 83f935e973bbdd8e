package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "M-RTID-3", Severity: Error, Check: "route_targets_id", Class: "CassRTRangeError",
	Title: "a user has a route target of the system's range",
	Doc:   "An element of the lists of a network or logical router with the system's AS number and a number that the system gives out itself.",
	Clean: "stale_route_target_id",
	Fix:   "remove the element of the list",
	Of:    []string{"virtual_network", "logical_router"},
	Entity: func(r *Report, row *Row) {
		scheme := contrail.RouteTargetSchemeOf(r.asn)
		system := func(name string) bool {
			rt, ok := contrail.ParseRouteTarget(name)
			return ok && !rt.Addr.IsValid() && rt.ASN == r.asn && rt.Number >= scheme.First
		}
		eachListedTarget(row, func(column, name string) {
			if system(name) {
				r.with(dropTargets(row, column, system)).row(row, column, "%s is in the range that the system gives out, from %d", name, scheme.First)
			}
		})
	},
})
