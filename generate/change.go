package generate

import (
	"bytes"
	"fmt"
	"slices"
)

// changeKind is what happens to an object between the dumps of a pair.
type changeKind int

const (
	changeProperty  changeKind = iota // a property as a whole: set, added or removed
	changeNested                      // a leaf inside a JSON value
	changeList                        // an element of a list or map
	changeReference                   // a reference added or removed
	changeAdded                       // an object more
	changeDeleted                     // an object less
	changeRenamed                     // another fq_name, the same uuid
	changeRecreated                   // the same fq_name, another uuid
	changeMoved                       // another parent
	changeTimestamp                   // only write times: not a primary change
	changeKinds
)

var changeNames = [changeKinds]string{
	"property", "nested", "list", "reference", "added", "deleted", "renamed", "recreated", "moved", "timestamp",
}

// ChangeKinds returns the names under which Stats of a pair and the truth
// count the changes. All but "timestamp" are primary.
func ChangeKinds() []string { return append([]string(nil), changeNames[:]...) }

// change is one change; for an added object the slot is the new one.
type change struct {
	kind changeKind
	slot int
}

// planner makes the second world of a pair out of the first. It holds what
// differs, which is O(changes).
type planner struct {
	before, after *world
	changes       []change
	counts        [changeKinds]int

	row    row // scratch
	cursor map[cursorKey]int
	hosts  map[int]int // addresses given out, by network
	groups int         // security groups added
}

// cursorKey says for which changes to which kind of object a cursor counts
// the candidates looked at.
type cursorKey struct {
	change changeKind
	kind   kind
}

// loose are the kinds of which some objects hang on nothing but their
// project, and whose names nobody repeats.
var loose = []kind{networkPolicy, interfaceRouteTable, addressGroup, serviceGroup}

// candidates are the kinds of object that a change is made to, in turn.
var candidates = [changeKinds][]kind{
	changeProperty:  everyKind(),
	changeNested:    everyKind(),
	changeList:      {virtualMachineInterface, securityGroup, networkPolicy, interfaceRouteTable, addressGroup, serviceGroup},
	changeReference: {virtualMachineInterface, virtualMachine, virtualNetwork, floatingIP, project, instanceIP},
	changeAdded:     {virtualMachineInterface, instanceIP, floatingIP, securityGroup, networkPolicy, interfaceRouteTable, addressGroup, serviceGroup},
	changeDeleted:   {instanceIP, floatingIP, aliasIP, physicalInterface, networkPolicy, interfaceRouteTable, addressGroup, serviceGroup},
	changeRenamed:   {physicalInterface, networkPolicy, interfaceRouteTable, addressGroup, serviceGroup},
	changeRecreated: {physicalInterface, networkPolicy, interfaceRouteTable, addressGroup, serviceGroup},
	changeMoved:     loose,
	changeTimestamp: everyKind(),
}

func everyKind() []kind {
	all := make([]kind, kindCount)
	for k := range all {
		all[k] = kind(k)
	}
	return all
}

// plan chooses the changes, one of each kind in turn, those with the fewest
// candidates first.
func (g *generator) plan() (*planner, error) {
	p := &planner{
		before: &world{generator: g},
		after:  &world{generator: g, edits: map[int]*edit{}, addedOn: map[int][]int{}},
		cursor: map[cursorKey]int{},
		hosts:  map[int]int{},
	}
	wanted := g.options.Changes
	if wanted == 0 {
		return p, nil
	}
	primary := int(changeTimestamp)
	var quota [changeTimestamp]int
	for k := range quota {
		quota[k] = wanted / primary
		if k < wanted%primary {
			quota[k]++
		}
	}
	owed := 0
	for round := range slices.Max(quota[:]) {
		for k := changeMoved; k >= changeProperty; k-- {
			if round < quota[k] && !p.change(k) {
				owed++
			}
		}
	}
	// What the scarce kinds can't have is given to those with most candidates.
	for k := changeReference; k >= changeProperty; k-- {
		for owed > 0 && p.change(k) {
			owed--
		}
	}
	if owed > 0 {
		return nil, fmt.Errorf("%d changes are too many for %d objects: %d are possible", wanted, g.total(), wanted-owed)
	}
	for range max(1, wanted/10) {
		p.change(changeTimestamp)
	}
	return p, nil
}

// change makes one more change of a kind to the next object that takes it;
// false if none does.
func (p *planner) change(k changeKind) bool {
	kinds := candidates[k]
	turn := p.counts[k]
	for o := range kinds {
		of := kinds[(turn+o)%len(kinds)]
		if slot, ok := p.try(k, of); ok {
			p.changes = append(p.changes, change{k, slot})
			p.counts[k]++
			return true
		}
	}
	return false
}

