package validate

import (
	"slices"
	"strconv"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

var _ = add(Rule{
	ID: "M-RTID-6", Severity: Error, Check: "route_targets_id", Class: "ZkRTgtIdExtraError",
	Title: "ZooKeeper has a route target number that not both table and object have for this owner",
	Doc:   "Both route_target_table and the route target's own references must name the owner of the node.",
	Clean: "stale_route_target_id",
	Fix:   "remove the node if neither has it, name the owner that both have, or add the row of the table that the references speak for",
	System: func(r *Report, s *System) {
		if !s.HasNode {
			return
		}
		inSchema, inConfig := slices.Contains(s.Schema, s.Node.Owner), s.Row != nil && s.Owner == s.Node.Owner
		agreed := s.agreed()
		switch {
		case inSchema && inConfig:
		case agreed != "" && agreed != s.Node.Owner:
			r.with(r.targetNode(s, agreed)).at("", nodePath(s.Node.Path), "%d of %s is that of %s", s.N, quoted(s.Node.Owner), quoted(agreed))
		case inConfig:
			r.fixedIf(len(s.Schema) == 0 && r.inRange(s) && r.ownerLives(s.Node.Owner), r.schemaEdit(s.Node.Owner, s.N)).at("", nodePath(s.Node.Path), "%d of %s is not in route_target_table", s.N, quoted(s.Node.Owner))
		case inSchema:
			r.at("", nodePath(s.Node.Path), "%d of %s has no route target that belongs to it", s.N, quoted(s.Node.Owner))
		default:
			r.fixedIf(s.Row == nil || s.Owner == noOwner || s.N < contrail.RouteTargetSchemeOf(r.asn).First, dropNode(s.Node.Path).in(Clear)).at("", nodePath(s.Node.Path), "%d of %s is neither in route_target_table nor a route target of it", s.N, quoted(s.Node.Owner))
		}
	},
})

// schemaEdit gives an owner its row of route_target_table, if it has none.
func (r *Report) schemaEdit(owner string, n uint64) Edit {
	p := schemaRow(owner)
	p.Level, p.Column = dump.AtColumn, "rtgt_num"
	e := setCell(p, strconv.FormatUint(n, 10))
	e.IfAbsent = true
	return e
}
