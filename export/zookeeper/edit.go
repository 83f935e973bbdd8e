package zookeeper

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-zookeeper/zk"

	"github.com/dumptool/dumptool/export/apply"
)

// Editor changes single nodes. It implements apply.ZooKeeper.
type Editor struct{ w *Writer }

// NewEditor returns an editor that shares the session of a writer.
func NewEditor(w *Writer) *Editor { return &Editor{w} }

// Node returns a node with its ACL; nil if there is none.
func (e *Editor) Node(ctx context.Context, path string) (*apply.LiveNode, error) {
	n, err := call(ctx, e.w, func() (*apply.LiveNode, error) {
		data, stat, err := e.w.conn.Get(path)
		if err != nil {
			return nil, err
		}
		acl, aclStat, err := e.w.conn.GetACL(path)
		if err != nil {
			return nil, err
		}
		n := &apply.LiveNode{
			NodeValue: apply.NodeValue{Data: data, Null: data == nil}, Version: stat.Version, ACLVersion: aclStat.Aversion,
			Children: int(stat.NumChildren), Ephemeral: stat.EphemeralOwner != 0,
		}
		for _, a := range acl {
			n.ACL = append(n.ACL, apply.ACL{Perms: a.Perms, Scheme: a.Scheme, ID: a.ID})
			// Who may not administer the node is shown an x for the hash of a password.
			n.ACLHidden = n.ACLHidden || a.Scheme == "digest" && strings.HasSuffix(a.ID, ":x")
		}
		return n, nil
	})
	if errors.Is(err, zk.ErrNoNode) {
		return nil, nil
	}
	return n, err
}

// Change does all of the changes by one multi-operation, or none.
func (e *Editor) Change(ctx context.Context, changes []apply.NodeChange) error {
	ops := make([]any, 0, len(changes))
	for i := range changes {
		c := &changes[i]
		var data []byte
		if c.Value != nil && !c.Value.Null {
			if data = c.Value.Data; data == nil {
				data = []byte{} // nil would be null
			}
		}
		switch {
		case c.Value == nil:
			ops = append(ops, &zk.DeleteRequest{Path: c.Path, Version: c.Version})
		case c.Version < 0:
			ops = append(ops, &zk.CreateRequest{Path: c.Path, Data: data, Acl: zk.WorldACL(zk.PermAll)})
		default:
			ops = append(ops, &zk.SetDataRequest{Path: c.Path, Data: data, Version: c.Version})
		}
	}
	_, err := call(ctx, e.w, func() (struct{}, error) {
		results, err := e.w.conn.Multi(ops...)
		if err != nil {
			return struct{}{}, err
		}
		// All operations of one that failed have an error; the one that is to blame has its own.
		for i, r := range results {
			switch {
			case changed(r.Error):
				return struct{}{}, apply.ErrChanged
			case r.Error != nil && !errors.Is(r.Error, zk.ErrUnknown) && !errors.Is(r.Error, zk.ErrAPIError) && i < len(changes):
				return struct{}{}, fmt.Errorf("%s: %w", changes[i].Path, r.Error)
			}
		}
		for _, r := range results {
			if r.Error != nil {
				return struct{}{}, r.Error
			}
		}
		return struct{}{}, nil
	})
	if changed(err) {
		return apply.ErrChanged
	}
	return err
}

// changed tells of errors that mean that a node is not as the request says.
func changed(err error) bool {
	return errors.Is(err, zk.ErrBadVersion) || errors.Is(err, zk.ErrNodeExists) || errors.Is(err, zk.ErrNoNode) || errors.Is(err, zk.ErrNotEmpty)
}

// SetACL replaces the ACL of a node that has a version of it.
func (e *Editor) SetACL(ctx context.Context, path string, acl []apply.ACL, version int32) error {
	list := make([]zk.ACL, 0, len(acl))
	for _, a := range acl {
		list = append(list, zk.ACL{Perms: a.Perms, Scheme: a.Scheme, ID: a.ID})
	}
	_, err := call(ctx, e.w, func() (struct{}, error) {
		_, err := e.w.conn.SetACL(path, list, version)
		return struct{}{}, err
	})
	if changed(err) {
		return apply.ErrChanged
	}
	return err
}
