package diff

import (
	"strconv"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/internal/jsontree"
)

// Merge makes of a value that was changed in two ways one with both changes: old
// is what it was, mine and yours are what has become of it. The texts are JSON
// and stand in a column of an object. It fails where both have changed the same
// in different ways, and says where (a gjson path, empty for the whole), or if
// a text is no JSON.
//
// Members of objects are merged one by one; lists that are sets element by
// element; other lists where what was changed in them doesn't touch, and in
// elements that stand opposite to each other. Of two times at which the object
// was modified last, the later one counts. The order is that of mine.
func Merge(column string, old, mine, yours []byte) (merged []byte, conflict string, ok bool) {
	var n [3]jsontree.Node
	for i, text := range [][]byte{old, mine, yours} {
		var err error
		if n[i], err = jsontree.Parse(text); err != nil {
			return nil, "", false
		}
	}
	m := merger{column: column}
	merged = m.merge("", "", &n[0], &n[1], &n[2])
	return merged, strings.TrimPrefix(m.conflict, "."), !m.failed
}

type merger struct {
	column   string
	failed   bool
	conflict string // path of the first
}

func (m *merger) fail(path string) []byte {
	if !m.failed {
		m.failed, m.conflict = true, path
	}
	return nil
}

// merge returns the text of a value that all three have; name is the member
// that it is of.
func (m *merger) merge(path, name string, o, x, y *jsontree.Node) []byte {
	switch {
	case jsontree.Equal(x, y), jsontree.Equal(o, y):
		return x.Raw
	case jsontree.Equal(o, x):
		return y.Raw
	case m.column == "prop:id_perms" && path == ".last_modified" && x.Kind == jsontree.String && y.Kind == jsontree.String:
		if y.Text > x.Text {
			return y.Raw
		}
		return x.Raw
	case o.Kind != x.Kind || o.Kind != y.Kind:
	case o.Kind == jsontree.Object:
		var out []byte
		m.members(path, membersOf(o), membersOf(x), membersOf(y), func(key string, text []byte) {
			out = append(separate(out), contrail.AppendJSONString(nil, key, true)...)
			out = append(append(out, ": "...), text...)
		})
		return append(append([]byte{'{'}, out...), '}')
	case o.Kind == jsontree.Array:
		if text, ok := m.elements(path, name, o, x, y); ok {
			return text
		}
	}
	return m.fail(path)
}

func separate(b []byte) []byte {
	if len(b) > 0 {
		b = append(b, ", "...)
	}
	return b
}

// keyed are values by what they are known by.
type keyed struct {
	keys  []string
	nodes map[string]*jsontree.Node
}

func membersOf(n *jsontree.Node) keyed {
	k := keyed{keys: n.Names, nodes: make(map[string]*jsontree.Node, len(n.Names))}
	for i, name := range n.Names {
		k.nodes[name] = &n.Nodes[i]
	}
	return k
}

// elementsOf is membersOf for a list whose elements have identities; it fails if
// one has none, or two have the same.
func elementsOf(n *jsontree.Node) (k keyed, ok bool) {
	k.nodes = make(map[string]*jsontree.Node, len(n.Nodes))
	for i := range n.Nodes {
		key, value := identity(&n.Nodes[i])
		if key == "" {
			return k, false
		}
		key += " " + canonical(value)
		if k.nodes[key] != nil {
			return k, false
		}
		k.keys = append(k.keys, key)
		k.nodes[key] = &n.Nodes[i]
	}
	return k, true
}

// members merges what is known by keys and gives it one after another.
func (m *merger) members(path string, o, x, y keyed, give func(key string, text []byte)) {
	for _, key := range x.keys {
		at := path + "." + escapeName(key)
		was, mine, yours := o.nodes[key], x.nodes[key], y.nodes[key]
		switch {
		case was != nil && yours != nil:
			give(key, m.merge(at, key, was, mine, yours))
		case was != nil: // removed in yours
			if !jsontree.Equal(was, mine) {
				m.fail(at)
			}
		case yours == nil || jsontree.Equal(mine, yours):
			give(key, mine.Raw)
		default: // added in both
			m.fail(at)
		}
	}
	for _, key := range y.keys {
		if x.nodes[key] != nil {
			continue
		}
		switch was := o.nodes[key]; {
		case was == nil:
			give(key, y.nodes[key].Raw)
		case !jsontree.Equal(was, y.nodes[key]): // removed in mine
			m.fail(path + "." + escapeName(key))
		}
	}
}

