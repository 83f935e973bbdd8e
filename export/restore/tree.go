package restore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// multiBytes is the size of a multi-operation; a server takes a packet of 1 MiB less one byte.
	multiBytes = 512 << 10
	multiNodes = 1000
	// multis is the number of multi-operations under way.
	multis = 8
	// nodeOverhead is what an operation has beside path and data: header, flags, ACL.
	nodeOverhead = 64
)

// treeWriter makes ZooKeeper nodes.
type treeWriter struct {
	survey  *Survey
	target  Target
	patient time.Duration
	pause   time.Duration
	report  func(nodes int64)
	waiting func(error)

	pace  *pace
	mu    sync.Mutex
	stats *Stats
}

// ConflictError names a node that is there and is not what it should be.
type ConflictError struct{ Path, What string }

func (e *ConflictError) Error() string {
	return fmt.Sprintf("the ZooKeeper node %s is there already, and %s", e.Path, e.What)
}

// level collects the nodes of one depth into multi-operations. The next depth needs all of them.
type level struct {
	writer *treeWriter
	group  *errgroup.Group
	ctx    context.Context
	nodes  []NewNode
	listed []bool
	size   int
}

func (w *treeWriter) level(ctx context.Context) *level {
	l := &level{writer: w}
	l.group, l.ctx = errgroup.WithContext(ctx)
	l.group.SetLimit(multis)
	return l
}

func (l *level) add(n *node) {
	size := len(n.path) + len(n.data) + nodeOverhead
	if l.size+size > multiBytes || len(l.nodes) >= multiNodes {
		l.flush()
	}
	l.nodes = append(l.nodes, NewNode{Path: n.path, Data: n.data, Null: n.null})
	l.listed = append(l.listed, n.listed)
	l.size += size
}

func (l *level) flush() {
	if len(l.nodes) == 0 || l.ctx.Err() != nil {
		return
	}
	nodes, listed := l.nodes, l.listed
	l.nodes, l.listed, l.size = nil, nil, 0
	l.group.Go(func() error { return l.writer.create(l.ctx, nodes, listed) })
}

func (l *level) wait() error {
	l.flush()
	return l.group.Wait()
}

// write makes all nodes, and sets ACLs once all are there: with its ACL a parent might not let us make its children.
func (w *treeWriter) write(ctx context.Context) error {
	w.pace = newPace(multis, w.pause)
	w.pace.waiting = w.waiting
	l, at := w.level(ctx), 0
	err := w.survey.nodes.each(func(n *node) error {
		if d := depth(n.path); d != at {
			if err := l.wait(); err != nil {
				return err
			}
			l, at = w.level(ctx), d
		}
		l.add(n)
		return context.Cause(l.ctx)
	}, nil)
	if waitErr := l.wait(); waitErr != nil {
		return waitErr
	}
	if err != nil {
		return err
	}
	err = w.setACLs(ctx)
	w.stats.Retries += w.pace.retried()
	return err
}

// create makes nodes by one multi-operation, or looks at each if one is there already.
func (w *treeWriter) create(ctx context.Context, nodes []NewNode, listed []bool) error {
	err := w.pace.try(ctx, w.patient, func(ctx context.Context) error { return w.target.ZooKeeper.Create(ctx, nodes) })
	switch {
	case err == nil:
		w.count(int64(len(nodes)), 0)
		return nil
	case !errors.Is(err, ErrExists):
		return fmt.Errorf("make ZooKeeper nodes from %s on: %w", nodes[0].Path, err)
	}
	// One by one takes a while; most likely all are there, from the same multi-operation.
	for i := range nodes {
		found, err := w.createOne(ctx, &nodes[i], listed[i])
		if err != nil {
			return err
		}
		if found {
			w.count(0, 1)
		} else {
			w.count(1, 0)
		}
	}
	return nil
}

// createOne makes a node, or compares the one that is there with it.
func (w *treeWriter) createOne(ctx context.Context, n *NewNode, listed bool) (found bool, err error) {
	z := w.target.ZooKeeper
	for {
		var live *LiveNode
		err := w.pace.try(ctx, w.patient, func(ctx context.Context) (err error) {
			live, err = z.Get(ctx, n.Path)
			return err
		})
		if err != nil {
			return false, fmt.Errorf("look at the ZooKeeper node %s: %w", n.Path, err)
		}
		if live != nil {
			return true, compareNode(n, live, listed)
		}
		err = w.pace.try(ctx, w.patient, func(ctx context.Context) error { return z.Create(ctx, []NewNode{*n}) })
		if err == nil {
			return false, nil
		}
		if !errors.Is(err, ErrExists) {
			return false, fmt.Errorf("make the ZooKeeper node %s: %w", n.Path, err)
		}
	}
}

// compareNode tells how a live node differs from what is to be there.
func compareNode(n *NewNode, live *LiveNode, listed bool) error {
	switch {
	case live.Ephemeral:
		return &ConflictError{n.Path, "will go away: it is ephemeral"}
	case !listed: // the dump doesn't say what is in it
		return nil
	case live.Null != n.Null || !bytes.Equal(live.Data, n.Data):
		return &ConflictError{n.Path, "has other data than the dump"}
	}
	return nil
}

func (w *treeWriter) count(made, found int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stats.Nodes += made
	w.stats.Found += found
	if w.report != nil {
		w.report(w.stats.Nodes + w.stats.Found)
	}
}

func (w *treeWriter) setACLs(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(multis)
	err := w.survey.nodes.each(func(n *node) error {
		if n.acl == nil {
			return context.Cause(ctx)
		}
		g.Go(func() error {
			err := w.pace.try(ctx, w.patient, func(ctx context.Context) error {
				return w.target.ZooKeeper.SetACL(ctx, n.path, n.acl)
			})
			if err != nil {
				return fmt.Errorf("set the ACL of the ZooKeeper node %s: %w", n.path, err)
			}
			return nil
		})
		return nil
	}, nil)
	if waitErr := g.Wait(); waitErr != nil {
		return waitErr
	}
	return err
}
