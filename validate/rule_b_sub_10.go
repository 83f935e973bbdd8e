package validate

import "net/netip"

var _ = add(Rule{
	ID: "B-SUB-10", Severity: Warning, Check: "networks",
	Title: "an address is not written in the usual way",
	Doc:   "Leading zeros, capital letters or more zeros than needed.",
	Fix:   "write it in the usual way",
	Held: func(r *Report, h *Held) {
		if h.Addr.IsValid() && !isWrittenAs(h.Addr, h.Text) {
			r.with(setCell(addressColumn(h.Row), jsonText(h.Addr.String()))).row(h.Row, "prop:"+addressTypes[h.Row.Type], "%s is usually written %s", quoted(h.Text), h.Addr)
		}
	},
})

func isWrittenAs(a netip.Addr, text string) bool {
	var memory [64]byte
	return string(a.AppendTo(memory[:0])) == text
}