// elements merges lists.
func (m *merger) elements(path, name string, o, x, y *jsontree.Node) (text []byte, ok bool) {
	var out []byte
	give := func(text []byte) { out = append(separate(out), text...) }
	list := func() []byte { return append(append([]byte{'['}, out...), ']') }
	var ids interner
	was, mine, yours := ids.all(o.Nodes), ids.all(x.Nodes), ids.all(y.Nodes)
	if !contrail.IsSetList(m.column, name) || sameElements(was, mine) || sameElements(was, yours) {
		ok = m.inOrder(path, o, x, y, commonRuns(was, mine), commonRuns(was, yours), give)
		return list(), ok
	}
	a, okA := elementsOf(o)
	b, okB := elementsOf(x)
	c, okC := elementsOf(y)
	if okA && okB && okC {
		m.members(path, a, b, c, func(_ string, text []byte) { give(text) })
		return list(), true
	}
	// What yours lost goes from mine, what it got comes to it, unless mine did so
	// already.
	change := map[int32]int{} // from old to yours
	for _, id := range was {
		change[id]--
	}
	for _, id := range yours {
		change[id]++
	}
	got := map[int32]int{} // from old to mine
	for _, id := range mine {
		got[id]++
	}
	for _, id := range was {
		got[id]--
	}
	for id, n := range change {
		switch {
		case n > 0 && got[id] > 0:
			change[id] = max(n-got[id], 0)
		case n < 0 && got[id] < 0:
			change[id] = min(n-got[id], 0)
		}
	}
	for i, id := range mine {
		if change[id] < 0 {
			change[id]++
			continue
		}
		give(x.Nodes[i].Raw)
	}
	for i, id := range yours {
		if change[id] > 0 {
			change[id]--
			give(y.Nodes[i].Raw)
		}
	}
	return list(), true
}

// inOrder merges lists whose order counts, given what old has in common with
// mine and with yours. Between the stretches that are in all three, one of the
// two may have changed something, or both the same, or both inside of elements
// that stand opposite to each other.
func (m *merger) inOrder(path string, o, x, y *jsontree.Node, mine, yours []run, give func([]byte)) bool {
	// opposite[i] is where old's element i stands, -1 if it is gone.
	opposite := func(runs []run) []int {
		to := make([]int, len(o.Nodes)+1)
		for i := range to {
			to[i] = -1
		}
		for _, r := range runs {
			for k := range r.n {
				to[r.a+k] = r.b + k
			}
		}
		return to
	}
	inX, inY := opposite(mine), opposite(yours)
	inX[len(o.Nodes)], inY[len(o.Nodes)] = len(x.Nodes), len(y.Nodes)
	i, j, k := 0, 0, 0
	for at := 0; at <= len(o.Nodes); at++ {
		if inX[at] < 0 || inY[at] < 0 {
			continue
		}
		was, ours, theirs := o.Nodes[i:at], x.Nodes[j:inX[at]], y.Nodes[k:inY[at]]
		switch {
		case sameNodes(was, theirs), sameNodes(ours, theirs):
			for e := range ours {
				give(ours[e].Raw)
			}
		case sameNodes(was, ours):
			for e := range theirs {
				give(theirs[e].Raw)
			}
		case len(was) == len(ours) && len(was) == len(theirs):
			for e := range was {
				if !sameElement(&was[e], &ours[e], &theirs[e], len(was) == 1) {
					m.fail(path + "." + strconv.Itoa(i+e))
				}
				give(m.merge(path+"."+strconv.Itoa(i+e), "", &was[e], &ours[e], &theirs[e]))
			}
		default:
			m.fail(path + "." + strconv.Itoa(i))
			return false
		}
		if at < len(o.Nodes) {
			give(x.Nodes[inX[at]].Raw)
		}
		i, j, k = at+1, inX[at]+1, inY[at]+1
	}
	return true
}

// sameElement tells if three elements are one that was changed, so that they can
// be merged: all are known by the same, or, of one that stands alone, by nothing.
// Where only one side has another it is taken whatever it is known by.
func sameElement(o, x, y *jsontree.Node, alone bool) bool {
	if jsontree.Equal(o, x) || jsontree.Equal(o, y) || jsontree.Equal(x, y) {
		return true
	}
	key, value := identity(o)
	if key == "" {
		other, _ := identity(x)
		third, _ := identity(y)
		return alone && other == "" && third == ""
	}
	return sameIdentity(key, value, x) && sameIdentity(key, value, y)
}

func sameNodes(a, b []jsontree.Node) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !jsontree.Equal(&a[i], &b[i]) {
			return false
		}
	}
	return true
}
