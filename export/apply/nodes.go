package apply

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dumptool/dumptool/export/internal/limits"
	"github.com/dumptool/dumptool/internal/spill"
)

// nodePlan puts changes of nodes into the order in which they are made: what is made and set by path, so that a node comes
// before those below it, then what is deleted, the other way round. It adds the nodes above new ones that are not there, and
// those that would be left over: that have nothing, and no children any more, and stand for nothing in a dump.
//
// Memory: that of two sorters, and a path.
type nodePlan struct {
	z         ZooKeeper
	o         *Options
	file      *spill.File
	ascending *spill.Sorter // nodes to make and set, those above others included
	all       *spill.Sorter // all nodes that are changed, the lowest first
	deletes   *spill.File   // places in file, in order
	buf       []byte
}

// found is a change of a node that fits, and what of the live node counts for others.
type found struct {
	nodeLine
	Live     bool `json:"live"`
	Children int  `json:"children"`
	Stays    bool `json:"stays"` // as it is, even without children
}

func newNodePlan(z ZooKeeper, o *Options) (*nodePlan, error) {
	file, err := o.Temp.Create()
	if err != nil {
		return nil, err
	}
	deletes, err := o.Temp.Create()
	if err != nil {
		file.Close()
		return nil, err
	}
	return &nodePlan{z: z, o: o, file: file, deletes: deletes,
		ascending: spill.NewSorter(o.Temp, o.Memory/2), all: spill.NewSorter(o.Temp, o.Memory/2)}, nil
}

func (p *nodePlan) close() {
	p.file.Close()
	p.deletes.Close()
	p.ascending.Close()
	p.all.Close()
}

// keep writes a change to the file and returns its place.
func (p *nodePlan) keep(f *found) (at, size int64, err error) {
	text, err := json.Marshal(f)
	if err != nil {
		return 0, 0, err
	}
	at = p.file.Size()
	_, err = p.file.Write(text)
	return at, int64(len(text)), err
}

func (p *nodePlan) load(place []byte) (*found, error) {
	at, size := int64(binary.BigEndian.Uint64(place)), int64(binary.BigEndian.Uint64(place[8:]))
	text := make([]byte, size)
	if _, err := p.file.ReadAt(text, at); err != nil {
		return nil, fmt.Errorf("read temporary file: %w", err)
	}
	f := new(found)
	return f, json.Unmarshal(text, f)
}

// sortKey is a path such that a node sorts right before those below it.
func sortKey(dst []byte, path string) []byte {
	for _, c := range []byte(path[1:]) {
		if c == '/' {
			c = 1 // no path has it, and it sorts before all that paths have
		}
		dst = append(dst, c)
	}
	return append(dst, 0)
}

// add takes in a change.
func (p *nodePlan) add(f *found) error {
	at, size, err := p.keep(f)
	if err != nil {
		return err
	}
	key := sortKey(p.buf[:0], f.Path)
	for i := range key {
		key[i] = ^key[i]
	}
	key = binary.BigEndian.AppendUint64(key, uint64(at))
	key = binary.BigEndian.AppendUint64(key, uint64(size))
	p.buf = key
	return p.all.Add(key)
}

// set plans to make or set a node.
func (p *nodePlan) set(f *found) error {
	at, size, err := p.keep(f)
	if err != nil {
		return err
	}
	key := sortKey(p.buf[:0], f.Path)
	key = binary.BigEndian.AppendUint64(key, uint64(at))
	key = binary.BigEndian.AppendUint64(key, uint64(size))
	p.buf = key
	return p.ascending.Add(key)
}

// stays notes that a node was there before those below it, so that it stays when they go again.
func (p *nodePlan) stays(f *found) error {
	f.New = &NodeValue{Data: f.Old.Data, Null: f.Old.Null}
	return p.set(f)
}

// changes tells if a line is more than such a note.
func (n *nodeLine) changes() bool {
	return n.Old == nil || n.New == nil || !n.Old.sameData(n.New) || n.New.ACL != nil
}

// delete plans to delete a node.
func (p *nodePlan) delete(f *found) error {
	at, size, err := p.keep(f)
	if err != nil {
		return err
	}
	b := binary.BigEndian.AppendUint64(p.buf[:0], uint64(at))
	p.buf = binary.BigEndian.AppendUint64(b, uint64(size))
	_, err = p.deletes.Write(p.buf)
	return err
}

