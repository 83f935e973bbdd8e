package validate

import (
	"bytes"
	"encoding/binary"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/contrail"
)

const (
	pathInner byte = iota
	pathListed
	pathAsked
	pathOdd // listed, and odd unless it has nodes below it
)

// What is odd about a path.
const (
	oddNoSubnet byte = 1 << iota
	oddEmpty
)

// oddity says what is odd about a node if there is nothing below it.
func (n *Node) oddity() (odd byte) {
	subnet := isSubnetNode(n)
	if subnet && len(n.Text) > 0 {
		return 0 // as most
	}
	below := n.isBelow("/api-server/subnets")
	if below && !subnet {
		odd |= oddNoSubnet
	}
	if n.Kind == contrail.NodeDirectory && len(n.Text) == 0 && (below || n.isBelow("/id")) {
		odd |= oddEmpty
	}
	return odd
}

// notePath keeps a path and the directories above it. Nodes below one directory mostly follow each other, so that a few
// directories remembered keep most repetitions out.
func (j *judge) notePath(node *Node) {
	n := node.ZNode
	path := n.Normal
	b := j.pathRecord(path, pathListed)
	children := node.children
	b = binary.AppendVarint(binary.AppendVarint(b, n.Offset), children)
	b = binary.LittleEndian.AppendUint64(b, xxh3.Hash(node.Text))
	odd := node.oddity()
	if children > 0 || node.twin || odd != 0 {
		b = appendText(b, path) // others are not spoken of unless there are nodes below them
	}
	j.hash = b
	j.pathTable.add(j.hash)
	if odd != 0 {
		j.hash = append(j.pathRecord(path, pathOdd), odd)
		j.pathTable.add(j.hash)
	}
	for {
		i := bytes.LastIndexByte(path, '/')
		if i <= 0 {
			return
		}
		path = path[:i]
		for _, d := range j.lastDirs {
			if d == string(path) {
				return
			}
		}
		dir := string(path)
		j.lastDirs[j.dirTurn%len(j.lastDirs)] = dir
		j.dirTurn++
		b := j.pathRecord(path, pathInner)
		j.hash = appendText(binary.AppendVarint(b, n.Offset), path)
		j.pathTable.add(j.hash)
	}
}

// pathRecord begins a record about a path, in memory that is used again.
func (j *judge) pathRecord(path []byte, kind byte) []byte {
	h := pathKey(path)
	return append(append(j.hash[:0], h[:]...), kind)
}

func pathKey(path []byte) id { return id(xxh3.Hash128(path).Bytes()) }

// joinPaths judges paths that are listed and have nodes below them, and answers where missing locks went.
func (r *run) joinPaths() error {
	var x Path
	return r.pathTable.groups(func(_ id, payloads [][]byte) error {
		x = Path{FirstBelow: -1, ListedAt: -1, SameData: true}
		data := uint64(0)
		var asked [][]byte
		for _, p := range payloads {
			d := decoder{p}
			switch d.byte() {
			case pathInner:
				off := d.int()
				if !x.Inner || off < x.FirstBelow {
					x.FirstBelow = off
				}
				x.Inner = true
				x.Path = d.text()
			case pathListed:
				off := d.int()
				x.Children = d.int()
				hash := binary.LittleEndian.Uint64(d.b)
				if d.b = d.b[8:]; len(d.b) > 0 {
					x.Path = d.text()
				}
				if x.Listed {
					x.Twins = append(x.Twins, max(off, x.ListedAt))
					x.SameData = x.SameData && hash == data
					off = min(off, x.ListedAt)
				}
				x.Listed, x.ListedAt, data = true, off, hash
			case pathAsked:
				asked = append(asked, d.b)
			case pathOdd:
				odd := d.byte()
				x.NoSubnet, x.Empty = x.NoSubnet || odd&oddNoSubnet != 0, x.Empty || odd&oddEmpty != 0
			}
		}
		if x.Listed && (x.Inner || x.Children > 0 || len(x.Twins) > 0 || x.NoSubnet || x.Empty) {
			r.hooks.paths.call(&x)
		}
		for _, a := range asked {
			d := decoder{a}
			x.AsksForMissing = true
			x.Path, x.LivingUUID, x.LivingType = d.text(), d.text(), d.text()
			x.LivingName = nil
			for len(d.b) > 0 {
				x.LivingName = append(x.LivingName, d.text())
			}
			r.hooks.paths.call(&x)
		}
		return r.failure()
	})
}
