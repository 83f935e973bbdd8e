package validate

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/dump"
)

// wrongType tells if the other row has another type than the column says.
func (l *Link) wrongType() bool { return l.To != nil && l.To.Type != "" && l.To.Type != l.Claimed }

// opposite is the kind of column that the other row of a reference needs.
func (l *Link) opposite() contrail.ColumnKind {
	if l.FromType == l.To.Type {
		return contrail.ColumnRef
	}
	return contrail.ColumnBackref
}

// subnet reports something about a subnet, and the row in which it stands.
func (r *Report) subnet(s *SubnetView, format string, args ...any) {
	r.at(s.row.Key, s.Where(), format, args...)
}

// anyLives tells if one of the objects exists.
func (r *run) anyLives(uuids []string) bool { return slices.ContainsFunc(uuids, r.Lives) }

// column returns a place for findings about the group.
func (g *Group) column() string {
	if g.Kind == contrail.ColumnProp {
		return "prop:" + g.Name
	}
	return g.Kind.String() + ":" + g.Name
}

// describe says what the columns of the group are.
func (g *Group) describe() string {
	switch {
	case g.Kind.IsProp():
		return "property " + quoted(g.Name)
	case g.Kind == contrail.ColumnRef:
		return "reference to " + quoted(g.Name)
	case g.Kind == contrail.ColumnBackref:
		return "back-reference from " + quoted(g.Name)
	case g.Kind == contrail.ColumnParent:
		return "parent " + quoted(g.Name)
	}
	return "child " + quoted(g.Name)
}

// allowed tells if the model lets objects of a type have such columns. Answers are remembered: there are few different
// questions.
func (g *Group) allowed(t *contrail.ObjectType) bool {
	answer, known := g.class.allowed[t]
	if !known {
		answer = allows(t, g)
		if g.class.allowed == nil {
			g.class.allowed = map[*contrail.ObjectType]bool{}
		}
		g.class.allowed[t] = answer
	}
	return answer
}

func allows(t *contrail.ObjectType, g *Group) bool {
	other, known := contrail.LookupType(g.Name)
	switch g.Kind {
	case contrail.ColumnProp, contrail.ColumnPropList, contrail.ColumnPropMap:
		_, ok := t.Prop(g.Name)
		return ok || t.HadProp(g.Name)
	case contrail.ColumnRef:
		// Between objects of one type both rows have ref:.
		return t.HasRef(g.Name) || t.HadRef(g.Name) || g.Name == t.Name() && t.HasBackref(g.Name)
	case contrail.ColumnBackref:
		return !known || other.HasRef(t.Name()) || other.HadRef(t.Name()) || t.HasBackref(g.Name)
	case contrail.ColumnParent:
		return t.HasParent(g.Name) || t.HadParent(g.Name)
	case contrail.ColumnChild:
		return !known || other.HasParent(t.Name()) || other.HadParent(t.Name())
	}
	return true
}

// finding begins a finding about the object that asks for its lock.
func (p *Path) finding(message string) Finding {
	return Finding{Type: p.LivingType, UUID: p.LivingUUID, FQName: p.LivingName, Where: nodePath(p.Path), Message: message, Offset: -1}
}

// missing tells if nothing at all is there where a lock should be.
func (p *Path) missing() bool { return p.AsksForMissing && !p.Inner && !p.Listed }

// ignored returns the component of the path of a lock at which exporters stop; nil if there is none behind a slash of the
// name.
func (p *Path) ignored() []byte { return contrail.IgnoredBelow([]byte(p.Path)) }

// takeLengths reads dataLength and numChildren of a stat of eleven numbers, elements 8 and 9 of the list.
func (n *Node) takeLengths() {
	if n.Shape&dump.ShortStat != 0 {
		return
	}
	s := n.Stat
	for range 8 {
		i := bytes.IndexByte(s, ',')
		if i < 0 {
			return
		}
		s = s[i+1:]
	}
	var ok, okToo bool
	n.length, s, ok = statNumber(s)
	n.children, _, okToo = statNumber(s)
	n.hasLengths = ok && okToo
	if !n.hasLengths {
		n.length, n.children = 0, 0
	}
}

