package diff

import (
	"bytes"
	"strconv"

	"github.com/dumptool/dumptool/internal/jsontree"
)

// The member in which an export keeps what a dump has no room for otherwise
// (docs/live-metadata.md). Most of it is about the export: when it was made, with
// what, whether anything changed meanwhile. What it says of cells and nodes is
// content, and compared.
const (
	exportMember = "dumptool"
	exportSchema = "dumptool.live/1"
)

// noContent is what a dump without that member says.
const noContent = `{"cells": [], "nodes": []}`

// exportContent returns the part of the member that is content. ok is false for a
// member of that name that is something else.
func exportContent(text string, ephemeral bool) (content string, ok bool) {
	n, err := jsontree.Parse([]byte(text))
	if err != nil || n.Kind != jsontree.Object {
		return "", false
	}
	if schema := n.Member("schema"); schema == nil || schema.Text != exportSchema {
		return "", false
	}
	b := []byte(`{`)
	for i, name := range []string{"cells", "nodes"} {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(b, `"`+name+`": [`...)
		list := n.Member(name)
		first := true
		for j := 0; list != nil && j < len(list.Nodes); j++ {
			item := &list.Nodes[j]
			if name == "nodes" && !ephemeral && isEphemeralItem(item) {
				continue
			}
			if !first {
				b = append(b, ", "...)
			}
			first = false
			b = append(b, bytes.TrimSpace(item.Raw)...)
		}
		b = append(b, ']')
	}
	return string(append(b, '}')), true
}

// isEphemeralItem tells of what is said of a node that a session owns it.
func isEphemeralItem(item *jsontree.Node) bool {
	if len(item.Nodes) < 2 {
		return false
	}
	m := item.Nodes[1].Member("ephemeral")
	return m != nil && string(bytes.TrimSpace(m.Raw)) == "true"
}

// expiryTolerance is by how many seconds the same time of expiry can differ:
// databases count what is left of it in whole seconds, from when they are asked.
const expiryTolerance = 2

// sameContent compares what two members say, whatever the order.
func sameContent(a, b string) bool {
	x, errX := jsontree.Parse([]byte(a))
	y, errY := jsontree.Parse([]byte(b))
	if errX != nil || errY != nil {
		return false
	}
	for _, name := range []string{"cells", "nodes"} {
		items := map[string]*jsontree.Node{}
		for i := range x.Member(name).Nodes {
			items[itemKey(&x.Member(name).Nodes[i])] = &x.Member(name).Nodes[i]
		}
		if len(items) != len(y.Member(name).Nodes) {
			return false
		}
		for i := range y.Member(name).Nodes {
			other := &y.Member(name).Nodes[i]
			if mine := items[itemKey(other)]; mine == nil || !sameItem(mine, other) {
				return false
			}
		}
	}
	return true
}

// itemKey is what an item is about: all of its elements but the last.
func itemKey(item *jsontree.Node) string {
	var b []byte
	for i := 0; i+1 < len(item.Nodes); i++ {
		b = strconv.AppendQuote(b, item.Nodes[i].Text)
	}
	return string(b)
}

// sameItem compares what is said of one cell or node.
func sameItem(a, b *jsontree.Node) bool {
	if len(a.Nodes) == 0 || len(b.Nodes) == 0 {
		return jsontree.Equal(a, b)
	}
	x, y := &a.Nodes[len(a.Nodes)-1], &b.Nodes[len(b.Nodes)-1]
	if len(x.Names) != len(y.Names) {
		return false
	}
	for i, name := range x.Names {
		other := y.Member(name)
		if other == nil {
			return false
		}
		if name == "expires" && near(x.Nodes[i].Raw, other.Raw) {
			continue
		}
		if !jsontree.Equal(&x.Nodes[i], other) {
			return false
		}
	}
	return true
}

func near(a, b []byte) bool {
	x, errX := strconv.ParseInt(string(bytes.TrimSpace(a)), 10, 64)
	y, errY := strconv.ParseInt(string(bytes.TrimSpace(b)), 10, 64)
	return errX == nil && errY == nil && max(x-y, y-x) <= expiryTolerance
}
