package validate

import (
	"net/netip"
	"slices"

	"github.com/tidwall/gjson"
)

var _ = add(Rule{
	ID: "B-SUB-3", Severity: Error, Check: "networks",
	Title: "gateway, DNS server or a pool of a subnet lies outside of it",
	Doc:   "Or a pool is turned round, or two of them overlap.",
	Network: func(r *Report, n *Network) {
		for i := range n.Subnets {
			s := &n.Subnets[i]
			if !s.Prefix.IsValid() {
				continue
			}
			e := gjson.Parse(s.raw)
			for _, member := range []string{"default_gateway", "dns_server_address"} {
				if text, ok := textOf(e.Get(member)); ok && text != "" && text != "None" {
					if a, err := netip.ParseAddr(text); err != nil || !a.IsUnspecified() && !s.Contains(a) {
						r.subnet(s, "%s %s is not in %s", member, quoted(text), s.Text)
					}
				}
			}
			r.pools(s, e.Get("allocation_pools"))
		}
	},
})

// pools judges the allocation pools of a subnet.
func (r *Report) pools(s *SubnetView, list gjson.Result) {
	type pool struct{ start, end netip.Addr }
	var pools []pool
	list.ForEach(func(_, e gjson.Result) bool {
		startText, _ := textOf(e.Get("start"))
		endText, _ := textOf(e.Get("end"))
		start, err := netip.ParseAddr(startText)
		end, errEnd := netip.ParseAddr(endText)
		switch {
		case err != nil || errEnd != nil || !s.Contains(start) || !s.Contains(end):
			r.subnet(s, "the allocation pool %s-%s is not in %s", startText, endText, s.Text)
		case end.Less(start):
			r.subnet(s, "the allocation pool %s-%s is turned round", startText, endText)
		default:
			pools = append(pools, pool{start, end})
		}
		return true
	})
	slices.SortFunc(pools, func(a, b pool) int { return a.start.Compare(b.start) })
	for i := range pools[min(1, len(pools)):] {
		if a, b := pools[i], pools[i+1]; !a.end.Less(b.start) {
			r.subnet(s, "the allocation pools %s-%s and %s-%s overlap", a.start, a.end, b.start, b.end)
		}
	}
}