// statNumber reads an element of a stat that another one follows.
func statNumber(s []byte) (n int64, rest []byte, ok bool) {
	i := bytes.IndexByte(s, ',')
	if i < 0 {
		return 0, nil, false
	}
	text := bytes.TrimSpace(s[:i])
	if len(text) == 1 && text[0]-'0' <= 9 {
		return int64(text[0] - '0'), s[i+1:], true
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	return n, s[i+1:], err == nil
}

// top is the largest number of the allocator that a node belongs to, 0 if it isn't known; false if it belongs to none.
func (n *Node) top() (top uint64, numbered bool) {
	switch n.Kind {
	case contrail.NodeNetworkID:
		return 1<<24 - 1, true
	case contrail.NodeSecurityGroupID:
		return 1 << 32, true
	case contrail.NodeRouteTarget:
		switch string(n.Sub) {
		case "type0":
			return contrail.RouteTargetSchemeOf(1).Last, true
		case "type1_2":
			return contrail.RouteTargetSchemeOf(1 << 16).Last, true
		}
		return 0, true
	case contrail.NodeTagType, contrail.NodeTagValue, contrail.NodeBGPaaSPort, contrail.NodeAggregate, contrail.NodePortGroup, contrail.NodeSubCluster:
		return 0, len(n.Index) > 0
	}
	return 0, false
}

func quotedList(names []string) string {
	var list []string
	for _, n := range names {
		list = append(list, quoted(n))
	}
	return strings.Join(list, ", ")
}

// plural2 is plural for what has no regular one.
func plural2(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(n, 10) + " " + many
}

// owners are what the nodes of a number name.
func (n *Number) owners() []string {
	var list []string
	for _, node := range n.Nodes {
		if !slices.Contains(list, node.Owner) {
			list = append(list, node.Owner)
		}
	}
	return list
}

// groupNames are the last parts of the names of the virtual port groups of an aggregated interface.
func (r *Report) groupNames(n *Number) []string {
	var names []string
	for _, h := range n.Holders {
		if h.Group == "" {
			continue
		}
		if row := r.Row(h.Group); row != nil && len(row.FQName) > 0 {
			if name := row.FQName[len(row.FQName)-1]; !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// NumberOwner is an owner of several numbers of an allocator.
type NumberOwner struct {
	Name  string
	Paths []string
	Held  []bool // some object has the number
}

// noteNumberOwner keeps who owns a node of an allocator.
func (r *run) noteNumberOwner(n *Node, a Allocator, scope string) {
	if a == AggregateIDs || len(n.Text) == 0 || string(n.Text) == contrail.ReservedOwner {
		return
	}
	h := ownerKey(a, scope, asText(n.Sub), asText(n.Text))
	r.noted = append(appendText(appendText(append(r.noted[:0], h[:]...), n.Text), n.Normal), 0)
	r.owners.add(r.noted)
}

func ownerKey(a Allocator, scope, sub, owner string) id {
	return hashID(string(rune(a)), scope, sub, owner)
}

// noteUnheld keeps that no object has the number of a node.
func (r *run) noteUnheld(n *Number) {
	if len(n.Holders) > 0 {
		return
	}
	for _, node := range n.Nodes {
		h := ownerKey(n.Allocator, n.Scope, node.Sub, node.Owner)
		r.owners.add(append(appendText(appendText(h[:], node.Owner), node.Path), 1))
	}
}

func (r *run) joinOwners() error {
	return r.owners.groups(func(_ id, payloads [][]byte) error {
		if len(payloads) < 2 {
			return nil
		}
		var o NumberOwner
		for _, p := range payloads {
			d := decoder{p}
			o.Name = d.text()
			path := d.text()
			if last := len(o.Paths) - 1; d.byte() == 1 && last >= 0 && o.Paths[last] == path {
				o.Held[last] = false
				continue
			}
			o.Paths, o.Held = append(o.Paths, path), append(o.Held, true)
		}
		if len(o.Paths) < 2 {
			return nil
		}
		r.hooks.owner.call(&o)
		return r.failure()
	})
}

// directory is a directory of ZooKeeper with the bytes of the names below it.
type directory struct {
	path  string
	bytes int64
}

// countChild counts the name of a node for its directory.
func (v *Inventory) countChild(n *Node) {
	i := bytes.LastIndexByte(n.Normal, '/')
	if i < 0 {
		return
	}
	size := int64(len(n.Normal) - i - 1)
	if string(n.Normal[:i]) == v.lastDir.path {
		v.lastDir.bytes += size
		return
	}
	v.closeDirectory()
	v.lastDir = directory{string(n.Normal[:i]), size}
}

// closeDirectory adds up what was counted for the directory before. Only large ones are of interest, so small ones may be
// forgotten when there are many.
func (v *Inventory) closeDirectory() {
	const remembered, small = 4096, 64 << 10
	if v.lastDir.path == "" {
		return
	}
	v.directories[v.lastDir.path] += v.lastDir.bytes
	if len(v.directories) > remembered {
		for path, n := range v.directories {
			if n < small {
				delete(v.directories, path)
			}
		}
	}
	v.lastDir = directory{}
}

// wideDirectories returns the directories whose names together are above the usual limit, sorted.
func (v *Inventory) wideDirectories() []directory {
	v.closeDirectory()
	var list []directory
	for path, n := range v.directories {
		if n > juteBuffer {
			list = append(list, directory{path, n})
		}
	}
	slices.SortFunc(list, func(a, b directory) int { return strings.Compare(a.path, b.path) })
	return list
}
