// Package jsontree parses JSON values that are small enough to be held, such as
// the value of a property, for comparing them in meaning. Numbers keep their
// text, strings are WTF-8, members keep their order. It is strict: what Python's
// json module refuses, or an object with a name twice, is an error.
package jsontree

import (
	"bytes"
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// Kind is the type of a JSON value.
type Kind uint8

// The kinds of values.
const (
	Literal Kind = iota // null, true, false
	Number
	String
	Array
	Object
)

// Node is a JSON value.
type Node struct {
	Kind  Kind
	Raw   []byte   // the text of the value, white space inside included
	Text  string   // of a String: decoded
	Names []string // of an Object: decoded
	Nodes []Node   // the elements or members
}

var errSyntax = errors.New("not JSON")

const maxDepth = 1000

// Parse parses one value. The node points into b.
func Parse(b []byte) (Node, error) {
	p := parser{b: b}
	p.space()
	var n Node
	if !p.value(&n, 0) {
		return Node{}, errSyntax
	}
	p.space()
	if p.i != len(b) {
		return Node{}, errSyntax
	}
	return n, nil
}

type parser struct {
	b []byte
	i int
}

func (p *parser) space() {
	for p.i < len(p.b) {
		switch p.b[p.i] {
		case ' ', '\t', '\r', '\n':
			p.i++
		default:
			return
		}
	}
}

func (p *parser) eat(c byte) bool {
	if p.i < len(p.b) && p.b[p.i] == c {
		p.i++
		return true
	}
	return false
}

func (p *parser) value(n *Node, depth int) bool {
	if p.i >= len(p.b) || depth > maxDepth {
		return false
	}
	start := p.i
	ok := false
	switch c := p.b[p.i]; c {
	case '{':
		n.Kind = Object
		ok = p.object(n, depth)
	case '[':
		n.Kind = Array
		ok = p.array(n, depth)
	case '"':
		n.Kind = String
		n.Text, ok = p.str()
	default:
		for p.i < len(p.b) && !bytes.ContainsRune([]byte(" \t\r\n,]}"), rune(p.b[p.i])) {
			p.i++
		}
		var number bool
		number, ok = jsonscan.ValidScalar(p.b[start:p.i])
		n.Kind = Literal
		if number {
			n.Kind = Number
		}
	}
	n.Raw = p.b[start:p.i]
	return ok
}

func (p *parser) str() (string, bool) {
	p.i++
	start := p.i
	plain := true
	for p.i < len(p.b) {
		switch c := p.b[p.i]; {
		case c == '"':
			raw := p.b[start:p.i]
			p.i++
			if plain {
				return string(raw), true
			}
			if !jsonscan.ValidString(raw) {
				return "", false
			}
			return string(jsonscan.AppendDecoded(nil, raw)), true
		case c == '\\':
			plain = false
			p.i += 2
		case c < 0x20:
			return "", false
		case c >= utf8.RuneSelf:
			plain = false
			p.i++
		default:
			p.i++
		}
	}
	return "", false
}

func (p *parser) array(n *Node, depth int) bool {
	p.i++
	p.space()
	if p.eat(']') {
		return true
	}
	for {
		p.space()
		n.Nodes = append(n.Nodes, Node{})
		if !p.value(&n.Nodes[len(n.Nodes)-1], depth+1) {
			return false
		}
		p.space()
		if p.eat(']') {
			return true
		}
		if !p.eat(',') {
			return false
		}
	}
}

func (p *parser) object(n *Node, depth int) bool {
	p.i++
	p.space()
	if p.eat('}') {
		return true
	}
	for {
		p.space()
		if p.i >= len(p.b) || p.b[p.i] != '"' {
			return false
		}
		name, ok := p.str()
		if !ok {
			return false
		}
		p.space()
		if !p.eat(':') {
			return false
		}
		p.space()
		n.Names = append(n.Names, name)
		n.Nodes = append(n.Nodes, Node{})
		if !p.value(&n.Nodes[len(n.Nodes)-1], depth+1) {
			return false
		}
		p.space()
		if p.eat('}') {
			return !twice(n.Names)
		}
		if !p.eat(',') {
			return false
		}
	}
}

func twice(names []string) bool {
	if len(names) < 16 {
		for i, a := range names {
			if slices.Contains(names[:i], a) {
				return true
			}
		}
		return false
	}
	seen := make(map[string]bool, len(names))
	for _, a := range names {
		if seen[a] {
			return true
		}
		seen[a] = true
	}
	return false
}

// Member returns the member of an object, nil if it has none of that name.
func (n *Node) Member(name string) *Node {
	if n.Kind != Object {
		return nil
	}
	for i, s := range n.Names {
		if s == name {
			return &n.Nodes[i]
		}
	}
	return nil
}

// Strings returns the elements of an array of strings, and if it is one.
func (n *Node) Strings() ([]string, bool) {
	if n.Kind != Array {
		return nil, false
	}
	s := make([]string, len(n.Nodes))
	for i := range n.Nodes {
		if n.Nodes[i].Kind != String {
			return nil, false
		}
		s[i] = n.Nodes[i].Text
	}
	return s, true
}

// Equal tells if two values mean the same: members in any order, numbers and
// literals by their text.
func Equal(a, b *Node) bool {
	if a.Kind != b.Kind || len(a.Nodes) != len(b.Nodes) {
		return false
	}
	switch a.Kind {
	case String:
		return a.Text == b.Text
	case Array:
		for i := range a.Nodes {
			if !Equal(&a.Nodes[i], &b.Nodes[i]) {
				return false
			}
		}
		return true
	case Object:
		for i, name := range a.Names {
			var other *Node
			if i < len(b.Names) && b.Names[i] == name {
				other = &b.Nodes[i]
			} else if other = b.Member(name); other == nil {
				return false
			}
			if !Equal(&a.Nodes[i], other) {
				return false
			}
		}
		return true
	}
	return bytes.Equal(a.Raw, b.Raw)
}

// EqualText tells if two texts are the same, or are JSON that means the same.
func EqualText(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	x, err := Parse(a)
	if err != nil {
		return false
	}
	y, err := Parse(b)
	return err == nil && Equal(&x, &y)
}
