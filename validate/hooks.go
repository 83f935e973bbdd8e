package validate

// hook is a function of a rule with the report that it writes to.
type hook[V any] struct {
	f   func(*Report, V)
	rep *Report
}

type hookList[V any] []hook[V]

func (l *hookList[V]) add(f func(*Report, V), rep *Report) {
	if f != nil {
		*l = append(*l, hook[V]{f, rep})
	}
}

func (l hookList[V]) call(v V) {
	for i := range l {
		l[i].f(l[i].rep, v)
	}
}

// hooks are the functions of the selected rules by what they look at.
type hooks struct {
	cell     hookList[*Cell]
	column   hookList[*Column]
	row      hookList[*Row]
	index    hookList[*Entry]
	share    hookList[*Sharing]
	node     hookList[*Node]
	paths    hookList[*Path]
	whole    hookList[*Inventory]
	link     hookList[*Link]
	identity hookList[*Identity]
	name     hookList[*Namesakes]
	entity   map[string]hookList[*Row] // by type
	number   hookList[*Number]
	system   hookList[*System]
	owner    hookList[*NumberOwner]
	network  hookList[*Network]
	subnetID hookList[*SubnetID]
	held     hookList[*Held]
	lock     hookList[*Lock]
	locked   hookList[*Locked]
	mac      hookList[*MAC]
	ancestry hookList[*Ancestry]
	spelling hookList[*Spelling]
	upper    hookList[*UpperKey]
	servers  hookList[*Servers]
}

func (h *hooks) add(rule *Rule, rep *Report) {
	h.cell.add(rule.Cell, rep)
	h.column.add(rule.Column, rep)
	h.row.add(rule.Row, rep)
	h.index.add(rule.Index, rep)
	h.share.add(rule.Share, rep)
	h.node.add(rule.Node, rep)
	h.paths.add(rule.Paths, rep)
	h.whole.add(rule.Whole, rep)
	h.link.add(rule.Link, rep)
	h.identity.add(rule.Identity, rep)
	h.name.add(rule.Name, rep)
	for _, typ := range rule.Of {
		list := h.entity[typ]
		list.add(rule.Entity, rep)
		h.entity[typ] = list
	}
	h.number.add(rule.Number, rep)
	h.system.add(rule.System, rep)
	h.owner.add(rule.Owner, rep)
	h.network.add(rule.Network, rep)
	h.subnetID.add(rule.SubnetID, rep)
	h.held.add(rule.Held, rep)
	h.lock.add(rule.Lock, rep)
	h.locked.add(rule.Locked, rep)
	h.mac.add(rule.MAC, rep)
	h.ancestry.add(rule.Ancestry, rep)
	h.spelling.add(rule.Spelling, rep)
	h.upper.add(rule.Upper, rep)
	h.servers.add(rule.Servers, rep)
}

// joins tells if any rule needs more than what the reading shows by itself.
func (h *hooks) joins() bool {
	return len(h.link)+len(h.identity)+len(h.name)+len(h.entity)+len(h.number)+len(h.system)+len(h.network)+
		len(h.subnetID)+len(h.held)+len(h.lock)+len(h.locked)+len(h.mac)+len(h.share)+len(h.paths)+len(h.ancestry)+len(h.owner)+len(h.spelling) > 0
}
