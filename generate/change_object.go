package generate

import "fmt"

// Changes of whole objects and of their places.

// add makes a copy of an object under a new uuid and name. An address or a
// group id that the copy needs is a new one too.
func (p *planner) add(c candidate) (slot int, ok bool) {
	g := p.after.generator
	s := g.subjectAt(c.kind, c.i)
	network := -1
	switch c.kind {
	case securityGroup:
		if c.i < specialGroups {
			return 0, false
		}
		s.allocated = 1 + g.count[securityGroup] + p.groups
	case virtualMachineInterface:
		// Not into the very wide group, which is full.
		if first, _ := g.groupsOfPort(c.i); c.i >= g.machinePorts() || first == noRuleGroup {
			return 0, false
		}
	case instanceIP:
		if c.i >= g.count[virtualMachineInterface] {
			return 0, false
		}
		network = g.networkOfPort(c.i)
	case floatingIP:
		network = g.poolNetwork(g.floatingOf().owner(c.i))
	}
	if network >= 0 {
		if p.hosts[network] == hostsSpare {
			return 0, false
		}
		s.allocated = g.spareHost(network) + p.hosts[network]
		p.hosts[network]++
		p.after.addedOn[network] = append(p.after.addedOn[network], len(p.after.added))
	}
	slot = p.after.slots()
	s.copied = true
	s.number = uint64(slot)
	s.id = g.drawUUID(streamAdded, s.number)
	s.created, s.modified = c.at, c.at
	switch c.kind {
	case virtualMachineInterface, instanceIP, floatingIP:
		s.name = string(appendUUID(nil, s.id))
	default:
		s.name = fmt.Sprintf("added-%d", len(p.after.added))
	}
	if c.kind == securityGroup {
		p.groups++
	}
	p.after.added = append(p.after.added, s)
	p.build(slot)
	p.attach(p.links(&p.row), c.at)
	return slot, true
}

func (p *planner) remove(c candidate) bool {
	if !p.after.isLoose(c.kind, c.i) {
		return false
	}
	p.build(c.slot)
	p.detach(p.links(&p.row), c.at)
	e := p.edit(c.slot)
	e.primary, e.gone = true, true
	return true
}

func (p *planner) rename(c candidate) bool {
	if !p.after.isLoose(c.kind, c.i) {
		return false
	}
	e := p.begin(c)
	if c.kind == physicalInterface {
		e.name = fmt.Sprintf("et-1/0/%d", len(p.changes))
	} else {
		last := p.row.name.part(p.row.name.n - 1)
		e.name = fmt.Sprintf("%s-renamed-%d", last, len(p.changes))
	}
	e.set("fq_name", cellEdit{retime: true, at: c.at})
	return true
}

// recreate deletes an object and creates it again under the same name.
func (p *planner) recreate(c candidate) bool {
	if !p.after.isLoose(c.kind, c.i) {
		return false
	}
	p.build(c.slot)
	p.detach(p.links(&p.row), c.at)
	e := p.edit(c.slot)
	e.primary, e.reborn = true, true
	e.id = p.after.drawUUID(streamRecreated, uint64(c.slot))
	e.created = c.at
	p.build(c.slot)
	p.attach(p.links(&p.row), c.at)
	return true
}

// move puts an object under another tenant's project.
func (p *planner) move(c candidate) bool {
	g := p.after.generator
	if g.tenants < 2 || !g.isLoose(c.kind, c.i) {
		return false
	}
	e := p.begin(c)
	p.detach(p.links(&p.row), c.at)
	from := p.row.s.parent
	to := 1 + (from-1+1+int(c.luck%uint64(g.tenants-1)))%g.tenants
	e.moves, e.parent = true, to
	p.build(c.slot)
	p.attach(p.links(&p.row), c.at)
	e.set("fq_name", cellEdit{retime: true, at: c.at})
	e.set("parent:project:"+string(appendUUID(nil, g.uuidOf(project, to))), cellEdit{retime: true, at: c.at})
	return true
}
