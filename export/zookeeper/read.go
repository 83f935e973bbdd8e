package zookeeper

import (
	"context"
	"errors"
	"time"

	"github.com/go-zookeeper/zk"

	"github.com/dumptool/dumptool/export/internal/retry"
	"github.com/dumptool/dumptool/export/unload"
)

// Reader reads nodes. It implements unload.ZooKeeper.
type Reader struct {
	w *Writer
	// more are further sessions with the server that w has found: a server takes one request of a session after the other, and
	// those of several at the same time. They read nodes only, and what they don't know w is asked for.
	more sessions
}

// OpenReader connects for reading.
func OpenReader(ctx context.Context, c Config) (*Reader, error) {
	w, err := Open(ctx, c)
	if err != nil {
		return nil, err
	}
	r := &Reader{w: w}
	// Servers are not all as far: what one session has seen another one with the same server has seen too.
	c.Addresses = []string{w.conn.Server()}
	r.more.open(ctx, c)
	return r, nil
}

// Close ends the sessions.
func (r *Reader) Close() {
	r.more.close()
	r.w.Close()
}

// Children returns the names of the children of a node.
func (r *Reader) Children(ctx context.Context, path string) (names []string, found bool, err error) {
	err = again(ctx, func() error {
		names, found, err = r.w.Children(ctx, path)
		return err
	})
	return names, found, refused(err)
}

// Node returns a node with its ACL; nil if there is none.
func (r *Reader) Node(ctx context.Context, path string) (n *unload.Node, err error) {
	if w := r.more.next(); w != nil {
		n, err = call(ctx, w, func() (*unload.Node, error) { return w.node(path) })
		if err == nil || ctx.Err() != nil {
			return n, err
		}
		if retry.Temporary(err) {
			r.more.drop(w)
		}
	}
	err = again(ctx, func() error {
		n, err = call(ctx, r.w, func() (*unload.Node, error) { return r.w.node(path) })
		return err
	})
	if errors.Is(err, zk.ErrNoNode) {
		return nil, nil
	}
	return n, refused(err)
}

// refused says by the word of package unload that a node may not be read.
func refused(err error) error {
	if errors.Is(err, zk.ErrNoAuth) {
		return errors.Join(unload.ErrNoAccess, err)
	}
	return err
}

// node returns a node with its ACL.
func (w *Writer) node(path string) (*unload.Node, error) {
	data, s, err := w.conn.Get(path)
	if err != nil {
		return nil, err
	}
	n := &unload.Node{Data: data, Stat: unload.Stat{
		Czxid: s.Czxid, Mzxid: s.Mzxid, Ctime: s.Ctime, Mtime: s.Mtime, Version: s.Version, Cversion: s.Cversion, Aversion: s.Aversion,
		EphemeralOwner: s.EphemeralOwner, DataLength: s.DataLength, NumChildren: s.NumChildren, Pzxid: s.Pzxid,
	}}
	acl, _, err := w.conn.GetACL(path)
	if err != nil {
		return nil, err
	}
	for _, a := range acl {
		n.ACL = append(n.ACL, unload.ACL{Perms: a.Perms, Scheme: a.Scheme, ID: a.ID})
	}
	return n, nil
}

// Zxid asks the servers for the number of the last change, and takes the highest.
func (r *Reader) Zxid(ctx context.Context) (int64, error) {
	stats, err := r.w.Stats(ctx)
	var highest int64
	for _, s := range stats {
		highest = max(highest, s.Zxid)
	}
	return highest, err
}

// again tries a request once more while the client looks for another server.
func again(ctx context.Context, request func() error) error {
	const tries = 12
	for n := 1; ; n++ {
		err := request()
		if !retry.Temporary(err) || n == tries {
			return err
		}
		select {
		case <-time.After(min(time.Duration(n)*250*time.Millisecond, 3*time.Second)):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