// try looks for an object of a kind that takes the change. Candidates are
// looked at in a shuffled order, each once.
func (p *planner) try(k changeKind, of kind) (slot int, ok bool) {
	g := p.after.generator
	key := cursorKey{k, of}
	order := newPermutation(g.count[of], g.draw(streamChange, uint64(k)<<8|uint64(of)))
	for p.cursor[key] < g.count[of] {
		i := order.at(p.cursor[key])
		p.cursor[key]++
		slot := int(g.number(of, i))
		if e := p.after.edits[slot]; e != nil && e.primary {
			continue
		}
		c := candidate{place{of, i}, slot, g.changedAt(len(p.changes)), g.draw(streamChange, 1<<32|uint64(slot))}
		switch k {
		case changeProperty:
			p.property(c)
			ok = true
		case changeNested:
			ok = p.nested(c)
		case changeList:
			ok = p.list(c)
		case changeReference:
			ok = p.reference(c)
		case changeAdded:
			return p.add(c)
		case changeDeleted:
			ok = p.remove(c)
		case changeRenamed:
			ok = p.rename(c)
		case changeRecreated:
			ok = p.recreate(c)
		case changeMoved:
			ok = p.move(c)
		case changeTimestamp:
			ok = p.retime(c)
		}
		if ok {
			return slot, true
		}
	}
	return 0, false
}

// candidate is an object that a change is about to be made to.
type candidate struct {
	place
	slot int
	at   int64  // µs: when the change is made
	luck uint64 // what decides between possibilities
}

// edit is the edit of an object, made if there is none yet.
func (p *planner) edit(slot int) *edit {
	e := p.after.edits[slot]
	if e == nil {
		e = &edit{}
		p.after.edits[slot] = e
	}
	return e
}

// begin marks an object as changed and builds its row under what is known so
// far, so that the edit can be made from it.
func (p *planner) begin(c candidate) *edit {
	e := p.edit(c.slot)
	e.primary = true
	e.modified = c.at
	p.build(c.slot)
	return e
}

// abandon takes begin back.
func (e *edit) abandon() bool {
	e.primary = false
	e.modified = 0
	return false
}

func (p *planner) build(slot int) {
	var s subject
	p.after.subject(&s, slot)
	p.row.build(p.after, &s)
}

// find is the cell of a name in the row built last.
func (r *row) find(name string) (cell, bool) {
	for _, c := range r.cells {
		if string(r.cellName(c)) == name {
			return c, true
		}
	}
	return cell{}, false
}

// link is a column that a row has put into another: a child column of its
// parent, a back-reference of what it refers to.
type link struct {
	slot   int // of the other row
	column string
	value  value
}

func (p *planner) links(r *row) []link {
	g := p.after.generator
	s := r.s
	id := string(appendUUID(nil, s.id))
	var all []link
	if parent := s.kind.parent(); parent != noKind {
		all = append(all, link{int(g.number(parent, s.parent)), "children:" + s.kind.typ() + ":" + id, valueNull})
	}
	for _, t := range r.targets {
		prefix := "backref:"
		if t.kind.typ() == s.kind.typ() {
			prefix = "ref:"
		}
		name := "ref:" + t.kind.typ() + ":" + string(appendUUID(nil, g.uuidOf(t.kind, t.i)))
		c, ok := r.find(name)
		if !ok {
			continue // an edit has dropped it
		}
		v := refPlain // the usual value, not held again for each link
		if text := r.cellValue(c); string(text) != string(refPlain) {
			v = value(text)
		}
		all = append(all, link{int(g.number(t.kind, t.i)), prefix + s.kind.typ() + ":" + id, v})
	}
	return all
}

func (p *planner) attach(links []link, at int64) {
	for _, l := range links {
		p.edit(l.slot).set(l.column, cellEdit{value: l.value, at: at})
	}
}

func (p *planner) detach(links []link, at int64) {
	for _, l := range links {
		p.edit(l.slot).set(l.column, cellEdit{drop: true, at: at})
	}
}

// isLoose tells whether nothing refers to an object and no other row repeats
// its name.
func (g *generator) isLoose(k kind, i int) bool {
	switch k {
	case networkPolicy, interfaceRouteTable:
		tenant := g.looseOf(k).owner(i)
		lo, hi := g.looseOf(k).items(tenant)
		return i-lo >= attached(hi-lo)
	case addressGroup, serviceGroup:
		return true
	case physicalInterface:
		return g.freeInterface(i)
	case floatingIP, aliasIP:
		return true
	case instanceIP:
		port := g.portOfIP(i)
		return port >= g.firstTenantPort() && port < g.machinePorts()
	}
	return false
}

// replaced is a value with one piece of JSON text replaced by another; false
// where the value doesn't hold it.
func replaced(v []byte, old, new string) (value, bool) {
	from, to := []byte(valueOf(old)), []byte(valueOf(new))
	if !bytes.Contains(v, from) {
		return "", false
	}
	return value(bytes.Replace(v, from, to, 1)), true
}
