package validate

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/dumptool/dumptool/contrail"
)

// idFamily is a family of ids that objects of a type have, each with a node.
type idFamily struct {
	allocator Allocator
	typ       string
	dir       string // of the nodes
	column    string
	offset    uint64 // id of node 0
	top       uint64 // largest node
	id        func(*Row) (uint64, bool)
	name      func(owner string) string // reads the data of a node
}

var networkIDs = &idFamily{
	allocator: NetworkIDs, typ: "virtual_network", dir: "/id/virtual-networks", column: "prop:virtual_network_network_id", offset: 1, top: 1<<24 - 1,
	id: NetworkID, name: func(owner string) string { return owner },
}

var groupIDs = &idFamily{
	allocator: GroupIDs, typ: "security_group", dir: "/id/security-groups/id", column: "prop:security_group_id", offset: contrail.FirstSecurityGroupID,
	top: 1<<32 - contrail.FirstSecurityGroupID, id: func(row *Row) (uint64, bool) { return uintOf(row.Prop("security_group_id")) }, name: groupName,
}

func (f *idFamily) path(r *run, n uint64) string {
	return r.inv.cluster() + f.dir + "/" + fmt.Sprintf("%010d", n)
}

// nodeOwner is who has a number in ZooKeeper. It is known only where edits are wanted.
func (r *run) nodeOwner(f *idFamily, n uint64) (owner string, ok bool) {
	r.numberNodes.get(numberKey(f.allocator, n), func(payload []byte) {
		owner, ok = f.name(string(payload)), true
	})
	r.fail(r.numberNodes.err)
	return owner, ok
}

func numberKey(a Allocator, n uint64) id { return hashID(string(rune(a)), strconv.FormatUint(n, 10)) }

// named is the one object of a name; nil if there is none, or several.
func (r *run) named(typ, name string) *Row {
	list := r.Named(typ, name)
	if len(list) != 1 {
		return nil
	}
	return r.Row(list[0])
}

// free are the nodes that ZooKeeper has for nothing, by what is known now: a node whose owner has no number, or one that
// is another's, gives it back to the owner; any other goes.
func (f *idFamily) extra(r *Report, n *Number, node NumberNode) []Edit {
	drop := dropNode(node.Path).in(Clear)
	owner := r.named(f.typ, f.name(node.Owner))
	if owner == nil || len(n.Holders) > 0 || n.N > f.top || r.o.Edit == nil {
		return []Edit{drop}
	}
	if id, ok := f.id(owner); ok && f.valid(owner, id) {
		other, held := r.nodeOwner(f, id-f.offset)
		if !held || other == owner.Name() {
			return []Edit{drop}
		}
		if holder := r.named(f.typ, other); holder == nil {
			return []Edit{drop}
		} else if x, ok := f.id(holder); !ok || x != id {
			return []Edit{drop}
		}
	}
	return []Edit{setCell(objectCell(owner.Key, f.column), strconv.FormatUint(n.N+f.offset, 10))}
}

// valid tells if an id is one that an object can have.
func (f *idFamily) valid(row *Row, id uint64) bool {
	if f.allocator == GroupIDs {
		configured, _ := uintOf(row.Prop("configured_security_group_id"))
		return id == 0 || configured != 0 || id > f.offset && id-f.offset <= f.top
	}
	return id >= f.offset && id-f.offset <= f.top
}

// missing tells if a node can be made for the first holder of a number, and the edit. Where another holder has the node
// the first has to give the number up.
func (f *idFamily) missing(r *Report, n *Number) (edits []Edit, ok bool) {
	if n.Holders[0].Name == "" || n.N > f.top || f.allocator == GroupIDs && n.N == 0 {
		return nil, false
	}
	for _, node := range n.Nodes {
		if slices.ContainsFunc(n.Holders, func(h Holder) bool { return h.Name == f.name(node.Owner) }) {
			return nil, len(n.Holders) > 1
		}
	}
	path := f.path(r.run, n.N)
	if len(n.Nodes) > 0 {
		path = n.Nodes[0].Path
	}
	return []Edit{setNode(path, n.Holders[0].Name)}, true
}

