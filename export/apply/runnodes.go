package apply

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/dumptool/dumptool/internal/spill"
)

// What is changed by one transaction. Its size is bounded by what ZooKeeper takes in one packet.
const (
	changesAtOnce = 100
	changeBytes   = 256 << 10
)

// placedNode is a node with the place of its line.
type placedNode struct {
	nodeLine
	n int64
}

func (s *side) nodeFrom(n *nodeLine) *NodeValue {
	if s.back {
		return n.New
	}
	return n.Old
}

func (s *side) nodeTo(n *nodeLine) *NodeValue {
	if s.back {
		return n.Old
	}
	return n.New
}

// nodeLines goes over the nodes of the journal: in its order, or backwards if they are taken back.
func (s *side) nodeLines(each func(n *placedNode) error) error {
	var places *spill.File
	if s.back {
		var err error
		if places, err = s.o.Temp.Create(); err != nil {
			return err
		}
		defer places.Close()
	}
	err := s.run.lines(s.run.nodesAt, s.run.end, func(l *line, at, end int64) error {
		switch {
		case l.Node == nil || !l.Node.changes():
			return nil
		case places == nil:
			return each(&placedNode{*l.Node, at})
		}
		b := binary.BigEndian.AppendUint64(nil, uint64(at))
		_, err := places.Write(binary.BigEndian.AppendUint64(b, uint64(end)))
		return err
	})
	if err != nil || places == nil {
		return err
	}
	var rec [16]byte
	for at := places.Size() - int64(len(rec)); at >= 0; at -= int64(len(rec)) {
		if _, err := places.ReadAt(rec[:], at); err != nil {
			return fmt.Errorf("read temporary file: %w", err)
		}
		from, to := int64(binary.BigEndian.Uint64(rec[:])), int64(binary.BigEndian.Uint64(rec[8:]))
		l, err := s.run.lineAt(from, to)
		if err != nil {
			return err
		}
		if err := each(&placedNode{*l.Node, from}); err != nil {
			return err
		}
	}
	return nil
}

// nodes goes over the nodes of the journal, some at once.
func (s *side) nodes(ctx context.Context, write bool) error {
	var window []*placedNode
	size := 0
	flush := func() error {
		if len(window) == 0 {
			return nil
		}
		err := s.someNodes(ctx, window, write)
		window, size = window[:0], 0
		s.o.Progress(s.dealt.Load())
		if err == nil && write {
			err = s.stop()
		}
		return err
	}
	err := s.nodeLines(func(n *placedNode) error {
		if len(window) >= changesAtOnce || len(window) > 0 && size+n.size() > changeBytes {
			if err := flush(); err != nil {
				return err
			}
		}
		window = append(window, n)
		size += n.size()
		return nil
	})
	if err == nil {
		err = flush()
	}
	if err == nil && write {
		err = s.acls(ctx)
	}
	if err != nil {
		return err
	}
	return s.stop()
}

// changesACL tells if the ACL of a node is to be changed once its data is as it is to be.
func (s *side) changesACL(n *nodeLine) bool {
	from, to := s.nodeFrom(n), s.nodeTo(n)
	switch {
	case to == nil || to.ACL == nil:
		return false
	case from == nil:
		return !open(to.ACL)
	}
	return from.ACL != nil && !sameACL(from.ACL, to.ACL)
}

// nodeState returns the state of a node, but for its ACL if that is to be set yet.
func (s *side) nodeState(n *nodeLine, live *LiveNode) state {
	from, to := s.nodeFrom(n), s.nodeTo(n)
	is := func(v *NodeValue) bool {
		if v == nil || live == nil {
			return v == nil && live == nil
		}
		return live.sameData(v)
	}
	if live != nil && live.Ephemeral {
		return other
	}
	if from != nil && live != nil && s.changesACL(n) && !sameACL(live.ACL, from.ACL) && !sameACL(live.ACL, to.ACL) {
		return other
	}
	switch {
	case is(to):
		return after
	case is(from):
		return before
	}
	return other
}

// someNodes compares nodes, and changes them by one transaction.
func (s *side) someNodes(ctx context.Context, window []*placedNode, write bool) error {
	for try := 1; ; try++ {
		changes, err := s.changes(ctx, window, write, try == 1)
		if err != nil || !write {
			return err
		}
		if s.conflicts.e.Total > 0 || len(changes) == 0 {
			return nil
		}
		// A request that had no answer may have been done all the same: repeated it fails, and looking again finds it done.
		err = s.o.patiently(ctx, func() error { return s.target.ZooKeeper.Change(ctx, changes) })
		switch {
		case err == nil:
			s.stats.Nodes += int64(len(changes))
			return nil
		case !errors.Is(err, ErrChanged):
			return fmt.Errorf("change %d nodes, %s and others: %w", len(changes), changes[0].Path, err)
		case try == 3:
			return s.oneByOne(ctx, window)
		}
	}
}