// above is a node that stands above nodes that change.
type above struct {
	path          string
	made, deleted int // children
}

// arrange gives all changes in order, and counts them.
func (p *nodePlan) arrange(ctx context.Context, each func(*nodeLine) error) (n int64, err error) {
	it, err := p.all.Sort()
	if err != nil {
		return 0, err
	}
	var stack []above // from the top down, the root left out
	for it.Next() {
		rec := it.Record()
		f, err := p.load(rec[len(rec)-16:])
		if err != nil {
			return 0, err
		}
		for len(stack) > 0 && f.Path != stack[len(stack)-1].path && !strings.HasPrefix(f.Path, stack[len(stack)-1].path+"/") {
			if stack, err = p.leave(ctx, stack); err != nil {
				return 0, err
			}
		}
		var own above
		if k := len(stack); k > 0 && stack[k-1].path == f.Path {
			own, stack = stack[k-1], stack[:k-1]
		}
		// The nodes above it are remembered.
		from := 1
		if k := len(stack); k > 0 {
			from = len(stack[k-1].path) + 1
		}
		for i := from; i < len(f.Path); i++ {
			if f.Path[i] == '/' {
				stack = append(stack, above{path: f.Path[:i]})
			}
		}
		made, deleted, err := p.decide(f, own)
		if err != nil {
			return 0, err
		}
		if k := len(stack); k > 0 {
			stack[k-1].made += made
			stack[k-1].deleted += deleted
		}
	}
	if err := it.Err(); err != nil {
		return 0, err
	}
	for len(stack) > 0 {
		if stack, err = p.leave(ctx, stack); err != nil {
			return 0, err
		}
	}
	return p.give(each)
}

// decide plans a change, given what happens to the children of its node, and returns what that means for its parent.
func (p *nodePlan) decide(f *found, own above) (made, deleted int, err error) {
	switch {
	case f.Stays:
		return 0, 0, nil
	case f.New != nil && !f.Live:
		return 1, 0, p.set(f)
	case f.New != nil:
		return 0, 0, p.set(f)
	case !f.Live:
		return 0, 0, nil
	case f.Children-own.deleted+own.made <= 0:
		return 0, 1, p.delete(f)
	}
	// It stays for those below it, as a node that a dump does not have.
	f.New = &NodeValue{}
	if len(f.Old.Data) == 0 && open(f.Old.ACL) {
		return 0, 0, p.stays(f)
	}
	if !open(f.Old.ACL) {
		f.New.ACL = OpenACL()
	}
	return 0, 0, p.set(f)
}

