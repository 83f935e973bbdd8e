package contrail

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// RouteTarget is the name of a route_target, target:ADMIN:NUMBER, taken apart.
type RouteTarget struct {
	ASN    uint32     // 0 if the administrator is an address
	Addr   netip.Addr // IPv4, or not valid if the administrator is an AS number
	Number uint64
}

// ParseRouteTarget reads the name of a route target (M-RTID-2).
func ParseRouteTarget(name string) (RouteTarget, bool) {
	parts := strings.Split(name, ":")
	if len(parts) != 3 || parts[0] != "target" {
		return RouteTarget{}, false
	}
	var rt RouteTarget
	var err error
	if rt.Number, err = strconv.ParseUint(parts[2], 10, 32); err != nil {
		return RouteTarget{}, false
	}
	if asn, err := strconv.ParseUint(parts[1], 10, 32); err == nil {
		rt.ASN = uint32(asn)
		return rt, true
	}
	if rt.Addr, err = netip.ParseAddr(parts[1]); err != nil || !rt.Addr.Is4() {
		return RouteTarget{}, false
	}
	return rt, true
}

// String returns the name of the route target.
func (rt RouteTarget) String() string {
	if rt.Addr.IsValid() {
		return fmt.Sprintf("target:%s:%d", rt.Addr, rt.Number)
	}
	return fmt.Sprintf("target:%d:%d", rt.ASN, rt.Number)
}

// RouteTargetScheme is how the schema transformer gives out the numbers of
// route targets; it depends on the width of the cluster's AS number.
type RouteTargetScheme struct {
	Sub   string // directory below /id/bgp/route-targets
	First uint64 // smallest number that is given out
	Last  uint64 // highest
}

// RouteTargetSchemeOf returns the scheme for a global AS number. Before R1908
// there was one scheme for all: that of two bytes, without the directory.
func RouteTargetSchemeOf(asn uint32) RouteTargetScheme {
	if asn > 0xffff {
		return RouteTargetScheme{Sub: "type1_2", First: 8000, Last: 8000 + 1<<15}
	}
	return RouteTargetScheme{Sub: "type0", First: 8000000, Last: 8000000 + 1<<24}
}

// Node returns the node that locks a number for its owner: the
// routing_instance or logical_router that row and value rtgt_num of
// to_bgp_keyspace/route_target_table name.
func (s RouteTargetScheme) Node(number uint64, owner string) ImpliedNode {
	return ImpliedNode{impliedPath(fmt.Sprintf("id/bgp/route-targets/%s/%010d", s.Sub, number)), owner}
}