// changes reads nodes and returns what is to be changed.
func (s *side) changes(ctx context.Context, window []*placedNode, write, count bool) ([]NodeChange, error) {
	paths := make([]string, len(window))
	for i, n := range window {
		paths[i] = n.Path
	}
	live, err := readNodes(ctx, s.target.ZooKeeper, &s.o, paths)
	if err != nil {
		return nil, err
	}
	var changes []NodeChange
	var refused []int64
	for i, n := range window {
		switch s.nodeState(&n.nodeLine, live[i]) {
		case after:
			if count {
				s.stats.Before++
			}
		case before:
			c := NodeChange{Path: n.Path, Version: -1, Value: s.nodeTo(&n.nodeLine)}
			if live[i] != nil {
				c.Version = live[i].Version
			}
			changes = append(changes, c)
		default:
			s.conflict(n.n, nodePath(n.Path))
			refused = append(refused, n.n)
		}
		if write && count {
			s.dealt.Add(1)
		}
	}
	if write && len(refused) > 0 && !s.back {
		return nil, s.run.note(&line{Refused: refused})
	}
	return changes, nil
}

// oneByOne changes nodes that can't be changed together, and finds out which of them is to blame.
func (s *side) oneByOne(ctx context.Context, window []*placedNode) error {
	for _, n := range window {
		changes, err := s.changes(ctx, []*placedNode{n}, true, false)
		if err != nil {
			return err
		}
		if len(changes) == 0 {
			continue
		}
		err = s.o.patiently(ctx, func() error { return s.target.ZooKeeper.Change(ctx, changes) })
		switch {
		case err == nil:
			s.stats.Nodes++
		case !errors.Is(err, ErrChanged):
			return fmt.Errorf("change the node %s: %w", n.Path, err)
		case s.back:
			// Somebody has put something below it, or made it meanwhile: it stays.
			c := Conflict{nodePath(n.Path), "was changed by somebody else"}
			s.others[n.n] = c
			s.stats.Left = append(s.stats.Left, c)
		default:
			s.conflict(n.n, nodePath(n.Path))
			return s.run.note(&line{Refused: []int64{n.n}})
		}
	}
	return nil
}

// acls sets the ACLs of nodes that are as they are to be otherwise.
func (s *side) acls(ctx context.Context) error {
	return s.nodeLines(func(n *placedNode) error {
		if _, theirs := s.others[n.n]; theirs || !s.changesACL(&n.nodeLine) {
			return nil
		}
		to := s.nodeTo(&n.nodeLine).ACL
		err := s.o.patiently(ctx, func() error {
			live, err := s.target.ZooKeeper.Node(ctx, n.Path)
			switch {
			case err != nil:
				return err
			case live == nil:
				return ErrChanged
			case sameACL(live.ACL, to):
				return nil
			}
			return s.target.ZooKeeper.SetACL(ctx, n.Path, to, live.ACLVersion)
		})
		if errors.Is(err, ErrChanged) {
			s.conflict(n.n, nodePath(n.Path))
			return nil
		}
		if err != nil {
			return fmt.Errorf("set the ACL of %s: %w", n.Path, err)
		}
		return nil
	})
}

// readNodes reads nodes back.
func (s *side) readNodes(ctx context.Context, others map[int64]Conflict) error {
	var window []*placedNode
	flush := func() error {
		paths := make([]string, len(window))
		for i, n := range window {
			paths[i] = n.Path
		}
		live, err := readNodes(ctx, s.target.ZooKeeper, &s.o, paths)
		if err != nil {
			return err
		}
		for i, n := range window {
			s.stats.Checked++
			to := s.nodeTo(&n.nodeLine)
			switch {
			case s.nodeState(&n.nodeLine, live[i]) == after && (!s.changesACL(&n.nodeLine) || sameACL(live[i].ACL, to.ACL)):
			case live[i] == nil:
				s.conflicts.add(nodePath(n.Path), "is not there")
			case to == nil:
				s.conflicts.add(nodePath(n.Path), "is still there")
			default:
				s.conflicts.add(nodePath(n.Path), "has other data or another ACL")
			}
		}
		window = window[:0]
		return nil
	}
	err := s.nodeLines(func(n *placedNode) error {
		if _, theirs := others[n.n]; theirs {
			return nil
		}
		if window = append(window, n); len(window) == nodesAtOnce {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}
