package validate

import "github.com/dumptool/dumptool/contrail"

var _ = add(Rule{
	ID: "M-RTID-2", Severity: Error, Check: "route_targets_id", Class: "RTMalformedError",
	Title: "a route target is not target:ASN:NUMBER",
	Doc: "Of route targets in the index, and of the lists of networks and logical routers. ASN is a number or an IPv4 address. " +
		"After a malformed one the original goes on with the numbers of the one before; dumptool doesn't.",
	Clean: "stale_route_target_id",
	Fix:   "remove the element of the list, or the object",
	Keeps: targetLists,
	Index: func(r *Report, e *Entry) {
		if e.Type != "route_target" || e.UUID == nil {
			return
		}
		if _, ok := contrail.ParseRouteTarget(string(e.Name)); !ok {
			r.with(removeObject(string(e.UUID))).at(string(e.UUID), e.At(), "%s is no route target", quoted(string(e.Name)))
		}
	},
	Row: func(r *Report, row *Row) {
		eachListedTarget(row, func(column, name string) {
			if _, ok := contrail.ParseRouteTarget(name); !ok {
				r.with(dropTargets(row, column, func(name string) bool {
					_, ok := contrail.ParseRouteTarget(name)
					return !ok
				})).row(row, column, "%s is no route target", quoted(name))
			}
		})
	},
})
