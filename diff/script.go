package diff

import (
	"slices"
	"sort"
	"strconv"

	"github.com/dumptool/dumptool/internal/jsontree"
)

// run is a stretch that two lists have in common: a[run.a:run.a+run.n] equals
// b[run.b:run.b+run.n].
type run struct{ a, b, n int }

// mostEdits bounds the work for two lists. If more than that many elements went
// and came, what they have in common is found in another way, which doesn't
// promise the most.
const mostEdits = 2000

// commonRuns returns what two lists have in common, in order: a longest common
// subsequence, so that what is left is a shortest edit script (E. Myers, "An
// O(ND) Difference Algorithm and Its Variations", 1986).
func commonRuns(x, y []int32) []run {
	head := 0
	for head < len(x) && head < len(y) && x[head] == y[head] {
		head++
	}
	tail := 0
	for tail < len(x)-head && tail < len(y)-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	pairs, ok := shortest(x[head:len(x)-tail], y[head:len(y)-tail])
	if !ok {
		pairs = ascending(x[head:len(x)-tail], y[head:len(y)-tail])
	}
	var runs []run
	add := func(r run) {
		if r.n == 0 {
			return
		}
		if k := len(runs) - 1; k >= 0 && runs[k].a+runs[k].n == r.a && runs[k].b+runs[k].n == r.b {
			runs[k].n += r.n
			return
		}
		runs = append(runs, r)
	}
	add(run{0, 0, head})
	for _, p := range pairs {
		add(run{head + p[0], head + p[1], 1})
	}
	add(run{len(x) - tail, len(y) - tail, tail})
	return runs
}

// shortest returns the pairs of a longest common subsequence. It fails if the
// script would have more than mostEdits steps.
func shortest(x, y []int32) (pairs [][2]int, ok bool) {
	// reach[k] is how far x is gone through on the diagonal k = i-j, for
	// scripts of d steps; history keeps it for each d.
	most := min(len(x)+len(y), mostEdits)
	reach := make([]int32, 2*most+3)
	at := func(k int) int { return k + most + 1 }
	var history [][]int32
	for d := 0; d <= most; d++ {
		for k := -d; k <= d; k += 2 {
			var i int
			if k == -d || k != d && reach[at(k-1)] < reach[at(k+1)] {
				i = int(reach[at(k+1)])
			} else {
				i = int(reach[at(k-1)]) + 1
			}
			j := i - k
			for i < len(x) && j >= 0 && j < len(y) && x[i] == y[j] {
				i++
				j++
			}
			reach[at(k)] = int32(i)
			if i >= len(x) && j >= len(y) {
				return trace(x, y, history, d), true
			}
		}
		history = append(history, slices.Clone(reach[at(-d):at(d)+1]))
	}
	return nil, false
}

// trace goes the way back that shortest has found, d steps long.
func trace(x, y []int32, history [][]int32, d int) [][2]int {
	var pairs [][2]int
	i, j := len(x), len(y)
	for ; d > 0; d-- {
		before := history[d-1]
		reach := func(k int) int { // after d-1 steps, on the diagonals that they reach
			if n := k + d - 1; n >= 0 && n < len(before) {
				return int(before[n])
			}
			return -1
		}
		k := i - j
		down := k == -d || k != d && reach(k-1) < reach(k+1)
		i0, k0 := reach(k-1), k-1
		if down {
			i0, k0 = reach(k+1), k+1
		}
		start := i0
		if !down {
			start++
		}
		for i > start {
			i--
			j--
			pairs = append(pairs, [2]int{i, j})
		}
		i, j = i0, i0-k0
	}
	for i > 0 && j > 0 {
		i--
		j--
		pairs = append(pairs, [2]int{i, j})
	}
	slices.Reverse(pairs)
	return pairs
}

// ascending returns pairs of the elements that occur once in both lists, as
// many as keep their order.
func ascending(x, y []int32) [][2]int {
	once := func(list []int32) map[int32]int {
		places := map[int32]int{}
		for i, id := range list {
			if _, twice := places[id]; twice {
				places[id] = -1
			} else {
				places[id] = i
			}
		}
		return places
	}
	inX, inY := once(x), once(y)
	var pairs [][2]int // in the order of x
	for i, id := range x {
		if j, ok := inY[id]; ok && j >= 0 && inX[id] == i {
			pairs = append(pairs, [2]int{i, j})
		}
	}
	// The longest ascending subsequence of the places in y.
	var tails []int // index of the pair that ends the best sequence of each length
	before := make([]int, len(pairs))
	for p := range pairs {
		n := sort.Search(len(tails), func(n int) bool { return pairs[tails[n]][1] >= pairs[p][1] })
		before[p] = -1
		if n > 0 {
			before[p] = tails[n-1]
		}
		if n == len(tails) {
			tails = append(tails, p)
		} else {
			tails[n] = p
		}
	}
	var chosen [][2]int
	if len(tails) > 0 {
		for p := tails[len(tails)-1]; p >= 0; p = before[p] {
			chosen = append(chosen, pairs[p])
		}
	}
	slices.Reverse(chosen)
	return chosen
}

// interner gives equal values equal numbers.
type interner struct{ ids map[string]int32 }

func (t *interner) all(nodes []jsontree.Node) []int32 {
	if t.ids == nil {
		t.ids = map[string]int32{}
	}
	list := make([]int32, len(nodes))
	for i := range nodes {
		text := canonical(&nodes[i])
		id, ok := t.ids[text]
		if !ok {
			id = int32(len(t.ids))
			t.ids[text] = id
		}
		list[i] = id
	}
	return list
}

// canonical spells a value so that two have the same text exactly if they mean
// the same.
func canonical(n *jsontree.Node) string { return string(appendCanonical(nil, n)) }

func appendCanonical(b []byte, n *jsontree.Node) []byte {
	switch n.Kind {
	case jsontree.String:
		return strconv.AppendQuote(b, n.Text)
	case jsontree.Array:
		b = append(b, '[')
		for i := range n.Nodes {
			b = append(appendCanonical(b, &n.Nodes[i]), ',')
		}
		return append(b, ']')
	case jsontree.Object:
		order := make([]int, len(n.Names))
		for i := range order {
			order[i] = i
		}
		sort.Slice(order, func(i, j int) bool { return n.Names[order[i]] < n.Names[order[j]] })
		b = append(b, '{')
		for _, i := range order {
			b = append(strconv.AppendQuote(b, n.Names[i]), ':')
			b = append(appendCanonical(b, &n.Nodes[i]), ',')
		}
		return append(b, '}')
	}
	return append(b, n.Raw...)
}
