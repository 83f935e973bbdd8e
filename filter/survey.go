package filter

import (
	"context"
	"strconv"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/livemeta"
)

const (
	objectKeyspace = "config_db_uuid"
	objectTable    = "obj_uuid_table"
	nameTable      = "obj_fq_name_table"
	sharedTable    = "obj_shared_table"
)

func appendNumber(dst []byte, n uint64) []byte { return strconv.AppendUint(dst, n, 10) }

// surveyor reads a dump for the objects and links of it.
type surveyor struct {
	o      *objects
	sel    *Selection
	spoken *spoken
	links  bool // they matter

	objects, subtrees, omitted references
	namedTypes                 map[string]bool // of the references; nil where any has one with wildcards

	id     uint32
	uuid   string
	typ    []byte
	fqName []byte
	value  []byte
}

// survey reads the whole dump.
func survey(ctx context.Context, d *dump.Dump, sel *Selection, o *objects, spoken *spoken) error {
	s := &surveyor{o: o, sel: sel, spoken: spoken, links: sel.followsLinks(), namedTypes: map[string]bool{}}
	var err error
	for _, x := range []struct {
		to    *references
		texts []string
	}{{&s.objects, sel.Objects}, {&s.subtrees, sel.Subtrees}, {&s.omitted, sel.OmitSubtree}} {
		if *x.to, err = parseReferences(x.texts); err != nil {
			return err
		}
		for _, r := range x.to.list {
			s.namedTypes[r.typ] = true
		}
	}
	reading := d.Options()
	reading.OthersFindDuplicates = true // the reading that copies does
	r, err := d.ReaderWith(ctx, reading)
	if err != nil {
		return err
	}
	defer r.Close()
	for r.Next() {
		if err := s.step(r); err != nil {
			return err
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	for _, refs := range []references{s.objects, s.subtrees, s.omitted} {
		for _, ref := range refs.list {
			if !ref.met {
				return &NotFoundError{File: d.Name(), What: "object", Name: ref.text}
			}
		}
	}
	if err := s.unknownTypes(d.Name()); err != nil {
		return err
	}
	return o.linkAllocated()
}

// unknownTypes finds names of types that neither the dump nor the model has.
func (s *surveyor) unknownTypes(file string) error {
	for _, list := range [][]string{s.sel.Types, s.sel.OmitTypes} {
		for _, t := range list {
			name := contrail.NormalizeType(t)
			if _, ok := s.o.typeIDs[name]; ok || hasWildcard(t) {
				continue
			}
			if _, ok := contrail.LookupType(name); !ok {
				return &NotFoundError{File: file, What: "type", Name: t, Near: contrail.SuggestTypes(t)}
			}
		}
	}
	return nil
}

func (s *surveyor) step(r *dump.Reader) error {
	switch r.Kind() {
	case dump.MemberRead:
		if known, err := livemeta.Walk(r.Member(), s.spoken); known || err != nil {
			s.spoken.seen = true
			return err
		}
	case dump.KeyspaceStart, dump.ZooKeeperStart:
		s.spoken.early = s.spoken.early || s.spoken.seen
		if r.Kind() == dump.ZooKeeperStart {
			return nil
		}
		if l := s.sel.List; l != nil {
			l.hasKeyspace(r.Keyspace())
		}
	case dump.TableStart:
		if l := s.sel.List; l != nil {
			l.hasTable(r.Keyspace(), r.Table())
		}
	case dump.RowStart:
		if l := s.sel.List; l != nil {
			l.hasRow(r.Keyspace(), r.Table(), r.KeyHash())
		}
		if isObjects(r) {
			s.id = s.o.object(r.KeyHash())
			s.typ, s.fqName = s.typ[:0], s.fqName[:0]
			s.uuid = ""
			if len(s.namedTypes) > 0 {
				s.uuid = r.Key().String()
			}
		} else if r.Keyspace() != "to_bgp_keyspace" {
			r.PassRow() // an error ends the reading
		}
	case dump.CellRead:
		if isObjects(r) {
			return s.cell(r.Cell())
		}
		s.otherCell(r)
	case dump.RowEnd:
		if isObjects(r) {
			return s.endObject(r)
		}
	case dump.ZNodeRead:
		if l := s.sel.List; l != nil {
			l.meetNode(r.ZNode().Normal)
		}
		s.node(r.ZNode())
	}
	return nil
}

func isObjects(r *dump.Reader) bool {
	return r.Table() == objectTable && r.Keyspace() == objectKeyspace
}

func (s *surveyor) cell(c *dump.Cell) error {
	raw := c.Name.Raw
	if len(raw) == 0 {
		return nil
	}
	switch raw[0] {
	case 't', 'f', '\\':
	case 'p', 'c', 'r':
		if !s.links {
			return nil
		}
	default:
		return nil
	}
	name := c.Name.Decoded()
	col := contrail.ParseColumn(name)
	kind := toParent
	switch col.Kind {
	case contrail.ColumnType:
		s.typ = text(s.typ, &c.Value)
		return nil
	case contrail.ColumnFQName:
		s.fqName = text(s.fqName, &c.Value)
		return nil
	case contrail.ColumnParent:
	case contrail.ColumnChild:
		kind = toChild
	case contrail.ColumnRef:
		kind = toTarget
	default:
		return nil
	}
	if !s.links {
		return nil
	}
	return s.o.link(kind, s.id, s.o.object(hashName(col.Key)))
}

// text returns the decoded text of a value; nothing for one that is no text or
// very long.
func text(dst []byte, v *dump.Value) []byte {
	if !v.IsText || v.Long() {
		return dst[:0]
	}
	return v.Text().AppendDecoded(dst[:0])
}

// otherCell notes what rows of other tables say about who has what.
func (s *surveyor) otherCell(r *dump.Reader) {
	if r.Keyspace() != "to_bgp_keyspace" {
		return
	}
	switch r.Table() {
	case "route_target_table":
		if r.Cell().Name.Is("rtgt_num") {
			s.value = text(s.value, &r.Cell().Value)
			s.o.allocated(s.value, r.Key().Decoded())
		}
	case "service_chain_table":
		s.o.own(chainName, r.Cell().Name.Decoded(), s.o.object(r.KeyHash()))
	}
}

func (s *surveyor) node(n *dump.ZNode) {
	c := contrail.Classify(n.Normal)
	if c.Kind == contrail.NodeRouteTarget {
		s.value = text(s.value, &n.Data)
		s.o.allocated(c.Index, s.value)
	}
}

func (s *surveyor) endObject(r *dump.Reader) error {
	typ, name := objectType(s.typ), ""
	if known[typ] || s.namedTypes[typ] {
		b := contrail.NewObjectBuilder("")
		b.Add([]byte("fq_name"), s.fqName)
		name = contrail.JoinName(b.Object().FQName)
	}
	id, err := s.o.typeID(typ)
	if err != nil {
		return err
	}
	s.o.types[s.id] = id
	flags := exists
	if known[typ] && name != "" {
		s.o.addNames(s.id, typ, name)
	}
	picked := s.sel.keepsType(typ) || !s.sel.positive()
	if s.sel.List != nil {
		picked = s.sel.List.hasRow(objectKeyspace, objectTable, r.KeyHash())
	}
	if s.objects.match(s.uuid, typ, name) {
		picked = true
	}
	if s.subtrees.match(s.uuid, typ, name) {
		flags |= below
	}
	if s.omitted.match(s.uuid, typ, name) {
		flags |= removed
	}
	if picked && !matchesType(s.sel.OmitTypes, typ) {
		flags |= kept
	}
	s.o.flags[s.id] |= flags
	return nil
}

// objectType decodes the value of a column type.
func objectType(value []byte) string {
	if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
		plain := true
		for _, c := range value[1 : n-1] {
			plain = plain && c != '\\' && c != '"' && c >= ' '
		}
		if plain {
			return string(value[1 : n-1])
		}
	}
	b := contrail.NewObjectBuilder("")
	b.Add([]byte("type"), value)
	return b.Object().Type
}
