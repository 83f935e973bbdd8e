package graft

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/apply"
	"github.com/dumptool/dumptool/export/restore"
)

// Options are the ways of looking and changing.
type Options struct {
	Mode Mode
	// Asked tells which of the wanted objects somebody has asked for. The others are only needed by them, and stay as they
	// are where they are there already. nil: all are asked for.
	Asked func(uuid string) bool
	// Closure tells that everything that the dump has of what the objects need is among them.
	Closure   bool
	ClusterID string // of the databases
	Now       bool   // write the time of the import, whatever timestamps the dump has
	Clock     func() time.Time
	Memory    int64 // in bytes; zero means 256 MiB
}

func (o *Options) fill() {
	if o.Mode == "" {
		o.Mode = Fail
	}
	if o.Asked == nil {
		o.Asked = func(string) bool { return true }
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Memory == 0 {
		o.Memory = 256 << 20
	}
}

// perObject is what an object takes of memory, with its links and nodes.
const perObject = 1500

// skew is how far a timestamp may be ahead of our clock.
const skew = time.Minute

// Survey is what was found out about wanted objects.
type Survey struct {
	// Conflicts are all that were found, by object.
	Conflicts []*Conflict
	// Dropped are references that are left out since nothing has what they name any more: OBJECT -> UUID.
	Dropped []string
	// Renumbered are objects that get other numbers than they had.
	Renumbered []Renumbered
	// Removed are live objects that give way.
	Removed []Removed

	options      Options
	wanted, live source
	fromID       string // the cluster id of the dump

	objects map[string]*object // by uuid
	order   []*object          // as in the dump
	names   map[string]*object // by type, blank, joined name, raw and quoted
	numbers map[string]map[uint64]*object
	nodes   map[string]*wantedNode // by the path in the databases
	loose   []*Conflict            // of nodes that belong to no object
	targets map[string]bool        // uuids that objects link to: whether they are there
	used    map[string]numberSet   // numbers that somebody has, by what they are of
	// Route targets: numbers that were given out by the dump, and the directory of each; those that can be given anew;
	// those that others have.
	given        map[uint64]string
	renumberable map[uint64]bool
	taken        map[uint64]bool
	newTargets   map[string]newTarget // by name
	newGroups    map[uint64]uint64    // new numbers of security groups
	removed      map[string]Removed   // by uuid
}

// Renumbered is an object that gets another number.
type Renumbered struct {
	Type   string `json:"type"`
	UUID   string `json:"uuid"`
	FQName string `json:"fq_name"`
	Old    uint64 `json:"old"`
	New    uint64 `json:"new"`
}

// Removed is a live object that gives way.
type Removed struct {
	Type   string `json:"type"`
	UUID   string `json:"uuid"`
	FQName string `json:"fq_name"`
}

// wantedNode is a node that the wanted objects have.
type wantedNode struct {
	what contrail.NodeKind
	of   *object // may be nil
	sum  uint64
	null bool
}

func sumOf(v *apply.NodeValue) uint64 { return xxh3.Hash(v.Data) }

// Look compares wanted objects with the databases.
func Look(ctx context.Context, wanted, live *dump.Dump, o Options) (*Survey, error) {
	o.fill()
	s := &Survey{
		options: o, objects: map[string]*object{}, names: map[string]*object{}, nodes: map[string]*wantedNode{},
		numbers: map[string]map[uint64]*object{"virtual_network": {}, "security_group": {}},
		targets: map[string]bool{}, used: map[string]numberSet{}, removed: map[string]Removed{},
		given: map[uint64]string{}, renumberable: map[uint64]bool{}, taken: map[uint64]bool{},
		newTargets: map[string]newTarget{}, newGroups: map[uint64]uint64{},
	}
	for to, d := range map[*source]*dump.Dump{&s.wanted: wanted, &s.live: live} {
		extras, err := restore.ReadExtras(ctx, d)
		if err != nil {
			return nil, err
		}
		*to = source{d, extras}
		d.Keep()
	}
	if err := s.readWanted(ctx); err != nil {
		return nil, err
	}
	if err := s.readLive(ctx); err != nil {
		return nil, err
	}
	return s, s.judge(ctx)
}

// readWanted reads the wanted objects.
func (s *Survey) readWanted(ctx context.Context) error {
	r, err := s.wanted.d.Reader(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	var row rowReader
	var o *object
	latest := s.options.Clock().Add(skew).UnixMicro()
	if s.options.Now {
		latest = 1<<63 - 1
	}
	for r.Next() {
		switch r.Kind() {
		case dump.RowStart:
			if !isObjects(r) {
				continue
			}
			row.begin()
			o = &object{uuid: r.Key().String()}
			o.asked = s.options.Asked(o.uuid)
		case dump.CellRead:
			if err := refuse(r, latest); err != nil {
				return err
			}
			if !isObjects(r) {
				continue
			}
			col, err := row.cell(r.Cell(), true)
			if err != nil {
				return err
			}
			if col.Kind == contrail.ColumnRef || col.Kind == contrail.ColumnParent {
				to := string(col.Key)
				o.links = append(o.links, link{col.Kind == contrail.ColumnParent, to})
				s.targets[to] = false
			}
		case dump.RowEnd:
			if isObjects(r) {
				if err := s.take(o, &row); err != nil {
					return err
				}
			}
		case dump.ZNodeRead:
			if err := s.wantedNode(r.ZNode()); err != nil {
				return err
			}
		}
	}
	return r.Err()
}

// take takes in a wanted object.
func (s *Survey) take(o *object, row *rowReader) error {
	o.typ, o.name = row.end()
	if o.typ == "" {
		return fmt.Errorf("%s: the row %s has no type and name: it is no object, repair the dump", s.wanted.d.Name(), o.uuid)
	}
	o.sum, o.number = row.sum, row.number[o.typ]
	s.objects[o.uuid] = o
	s.order = append(s.order, o)
	if int64(len(s.order)) > s.options.Memory/2/perObject {
		return fmt.Errorf("more than %d objects are too many to be put between others: give more memory with --memory", len(s.order)-1)
	}
	if first := s.names[o.typ+" "+o.name]; first != nil {
		o.add(&Conflict{Kind: ByName, Holder: first.uuid, Choices: []Mode{Skip}, Message: "the dump has two objects of its name, the other one is " + first.uuid})
	} else {
		s.names[o.typ+" "+o.name] = o
		s.names[o.typ+" "+contrail.QuoteName(o.name)] = o
	}
	if byNumber := s.numbers[o.typ]; byNumber != nil && o.number > 0 {
		if first := byNumber[o.number]; first != nil {
			o.addNumber(o.number, first.String())
		} else {
			byNumber[o.number] = o
		}
	}
	return nil
}

// wantedNode takes in a node of the wanted objects.
func (s *Survey) wantedNode(z *dump.ZNode) error {
	v, ephemeral, err := s.wanted.node(z)
	if err != nil {
		return err
	}
	path, ok := s.path(z.Normal)
	if ephemeral || !ok {
		return nil
	}
	n := contrail.Classify(z.Normal)
	if n.Kind == contrail.NodeRouteTarget {
		if number, ok := n.ID(); ok {
			s.given[number] = string(n.Sub)
		}
	}
	s.nodes[path] = &wantedNode{what: n.Kind, of: s.ownerOf(n, v.Data), sum: sumOf(v), null: v.Null}
	return nil
}

// path returns where a node of the dump stands in the databases; false for nodes that are not restored.
func (s *Survey) path(normal []byte) (string, bool) {
	if s.fromID == "" {
		if cluster, _ := contrail.SplitCluster(normal); len(cluster) > 0 {
			s.fromID = string(cluster)
		}
	}
	if string(normal) == "/" || restore.OfOthers(string(normal), s.fromID) {
		return "", false
	}
	return restore.MovedPath(s.fromID, s.options.ClusterID, string(normal)), true
}

// ownerOf finds the wanted object that a node belongs to; nil if there is none.
func (s *Survey) ownerOf(n contrail.Node, data []byte) *object {
	if owner, ok := n.Owner(data); ok {
		if o := s.objects[owner.UUID]; o != nil {
			return o
		}
		types := []string{owner.Type}
		if owner.Type == "" {
			types = []string{"routing_instance", "logical_router"}
		}
		for _, typ := range types {
			if o := s.names[typ+" "+owner.Name]; o != nil && owner.Name != "" {
				return o
			}
		}
	}
	if n.Kind == contrail.NodeAddress {
		for _, typ := range []string{"virtual_network", "network_ipam"} {
			if o := s.names[typ+" "+string(n.Name)]; o != nil {
				return o
			}
		}
	}
	return nil
}

// readLive reads the databases.
func (s *Survey) readLive(ctx context.Context) error {
	r, err := s.live.d.Reader(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	var row rowReader
	var key string
	var o *object
	index := false
	for r.Next() {
		switch r.Kind() {
		case dump.RowStart:
			index = r.Table() == nameTable && r.Keyspace() == objectKeyspace
			if isObjects(r) || index {
				row.begin()
				key = r.Key().String()
				o = s.objects[key]
			}
		case dump.CellRead:
			if index {
				s.indexEntry(key, r.Cell().Name.Decoded())
			} else if isObjects(r) {
				if _, err := row.cell(r.Cell(), o != nil); err != nil {
					return err
				}
			}
		case dump.RowEnd:
			if isObjects(r) {
				s.liveRow(key, o, &row)
			}
		case dump.ZNodeRead:
			if err := s.liveNode(r.ZNode()); err != nil {
				return err
			}
		}
	}
	return r.Err()
}

func (s *Survey) liveRow(uuid string, o *object, row *rowReader) {
	typ, name := row.end()
	if o != nil {
		o.cells = row.cells > 0
		o.live, o.liveTyp, o.liveName, o.liveSum = typ != "", typ, name, row.sum
	}
	if typ == "" {
		return
	}
	if _, ok := s.targets[uuid]; ok {
		s.targets[uuid] = true
	}
	number := row.number[typ]
	s.use(typ, number)
	if rt, ok := contrail.ParseRouteTarget(name); ok && typ == "route_target" {
		s.use(targets(contrail.RouteTargetSchemeOf(rt.ASN).Sub), rt.Number)
		s.use(targets(""), rt.Number)
	}
	if o != nil {
		return
	}
	if other := s.names[typ+" "+name]; other != nil {
		c := &Conflict{
			Kind: ByName, Holder: uuid, real: true, Choices: []Mode{Skip, Replace},
			Message: "the name is that of another object, " + uuid,
		}
		if !other.asked {
			c.Choices = []Mode{Skip} // nobody has asked for it to take the place of another
		}
		other.add(c)
	}
	if other := s.numbers[typ][number]; other != nil && number > 0 {
		other.addNumber(number, describe(typ, name, uuid))
	}
}

// addNumber notes that somebody else has the number of an object.
func (o *object) addNumber(number uint64, holder string) {
	c := &Conflict{Kind: ByNetworkID, Holder: holder, Choices: []Mode{Skip, Replace}}
	what := "virtual_network_network_id"
	if o.typ == "security_group" {
		c.Kind = BySecurityGroup
		what = "security_group_id"
	}
	c.Message = fmt.Sprintf("its %s %d is that of %s", what, number, holder)
	o.add(c)
}

// add notes a conflict, but not one of a kind and holder that is known.
func (o *object) add(c *Conflict) {
	c.Type, c.UUID, c.FQName = o.typ, o.uuid, o.name
	if slices.ContainsFunc(o.conflicts, func(d *Conflict) bool {
		return d.Kind == c.Kind && d.Holder == c.Holder && d.node == c.node && d.column == c.column
	}) {
		return
	}
	o.conflicts = append(o.conflicts, c)
}

// indexEntry looks at a column of obj_fq_name_table.
func (s *Survey) indexEntry(typ string, column []byte) {
	name, uuid, ok := contrail.SplitNameColumn(column)
	if !ok {
		return
	}
	o := s.names[typ+" "+string(name)]
	if o == nil || string(uuid) == o.uuid || s.objects[string(uuid)] != nil {
		return
	}
	o.add(&Conflict{
		Kind: ByIndex, Holder: string(uuid), column: string(column), Choices: []Mode{Skip, Replace},
		Message: "obj_fq_name_table has the name for " + string(uuid) + ", which is not there",
	})
}

// liveNode looks at a node of the databases.
func (s *Survey) liveNode(z *dump.ZNode) error {
	n := contrail.Classify(z.Normal)
	if id, ok := n.ID(); ok {
		switch n.Kind {
		case contrail.NodeNetworkID:
			s.use("virtual_network", id)
		case contrail.NodeSecurityGroupID:
			s.use("security_group", id)
		case contrail.NodeRouteTarget:
			s.use(targets(string(n.Sub)), id)
		}
	}
	w := s.nodes[string(z.Normal)]
	if w == nil {
		return nil
	}
	v, _, err := s.live.node(z)
	if err != nil || sumOf(v) == w.sum && v.Null == w.null {
		return err
	}
	holder := string(v.Data[:min(len(v.Data), 200)])
	c := &Conflict{Holder: holder, node: string(z.Normal), Choices: []Mode{Skip}}
	what := dump.Path{Level: dump.AtZNode, Node: c.node}.String()
	switch n.Kind {
	case contrail.NodeName:
		c.Kind, c.Choices = ByLock, []Mode{Skip, Replace}
		c.Message = fmt.Sprintf("the lock of its name, %s, has %q, which is not there", what, holder)
	case contrail.NodeAddress:
		c.Kind, c.Choices = ByAddress, []Mode{Skip, Replace}
		c.Message = fmt.Sprintf("the address of %s is that of %q", what, holder)
	case contrail.NodeNetworkID:
		c.Kind, c.Choices = ByNetworkID, []Mode{Skip, Replace}
		c.Message = fmt.Sprintf("the network id of %s is that of %q", what, holder)
	case contrail.NodeSecurityGroupID:
		c.Kind, c.Choices = BySecurityGroup, []Mode{Skip, Replace}
		c.Message = fmt.Sprintf("the security group id of %s is that of %q", what, holder)
	case contrail.NodeRouteTarget:
		c.Kind = ByRouteTarget
		c.number, _ = n.ID()
		c.Message = fmt.Sprintf("the route target of %s was given to %q", what, holder)
	default:
		c.Kind = ByNode
		c.Message = fmt.Sprintf("the node %s has other data: %s", what, strconv.Quote(holder))
	}
	if w.of == nil {
		s.loose = append(s.loose, c)
		return nil
	}
	w.of.add(c)
	return nil
}
