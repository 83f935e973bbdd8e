package diff

import (
	"strconv"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/internal/jsontree"
)

// Edits says what differs inside of the values of a modified field. Lists that
// Contrail takes for sets (contrail.IsSetList) are compared without order;
// where nothing but the order differs, and in other lists, the edits are a
// shortest script.
func Edits(f *Field) []Edit {
	if f.Op != Modified || f.Old.IsRaw || f.New.IsRaw || !f.Old.Set || !f.New.Set || f.Old.Long != nil || f.New.Long != nil {
		return nil
	}
	return EditsOf(f.Name, f.Old.Text, f.New.Text)
}

// EditsOf says what differs between two JSON texts that stand in a column of
// an object. There are none if one of the texts is no JSON.
func EditsOf(column, old, new string) []Edit {
	a, err := jsontree.Parse([]byte(old))
	if err != nil {
		return nil
	}
	b, err := jsontree.Parse([]byte(new))
	if err != nil {
		return nil
	}
	w := editor{column: column}
	w.compare(place{}, &a, &b)
	return w.list
}

type editor struct {
	column string
	list   []Edit
}

// place is where two values stand. An element of a list can have moved, so the
// paths of the two can differ. Each element of a path follows a dot here, so
// that one that is empty counts too.
type place struct {
	old, new string
	name     string // of the member
	element  string // what the innermost element of a list on the way is known by
}

func (p place) member(name string) place {
	path := "." + escapeName(name)
	return place{p.old + path, p.new + path, name, p.element}
}

// elements is the place of two elements, of which one can be nil.
func (p place) elements(i, j int, x, y *jsontree.Node) place {
	q := place{p.old + "." + strconv.Itoa(i), p.new + "." + strconv.Itoa(j), "", p.element}
	if x == nil {
		x = y
	}
	if key, value := identity(x); key != "" {
		q.element = key + " " + label(value)
	}
	return q
}

// add notes an edit: what was added at its path in the new value, all else at
// that in the old one.
func (w *editor) add(op Op, at place, old, new []byte) {
	path := at.old
	if op == Added {
		path = at.new
	}
	w.list = append(w.list, Edit{Path: strings.TrimPrefix(path, "."), Op: op, Old: string(old), New: string(new), Element: at.element})
}

func (w *editor) compare(at place, a, b *jsontree.Node) {
	switch {
	case jsontree.Equal(a, b):
	case a.Kind == jsontree.Object && b.Kind == jsontree.Object:
		w.objects(at, a, b)
	case a.Kind == jsontree.Array && b.Kind == jsontree.Array:
		w.arrays(at, a, b)
	default:
		w.add(Modified, at, a.Raw, b.Raw)
	}
}

func (w *editor) objects(at place, a, b *jsontree.Node) {
	for i, name := range a.Names {
		if other := b.Member(name); other != nil {
			w.compare(at.member(name), &a.Nodes[i], other)
		} else {
			w.add(Removed, at.member(name), a.Nodes[i].Raw, nil)
		}
	}
	for i, name := range b.Names {
		if a.Member(name) == nil {
			w.add(Added, at.member(name), nil, b.Nodes[i].Raw)
		}
	}
}

func (w *editor) arrays(at place, a, b *jsontree.Node) {
	var ids interner
	x, y := ids.all(a.Nodes), ids.all(b.Nodes)
	if contrail.IsSetList(w.column, at.name) && !sameElements(x, y) {
		w.sets(at, a, b, x, y)
		return
	}
	i, j := 0, 0
	for _, run := range append(commonRuns(x, y), run{len(x), len(y), 0}) {
		w.gap(at, a, b, [2]int{i, run.a}, [2]int{j, run.b})
		i, j = run.a+run.n, run.b+run.n
	}
}

