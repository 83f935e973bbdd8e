package diff

import (
	"net/netip"
	"strconv"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// A difference in something derived is left out if the derived thing agrees on
// both sides with what it derives from. To know that takes a look at another
// object, on each side. Here the questions are made; pending.go collects and
// answers them all together.

// question asks on one side if a derived thing agrees with its source.
type question struct {
	kind    questionKind
	key     string // uuid of the object that it is about, once that is known
	present bool   // the derived thing is there
	value   string // its value, if it is there
	column  string // askLink: column of the source's row that implies it; askIndex, askShared: the column itself
	typ     string // askLink, askIndex: type that the source must have; of a question about a name: its type
	path    string // askNode: path below the cluster; askAddress: path
	owner   string // askAddress: name in the path; of a question about a name: that name
}

type questionKind uint8

const (
	askLink    questionKind = iota // backref: or children: of another row
	askIndex                       // column of obj_fq_name_table
	askShared                      // column of obj_shared_table
	askNode                        // node that ImpliedNodes of the object has
	askAddress                     // lock of an address
	askTarget                      // node of a route target: row of route_target_table; column: the number in the path
	askName                        // nobody may have the name: answered by finding the name at all
)

// derivedLink deals with a backref: or children: column.
func (c *comparison) derivedLink(d *draft, uuid string, views [2]*rowView, col contrail.Column, ch *cellChange) error {
	p := newPending(DerivedRef)
	for i, h := range []*cell{ch.old, ch.new} {
		typ := views[i].typ
		if !views[i].exists {
			typ = views[1-i].typ
		}
		opposite, ok := contrail.OppositeOf(typ, uuid, col)
		if !ok || h != nil && (h.shape&valueShapes != 0 || h.long > 0) {
			return c.showCell(d, ch)
		}
		q := question{kind: askLink, present: h != nil, column: opposite.Column, typ: string(col.Name)}
		if h != nil {
			q.value = string(h.text)
		}
		p.askRow(i, opposite.UUID, q)
	}
	return c.postpone(d, p, ch)
}

// indexCell deals with a differing column of the tables of names and shares.
func (c *comparison) indexCell(d *draft, kind tableKind, typ string, ch *cellChange) error {
	if ch.sameValue || c.o.Show[DerivedIndex] {
		return c.showCell(d, ch)
	}
	column := ch.any().name
	var uuid string
	if _, u, ok := contrail.SplitNameColumn([]byte(column)); ok {
		uuid = string(u)
	} else {
		return c.showCell(d, ch)
	}
	ask := askIndex
	if kind == sharedTable {
		ask = askShared
	}
	p := newPending(DerivedIndex)
	for i, h := range []*cell{ch.old, ch.new} {
		q := question{kind: ask, present: h != nil, column: column, typ: typ}
		if h != nil {
			if h.shape&valueShapes != 0 || h.long > 0 {
				return c.showCell(d, ch)
			}
			q.value = string(h.text)
		}
		p.askRow(i, uuid, q)
	}
	return c.postpone(d, p, ch)
}

// postpone keeps a cell until its questions are answered.
func (c *comparison) postpone(d *draft, p *pendingItem, ch *cellChange) error {
	f, err := ch.field()
	if err != nil {
		return err
	}
	if err := c.begin(d); err != nil {
		return err
	}
	p.record = appendField(nil, d, f)
	return c.pending.add(p)
}

// derivedNode asks about a node of one of the families that derive from
// objects. It returns false if the node is not one of them.
func (c *comparison) derivedNode(ch *Change, old, new *znode) (bool, error) {
	p := newPending(DerivedZK)
	known := old
	if known == nil {
		known = new
	}
	for i, z := range []*znode{old, new} {
		present := z != nil
		if !present {
			z = known
		}
		if z.data == nil {
			return false, nil
		}
		node := contrail.Classify([]byte(z.path))
		owner, ok := node.Owner([]byte(*z.data))
		if !ok {
			return false, nil
		}
		_, below := contrail.SplitCluster([]byte(z.path))
		q := question{present: present, value: *z.data, path: "/" + string(below)}
		switch node.Kind {
		case contrail.NodeName:
			if !present {
				p.askName(i, owner.Type, owner.Name, question{kind: askName})
				continue
			}
			q.kind = askNode
			p.askRow(i, owner.UUID, q)
		case contrail.NodeAddress:
			q.kind, q.owner = askAddress, string(node.Name)
			p.askRow(i, owner.UUID, q)
		case contrail.NodeRouteTarget:
			number, ok := node.ID()
			if !ok || !node.WellFormedIndex() {
				return false, nil
			}
			q.kind, q.column = askTarget, strconv.FormatUint(number, 10)
			p.askRow(i, owner.Name, q)
		case contrail.NodeNetworkID, contrail.NodeSecurityGroupID, contrail.NodeTagType, contrail.NodeTagValue, contrail.NodeSubCluster:
			if owner.Type == "" {
				return false, nil
			}
			q.kind = askNode
			p.askName(i, owner.Type, owner.Name, q)
		default:
			return false, nil
		}
	}
	e := encoder{}
	e.change(ch)
	p.record, p.isChange = e.b, true
	return true, c.pending.add(p)
}

// source is an object that a question is about.
type source struct {
	exists bool
	cells  map[string]string
	object *contrail.Object
	uuid   string
}

// build decodes the object when it is first needed.
func (s *source) build() *contrail.Object {
	if s.object == nil {
		b := contrail.NewObjectBuilder(s.uuid)
		for name, text := range s.cells {
			b.Add([]byte(name), []byte(text))
		}
		s.object = b.Object()
	}
	return s.object
}

// agrees answers a question.
func (q *question) agrees(s *source) bool {
	implied, value := false, ""
	if s.exists {
		implied, value = q.implied(s)
	}
	if !q.present {
		return !implied
	}
	return implied && sameText(q.value, value)
}

// implied tells if the source implies the derived thing, and its value.
func (q *question) implied(s *source) (bool, string) {
	switch q.kind {
	case askLink:
		value, ok := s.cells[q.column]
		return ok && s.build().Type == q.typ, value
	case askIndex:
		o := s.build()
		name, _, ok := contrail.SplitNameColumn([]byte(q.column))
		return ok && o.Type == q.typ && contrail.MatchName(string(name), contrail.JoinName(o.FQName)) != contrail.OtherName, "null"
	case askShared:
		o := s.build()
		for _, share := range o.Shares() {
			if share.Column == q.column && o.Type == q.typ {
				return true, share.Value
			}
		}
	case askNode:
		for _, n := range s.build().ImpliedNodes() {
			if n.Path == q.path {
				return true, n.Data
			}
		}
	case askAddress:
		return q.impliedAddress(s)
	case askTarget:
		return s.cells["rtgt_num"] == q.column, s.uuid
	case askName:
		return true, ""
	}
	return false, ""
}

// impliedAddress tells if the source has the address that the node locks. The
// allocation unit of the subnet isn't known here; any power of two will do.
func (q *question) impliedAddress(s *source) (bool, string) {
	addr, ok := s.build().Address()
	if !ok {
		return false, ""
	}
	n := contrail.Classify([]byte(q.path))
	if subnet, ok := n.Subnet(); !ok || !containsMasked(subnet, addr) {
		return false, ""
	}
	for unit := uint64(1); unit <= 1<<16; unit *= 2 {
		if contrail.AddressIndex(addr, unit) == string(n.Index) {
			return true, s.uuid
		}
	}
	return false, ""
}

func containsMasked(p netip.Prefix, a netip.Addr) bool { return p.Masked().Contains(a) }

// load reads what a source must know: what nobody asks for is left out where there
// can be very many of it and nothing follows from it.
func (s *side) load(p dump.Place, uuid string, asked map[string]bool) (*source, error) {
	src := &source{exists: true, uuid: uuid, cells: map[string]string{}}
	err := s.cells(p, func(d *dump.Cell) error {
		name := d.Name.Decoded()
		switch col := contrail.ParseColumn(name); col.Kind {
		case contrail.ColumnRef:
			if string(col.Name) != "physical_interface" && !asked[string(name)] {
				return nil
			}
		case contrail.ColumnBackref, contrail.ColumnChild, contrail.ColumnPropList, contrail.ColumnPropMap:
			if !asked[string(name)] {
				return nil
			}
		}
		h, err := holdCell(d)
		if err == nil && h.shape&valueShapes == 0 && h.long == 0 {
			src.cells[h.name] = string(h.text)
		}
		return err
	})
	return src, err
}
