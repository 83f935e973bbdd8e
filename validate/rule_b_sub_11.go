package validate

import (
	"slices"

	"github.com/dumptool/dumptool/contrail"
)

var _ = add(Rule{
	ID: "B-SUB-11", Severity: Error, Check: "networks",
	Title: "the node of an address holds a uuid of no address object, or of one with another address",
	Doc:   "Except the network, broadcast, gateway and DNS address. Owners that aren't uuids are services.",
	Clean: "subnet_addr_alloc",
	Fix:   "remove the node, or set it to the object that has the address",
	Lock: func(r *Report, l *Lock) {
		if l.Special {
			return
		}
		for _, n := range l.Locks {
			if !contrail.ValidUUID(n.Owner) || slices.ContainsFunc(l.Holders, func(h HeldBy) bool { return h.UUID == n.Owner }) {
				continue
			}
			row := r.Row(n.Owner)
			if row == nil || addressTypes[row.Type] == "" {
				edits, ok := r.unlockEdit(l, &n)
				r.fixedIf(ok, edits...).at("", nodePath(n.Path), "%s is no instance, floating or alias IP", n.Owner)
				continue
			}
			text, _ := textOf(row.Prop(addressTypes[row.Type]))
			if a := lenientAddress(text); a.IsValid() && l.Addr.IsValid() && a != l.Addr {
				edits, ok := r.unlockEdit(l, &n)
				r.fixedIf(ok, edits...).at("", nodePath(n.Path), "%s %s has the address %s", row.Type, n.Owner, text)
			}
		}
	},
})