// leave ends a node that no edit is about, and stands above some.
func (p *nodePlan) leave(ctx context.Context, stack []above) ([]above, error) {
	last := stack[len(stack)-1]
	stack = stack[:len(stack)-1]
	if last.made == 0 && last.deleted == 0 {
		return stack, nil
	}
	var live *LiveNode
	err := p.o.patiently(ctx, func() (err error) {
		live, err = p.z.Node(ctx, last.path)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the node %s: %w", last.path, err)
	}
	f := &found{nodeLine: nodeLine{Path: last.path}}
	made, deleted := 0, 0
	switch {
	case live == nil:
		f.New = &NodeValue{}
		made = 1
		err = p.set(f)
	case live.Children == 0:
		f.Old = &live.NodeValue
		err = p.stays(f)
	case last.made == 0 && live.Children == last.deleted && len(live.Data) == 0 && open(live.ACL) && !live.Ephemeral:
		f.Old = &live.NodeValue
		deleted = 1
		err = p.delete(f)
	}
	if k := len(stack); k > 0 {
		stack[k-1].made += made
		stack[k-1].deleted += deleted
	}
	return stack, err
}

// give gives what was planned.
func (p *nodePlan) give(each func(*nodeLine) error) (n int64, err error) {
	it, err := p.ascending.Sort()
	if err != nil {
		return 0, err
	}
	for it.Next() {
		rec := it.Record()
		f, err := p.load(rec[len(rec)-16:])
		if err != nil {
			return n, err
		}
		if f.changes() {
			n++
		}
		if err := each(&f.nodeLine); err != nil {
			return n, err
		}
	}
	if it.Err() != nil {
		return n, it.Err()
	}
	var place [16]byte
	for at := int64(0); at < p.deletes.Size(); at += 16 {
		if _, err := p.deletes.ReadAt(place[:], at); err != nil {
			return n, fmt.Errorf("read temporary file: %w", err)
		}
		f, err := p.load(place[:])
		if err != nil {
			return n, err
		}
		n++
		if err := each(&f.nodeLine); err != nil {
			return n, err
		}
	}
	return n, nil
}

// node takes in an edit of a node.
func (p *preparer) node(ctx context.Context, n *Node) error {
	if reason := limits.BadPath(n.Path); reason != "" {
		p.conflicts.add(nodePath(n.Path), "has a path that ZooKeeper does not take: "+reason)
		return nil
	}
	p.some = append(p.some, Node{n.Path, n.Old.clone(), n.New.clone(), n.AnyOld})
	if n.New != nil {
		p.bytes += len(n.New.Data)
	}
	if len(p.some) < nodesAtOnce && p.bytes < windowBytes {
		return nil
	}
	return p.someNodes(ctx)
}

func (v *NodeValue) clone() *NodeValue {
	if v == nil {
		return nil
	}
	return &NodeValue{bytes.Clone(v.Data), v.Null, slices.Clone(v.ACL)}
}

// someNodes compares the nodes that were collected.
func (p *preparer) someNodes(ctx context.Context) error {
	paths := make([]string, len(p.some))
	for i := range p.some {
		paths[i] = p.some[i].Path
	}
	live, err := readNodes(ctx, p.target.ZooKeeper, &p.options, paths)
	if err != nil {
		return err
	}
	for i := range p.some {
		n := &p.some[i]
		f, reason := p.lookNode(n, live[i])
		if reason != "" {
			p.conflicts.add(nodePath(n.Path), reason)
			continue
		}
		if f == nil || f.Stays {
			p.Counts.Same++
		}
		if f != nil {
			if err := p.nodes.add(f); err != nil {
				return err
			}
		}
	}
	p.some, p.bytes = p.some[:0], 0
	return nil
}

// readNodes reads nodes at the same time.
func readNodes(ctx context.Context, z ZooKeeper, o *Options, paths []string) ([]*LiveNode, error) {
	live := make([]*LiveNode, len(paths))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(o.Workers)
	for i, path := range paths {
		g.Go(func() error {
			err := o.patiently(ctx, func() (err error) {
				live[i], err = z.Node(ctx, path)
				return err
			})
			if err != nil {
				return fmt.Errorf("read the node %s: %w", path, err)
			}
			return nil
		})
	}
	return live, g.Wait()
}

// lookNode compares an edit with what is there. f is nil if it means nothing.
func (p *preparer) lookNode(n *Node, live *LiveNode) (f *found, reason string) {
	// What a dump does not list is as good as absent.
	implied := live != nil && live.Children > 0 && len(live.Data) == 0 && open(live.ACL) && !live.Ephemeral
	switch {
	case live != nil && live.Ephemeral:
		return nil, "belongs to a session"
	case n.AnyOld:
	case n.Old == nil && live != nil && !implied:
		if n.New != nil && live.sameData(n.New) {
			return nil, "is there already, as it is to be"
		}
		return nil, "is there already"
	case n.Old != nil && live == nil:
		return nil, "is not there"
	case n.Old != nil && !live.sameData(n.Old) && (!implied || len(n.Old.Data) > 0):
		if n.New != nil && live.sameData(n.New) {
			return nil, "is already as it is to be"
		}
		return nil, "is not what it was"
	case n.Old != nil && n.Old.ACL != nil && !sameACL(n.Old.ACL, live.ACL):
		return nil, "has another ACL than it had"
	}
	if live == nil && n.New == nil {
		return nil, ""
	}
	f = &found{nodeLine: nodeLine{Path: n.Path, New: n.New}}
	if live != nil {
		f.Live, f.Children = true, live.Children
		f.Old = &live.NodeValue
	}
	if n.New != nil {
		if int64(len(n.New.Data)) > p.options.MaxNode {
			return nil, fmt.Sprintf("would have data of more than %d bytes", p.options.MaxNode)
		}
		if live != nil && (n.New.ACL == nil || sameACL(n.New.ACL, live.ACL)) {
			f.New.ACL = nil
			if live.sameData(n.New) {
				f.Stays = true
				return f, ""
			}
		}
	}
	if live != nil && live.ACLHidden && (n.New == nil || f.New.ACL != nil) {
		return nil, "has an ACL that is not shown whole, so that it could not be put back"
	}
	return f, ""
}
