package zookeeper

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"github.com/go-zookeeper/zk"

	"github.com/dumptool/dumptool/export/internal/retry"
	"github.com/dumptool/dumptool/export/restore"
)

// Writer makes nodes. It implements restore.ZooKeeper.
type Writer struct {
	conn    *zk.Conn
	servers []string
	timeout time.Duration
	dial    func(ctx context.Context, address string) (net.Conn, error)
}

// NewWriter returns a writer over a connection, whose session the client keeps alive. A request without answer is given up
// after the timeout, and may be done all the same.
func NewWriter(conn *zk.Conn, servers []string, timeout time.Duration, dial func(ctx context.Context, address string) (net.Conn, error)) *Writer {
	if dial == nil {
		var dialer net.Dialer
		dial = func(ctx context.Context, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, "tcp", address)
		}
	}
	return &Writer{conn, servers, timeout, dial}
}

// Servers asks each server for its version and whether it leads. A server that does not know the question, or is not
// allowed to answer, has neither; one that does not accept connections has the mode "down".
func (w *Writer) Servers(ctx context.Context) ([]restore.ZooKeeperServer, error) {
	stats, err := w.Stats(ctx)
	var list []restore.ZooKeeperServer
	for _, s := range stats {
		list = append(list, s.ZooKeeperServer)
	}
	return list, err
}

// fourLetters gives a server one of its four-letter words. The error is one of the connection.
func (w *Writer) fourLetters(ctx context.Context, address, word string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := w.dial(ctx, address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return "", err
	}
	if _, err := io.WriteString(conn, word); err != nil {
		return "", err
	}
	answer, err := io.ReadAll(io.LimitReader(conn, 64<<10))
	if err != nil && len(answer) == 0 {
		return "", nil // it accepts connections, and does not answer the question
	}
	return string(answer), nil
}

// Children returns the children of a node.
func (w *Writer) Children(ctx context.Context, path string) (names []string, found bool, err error) {
	names, err = call(ctx, w, func() ([]string, error) {
		names, _, err := w.conn.Children(path)
		return names, err
	})
	if errors.Is(err, zk.ErrNoNode) {
		return nil, false, nil
	}
	return names, err == nil, err
}

// Get returns a node.
func (w *Writer) Get(ctx context.Context, path string) (*restore.LiveNode, error) {
	n, err := call(ctx, w, func() (*restore.LiveNode, error) {
		data, stat, err := w.conn.Get(path)
		if err != nil {
			return nil, err
		}
		return &restore.LiveNode{Data: data, Null: data == nil, Ephemeral: stat.EphemeralOwner != 0, Version: stat.Version}, nil
	})
	if errors.Is(err, zk.ErrNoNode) {
		return nil, nil
	}
	return n, err
}

// Create makes nodes by one multi-operation.
func (w *Writer) Create(ctx context.Context, nodes []restore.NewNode) error {
	ops := make([]any, 0, len(nodes))
	for i := range nodes {
		n := &nodes[i]
		data := n.Data
		if n.Null {
			data = nil
		} else if data == nil {
			data = []byte{}
		}
		ops = append(ops, &zk.CreateRequest{Path: n.Path, Data: data, Acl: zk.WorldACL(zk.PermAll)})
	}
	_, err := call(ctx, w, func() (struct{}, error) {
		results, err := w.conn.Multi(ops...)
		if err != nil {
			return struct{}{}, err
		}
		// All operations of one that failed have an error; the one that is to blame has its own.
		for i, r := range results {
			switch {
			case errors.Is(r.Error, zk.ErrNodeExists):
				return struct{}{}, restore.ErrExists
			case r.Error != nil && !errors.Is(r.Error, zk.ErrUnknown) && !errors.Is(r.Error, zk.ErrAPIError) && i < len(nodes):
				return struct{}{}, fmt.Errorf("%s: %w", nodes[i].Path, r.Error)
			}
		}
		for _, r := range results {
			if r.Error != nil {
				return struct{}{}, r.Error
			}
		}
		return struct{}{}, nil
	})
	if errors.Is(err, zk.ErrNodeExists) {
		return restore.ErrExists
	}
	return err
}

// Delete removes nodes that were never changed by one multi-operation.
func (w *Writer) Delete(ctx context.Context, paths []string) error {
	ops := make([]any, 0, len(paths))
	for _, path := range paths {
		ops = append(ops, &zk.DeleteRequest{Path: path, Version: 0})
	}
	_, err := call(ctx, w, func() (struct{}, error) {
		results, err := w.conn.Multi(ops...)
		if err != nil && len(results) == 0 {
			return struct{}{}, err
		}
		for i, r := range results {
			if i >= len(paths) {
				break
			}
			switch {
			case errors.Is(r.Error, zk.ErrNoNode):
				return struct{}{}, restore.ErrGone
			case errors.Is(r.Error, zk.ErrBadVersion):
				return struct{}{}, &restore.ChangedError{Path: paths[i]}
			case errors.Is(r.Error, zk.ErrNotEmpty):
				return struct{}{}, &restore.ChangedError{Path: paths[i], Filled: true}
			case r.Error != nil && !errors.Is(r.Error, zk.ErrUnknown) && !errors.Is(r.Error, zk.ErrAPIError):
				return struct{}{}, fmt.Errorf("%s: %w", paths[i], r.Error)
			}
		}
		for _, r := range results {
			if err == nil {
				err = r.Error
			}
		}
		return struct{}{}, err
	})
	return err
}

// SetACL replaces the ACL of a node. If that is not allowed any more since it is set already, that is fine.
func (w *Writer) SetACL(ctx context.Context, path string, acl []restore.ACL) error {
	list := make([]zk.ACL, 0, len(acl))
	for _, a := range acl {
		list = append(list, zk.ACL{Perms: a.Perms, Scheme: a.Scheme, ID: a.ID})
	}
	_, err := call(ctx, w, func() (struct{}, error) {
		_, err := w.conn.SetACL(path, list, -1)
		return struct{}{}, err
	})
	if !errors.Is(err, zk.ErrNoAuth) {
		return err
	}
	if there, getErr := w.ACL(ctx, path); getErr == nil && slices.Equal(there, acl) {
		return nil
	}
	return err
}

// ACL returns the ACL of a node.
func (w *Writer) ACL(ctx context.Context, path string) ([]restore.ACL, error) {
	list, err := call(ctx, w, func() ([]zk.ACL, error) {
		acl, _, err := w.conn.GetACL(path)
		return acl, err
	})
	var acl []restore.ACL
	for _, a := range list {
		acl = append(acl, restore.ACL{Perms: a.Perms, Scheme: a.Scheme, ID: a.ID})
	}
	return acl, err
}

// call makes a request that can be called off: the client has no way to.
func call[T any](ctx context.Context, w *Writer, do func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	done := make(chan answer, 1)
	go func() {
		value, err := do()
		done <- answer{value, err}
	}()
	var none T
	timer := time.NewTimer(w.timeout)
	defer timer.Stop()
	select {
	case a := <-done:
		return a.value, classify(a.err)
	case <-timer.C:
		return none, retry.Busy(errNoAnswer)
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}
