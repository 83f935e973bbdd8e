package validate

var _ = add(Rule{
	ID: "B-SUB-10", Severity: Warning, Check: "networks",
	Title: "an address is not written in the usual way",
	Doc:   "Leading zeros, capital letters or more zeros than needed.",
	Fix:   "write it in the usual way",
	Held: func(r *Report, h *Held) {
		if h.Addr.IsValid() && h.Addr.String() != h.Text {
			r.with(setCell(addressColumn(h.Row), jsonText(h.Addr.String()))).row(h.Row, "prop:"+addressTypes[h.Row.Type], "%s is usually written %s", quoted(h.Text), h.Addr)
		}
	},
})
