package diff

import (
	"strconv"
	"strings"

	"github.com/dumptool/dumptool/internal/jsontree"
)

// Edits says what differs inside of the values of a modified field.
func Edits(f *Field) []Edit {
	if f.Op != Modified || f.Old.IsRaw || f.New.IsRaw || !f.Old.Set || !f.New.Set || f.Old.Long != nil || f.New.Long != nil {
		return nil
	}
	a, err := jsontree.Parse([]byte(f.Old.Text))
	if err != nil {
		return nil
	}
	b, err := jsontree.Parse([]byte(f.New.Text))
	if err != nil {
		return nil
	}
	var w editor
	w.compare(place{}, &a, &b)
	return w.list
}

type editor struct{ list []Edit }

// place is where two values stand. An element of a list can have moved, so the
// paths of the two can differ. Each element of a path follows a dot here, so
// that one that is empty counts too.
type place struct{ old, new string }

func (p place) member(name string) place {
	name = "." + escapeName(name)
	return place{p.old + name, p.new + name}
}

func (p place) elements(i, j int) place {
	return place{p.old + "." + strconv.Itoa(i), p.new + "." + strconv.Itoa(j)}
}

// add notes an edit: what was added at its path in the new value, all else at
// that in the old one.
func (w *editor) add(op Op, at place, old, new []byte) {
	path := at.old
	if op == Added {
		path = at.new
	}
	w.list = append(w.list, Edit{Path: strings.TrimPrefix(path, "."), Op: op, Old: string(old), New: string(new)})
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

// mostPairs bounds the work for two lists; longer ones are shown as a whole.
const mostPairs = 4 << 20

// arrays finds a shortest edit script of two lists. A removal with an addition
// at its place becomes a modification, into which it looks further.
func (w *editor) arrays(at place, a, b *jsontree.Node) {
	x, y := a.Nodes, b.Nodes
	from := 0
	for from < len(x) && from < len(y) && jsontree.Equal(&x[from], &y[from]) {
		from++
	}
	x, y = x[from:], y[from:]
	for len(x) > 0 && len(y) > 0 && jsontree.Equal(&x[len(x)-1], &y[len(y)-1]) {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	if (len(x)+1)*(len(y)+1) > mostPairs {
		w.add(Modified, at, a.Raw, b.Raw)
		return
	}
	length := commonLengths(x, y)
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		if i < len(x) && j < len(y) && jsontree.Equal(&x[i], &y[j]) {
			i++
			j++
			continue
		}
		// What goes and what comes before the next common element.
		i0, j0 := i, j
		for i < len(x) || j < len(y) {
			if i < len(x) && j < len(y) && jsontree.Equal(&x[i], &y[j]) {
				break
			}
			if j == len(y) || i < len(x) && length[i+1][j] >= length[i][j+1] {
				i++
			} else {
				j++
			}
		}
		for i0 < i && j0 < j {
			w.compare(at.elements(from+i0, from+j0), &x[i0], &y[j0])
			i0++
			j0++
		}
		for ; i0 < i; i0++ {
			w.add(Removed, at.elements(from+i0, from+j0), x[i0].Raw, nil)
		}
		for ; j0 < j; j0++ {
			w.add(Added, at.elements(from+i0, from+j0), nil, y[j0].Raw)
		}
	}
}

// commonLengths gives for each pair of rests the length of their longest
// common subsequence.
func commonLengths(x, y []jsontree.Node) [][]int32 {
	length := make([][]int32, len(x)+1)
	cells := make([]int32, (len(x)+1)*(len(y)+1))
	for i := range length {
		length[i] = cells[i*(len(y)+1) : (i+1)*(len(y)+1)]
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if jsontree.Equal(&x[i], &y[j]) {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	return length
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
