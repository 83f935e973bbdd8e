package pretty

import (
	"bytes"
	"slices"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// tree is a text that is small enough to be held, with its tokens in order.
type tree struct {
	text  []byte
	nodes []node
	order []int32 // of the members of the objects that are being printed
	sc    *jsonscan.Scanner
}

// node is a token: 16 bytes.
type node struct {
	from, to uint32 // in the text; of a string without its quotes
	next     int32  // of an object or array: the token after its end
	kind     jsonscan.Kind
	plain    bool
}

// parse takes text apart, which was checked before and stays unchanged while
// the tree is used.
func (t *tree) parse(text []byte) error {
	if t.sc == nil {
		t.sc = newLenient()
	}
	t.text, t.nodes = text, t.nodes[:0]
	t.sc.Reset(bytes.NewReader(text), 0)
	t.order = t.order[:0] // of what is open
	for {
		k := t.sc.Next()
		plain := t.sc.Plain()
		for t.sc.More() {
			if _, err := t.sc.NextPart(); err != nil {
				return changed(err)
			}
			plain = false
		}
		n := node{from: uint32(t.sc.Offset()), to: uint32(t.sc.End()), kind: k, plain: plain}
		switch k {
		case jsonscan.EOF:
			return nil
		case jsonscan.Invalid:
			return changed(t.sc.Err())
		case jsonscan.ObjectStart, jsonscan.ArrayStart:
			t.order = append(t.order, int32(len(t.nodes)))
		case jsonscan.ObjectEnd, jsonscan.ArrayEnd:
			last := len(t.order) - 1
			t.nodes[t.order[last]].next = int32(len(t.nodes) + 1)
			t.order = t.order[:last]
		case jsonscan.Key, jsonscan.String:
			n.from++
			n.to--
		}
		t.nodes = append(t.nodes, n)
	}
}

func (t *tree) raw(n *node) []byte { return t.text[n.from:n.to] }

// after returns the token after the value that begins at i.
func (t *tree) after(i int32) int32 {
	if next := t.nodes[i].next; next != 0 {
		return next
	}
	return i + 1
}

// sorted appends the keys of the object at i to t.order, sorted.
func (t *tree) sorted(i int32) {
	from := len(t.order)
	for k := i + 1; t.nodes[k].kind == jsonscan.Key; k = t.after(k + 1) {
		t.order = append(t.order, k)
	}
	slices.SortFunc(t.order[from:], func(a, b int32) int {
		return t.compare(&t.nodes[a], &t.nodes[b])
	})
}

// compare compares two names by code points.
func (t *tree) compare(a, b *node) int {
	x, y := t.raw(a), t.raw(b)
	if !simple(x) || !simple(y) {
		var s, u [128]byte
		return bytes.Compare(jsonscan.AppendDecoded(s[:0], x), jsonscan.AppendDecoded(u[:0], y))
	}
	return bytes.Compare(x, y)
}

// simple tells if a raw text stands for itself.
func simple(raw []byte) bool { return bytes.IndexByte(raw, '\\') < 0 }