// doubles are the edits that take a number from all holders but the one that ZooKeeper names.
func (f *idFamily) doubles(r *Report, n *Number) (edits []Edit, ok bool) {
	named := -1
	for _, node := range n.Nodes {
		for i, h := range n.Holders {
			if h.Name == f.name(node.Owner) && named < 0 {
				named = i
			}
		}
	}
	for i, h := range n.Holders {
		row := r.Row(h.UUID)
		if row == nil {
			return nil, false
		}
		if row.prop(f.column[len("prop:"):]) == nil {
			return nil, false // the id stands in an older place
		}
		if i != named {
			edits = append(edits, dropCell(objectCell(h.UUID, f.column)).in(Clear))
		}
	}
	if named < 0 {
		return nil, n.N <= f.top && n.N != 0 // once the first of them has the node
	}
	return edits, true
}

// wants notes that an object is to be given a number.
func (r *Report) wants(f *idFamily, row *Row) {
	if r.o.Edit == nil {
		return
	}
	if r.used[f.allocator] == nil {
		r.used[f.allocator] = make([]uint64, numbersWatched/64)
	}
	b := appendText([]byte{byte(f.allocator)}, row.Name())
	b = append(appendText(b, row.Key), byte(r.rank>>8), byte(r.rank))
	r.fail(r.requests.Add(b))
}

// numbersWatched is how many numbers of an allocator are looked at for one to give: all that networks can have.
const numbersWatched = 1 << 24

// useNumber notes that a number can't be given.
func (r *run) useNumber(a Allocator, n uint64) {
	if used := r.used[a]; used != nil && n < numbersWatched {
		used[n/64] |= 1 << (n % 64)
	}
}

// giveNumbers gives those that want one the lowest free numbers, in the order of their names.
func (r *run) giveNumbers() error {
	if err := r.failure(); r.o.Edit == nil || err != nil {
		return err
	}
	it, err := r.requests.Sort()
	if err != nil {
		return err
	}
	next := map[Allocator]int{}
	for it.Next() {
		d := decoder{it.Record()}
		f := networkIDs
		if Allocator(d.byte()) == GroupIDs {
			f = groupIDs
		}
		name, uuid := d.text(), d.text()
		rule := rules[int(d.b[0])<<8|int(d.b[1])]
		used := r.used[f.allocator]
		if f == groupIDs {
			used[0] |= 1
		}
		i := next[f.allocator]
		for i < len(used) && used[i] == ^uint64(0) {
			i++
		}
		next[f.allocator] = i
		if i == len(used) {
			continue // none is left
		}
		n := uint64(i)*64 + uint64(bits.TrailingZeros64(^used[i]))
		r.useNumber(f.allocator, n)
		rep := Report{Rule: rule, run: r}
		rep.change(setCell(objectCell(uuid, f.column), strconv.FormatUint(n+f.offset, 10)).in(Give), setNode(f.path(r, n), name).in(Give))
	}
	return it.Err()
}

// withoutTargets is the value of a list of route targets without some; empty if none is left.
func withoutTargets(value []byte, bad func(name string) bool) string {
	v := gjson.ParseBytes(value)
	list := v
	if v.IsObject() {
		list = v.Get("route_target")
	}
	var kept []byte
	list.ForEach(func(_, e gjson.Result) bool {
		name, ok := textOf(e)
		if !ok {
			name = e.Raw
		}
		if !bad(name) {
			if kept != nil {
				kept = append(kept, ", "...)
			}
			kept = append(kept, e.Raw...)
		}
		return true
	})
	if kept == nil {
		return ""
	}
	text := "[" + string(kept) + "]"
	if v.IsObject() {
		return string(value[:list.Index]) + text + string(value[list.Index+len(list.Raw):])
	}
	return text
}

// dropTargets is the edit that takes route targets out of a list of a network or router.
func dropTargets(row *Row, column string, bad func(name string) bool) Edit {
	at := objectCell(row.Key, column)
	c := row.prop(column[len("prop:"):])
	if value := withoutTargets(c.Value, bad); value != "" {
		return setCell(at, value)
	}
	return dropCell(at)
}