// gap notes what stands between two common elements: a[i[0]:i[1]] became
// b[j[0]:j[1]]. Elements that are known by the same are one that was modified;
// so are others at the same place.
func (w *editor) gap(at place, a, b *jsontree.Node, i, j [2]int) {
	from, to := i[0], j[0]
	for from < i[1] && to < j[1] {
		x := &a.Nodes[from]
		k := to
		for key, value := identity(x); key != "" && k < j[1] && !sameIdentity(key, value, &b.Nodes[k]); {
			k++
		}
		if k == j[1] {
			// Nobody continues x. It and the one at its place can still be the
			// same, if nothing says otherwise.
			if key, _ := identity(&b.Nodes[to]); key != "" {
				w.add(Removed, at.elements(from, to, x, nil), x.Raw, nil)
				from++
				continue
			}
			k = to
		}
		for ; to < k; to++ {
			w.add(Added, at.elements(from, to, nil, &b.Nodes[to]), nil, b.Nodes[to].Raw)
		}
		w.compare(at.elements(from, to, x, &b.Nodes[to]), x, &b.Nodes[to])
		from++
		to++
	}
	for ; from < i[1]; from++ {
		w.add(Removed, at.elements(from, to, &a.Nodes[from], nil), a.Nodes[from].Raw, nil)
	}
	for ; to < j[1]; to++ {
		w.add(Added, at.elements(from, to, nil, &b.Nodes[to]), nil, b.Nodes[to].Raw)
	}
}

// sets compares two lists without order. Of equal elements as many are common
// as both have; the others are paired if they are known by the same.
func (w *editor) sets(at place, a, b *jsontree.Node, x, y []int32) {
	spare := map[int32]int{}
	for _, id := range x {
		spare[id]++
	}
	var added []int
	for j, id := range y {
		if spare[id] > 0 {
			spare[id]--
		} else {
			added = append(added, j)
		}
	}
	known := map[string]int{} // by identity, the places in b of what was added, plus 1
	for _, j := range added {
		if key, value := identity(&b.Nodes[j]); key != "" {
			if id := key + " " + canonical(value); known[id] == 0 {
				known[id] = j + 1
			}
		}
	}
	// The last ones of equal elements are those that went.
	removed := make([]bool, len(x))
	for i := len(x) - 1; i >= 0; i-- {
		if spare[x[i]] > 0 {
			spare[x[i]]--
			removed[i] = true
		}
	}
	used := map[int]bool{}
	for i := range x {
		if !removed[i] {
			continue
		}
		n := &a.Nodes[i]
		if key, value := identity(n); key != "" {
			id := key + " " + canonical(value)
			if j := known[id] - 1; j >= 0 {
				delete(known, id)
				used[j] = true
				w.compare(at.elements(i, j, n, &b.Nodes[j]), n, &b.Nodes[j])
				continue
			}
		}
		w.add(Removed, at.elements(i, i, n, nil), n.Raw, nil)
	}
	for _, j := range added {
		if !used[j] {
			w.add(Added, at.elements(j, j, nil, &b.Nodes[j]), nil, b.Nodes[j].Raw)
		}
	}
}

// sameElements tells if two lists hold the same in another order.
func sameElements(x, y []int32) bool {
	if len(x) != len(y) {
		return false
	}
	count := map[int32]int{}
	for i := range x {
		count[x[i]]++
		count[y[i]]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// identity returns what an element of a list is known by; key is empty if it
// has nothing of the kind.
func identity(n *jsontree.Node) (key string, value *jsontree.Node) {
	if n.Kind != jsontree.Object {
		return "", nil
	}
	for _, key := range contrail.ElementKeys() {
		if m := n.Member(key); m != nil && m.Kind != jsontree.Array && string(m.Raw) != "null" {
			return key, m
		}
	}
	return "", nil
}

func sameIdentity(key string, value, n *jsontree.Node) bool {
	k, v := identity(n)
	return k == key && jsontree.Equal(v, value)
}

// label is the value of an identity for people.
func label(n *jsontree.Node) string {
	switch {
	case n.Kind == jsontree.String:
		return n.Text
	case n.Kind == jsontree.Object:
		prefix, length := n.Member("ip_prefix"), n.Member("ip_prefix_len")
		if prefix != nil && prefix.Kind == jsontree.String && length != nil {
			return prefix.Text + "/" + string(length.Raw)
		}
	}
	return string(n.Raw)
}

// escapeName makes a name an element of a gjson path.
func escapeName(name string) string {
	var b strings.Builder
	for _, c := range []byte(name) {
		if c < ' ' || strings.IndexByte(`.*?|#@\!{}[]()=<>%"'`, c) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}
