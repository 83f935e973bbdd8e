// Package zookeeper is the one place that knows the client of ZooKeeper, github.com/go-zookeeper/zk.
package zookeeper

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/go-zookeeper/zk"
)

// Config says how to connect.
type Config struct {
	Addresses []string    // HOST:PORT
	TLS       *tls.Config // nil without
	Scheme    string      // of the authentication, such as digest; "" without
	Auth      []byte
	Session   time.Duration // after how long without contact the session ends; zero means 30 seconds
}

const (
	// connectTime is how long a server is waited for.
	connectTime = 15 * time.Second
	// mostBytes is the largest answer: the children of a node with a million of them.
	mostBytes = 256 << 20
)

// ErrEnough as the cause of the end of a context tells Open that waiting longer makes no sense.
var ErrEnough = errors.New("the wait for ZooKeeper is over")

// Open connects and waits for a session, as long as the context lasts; what the context does later on is of no interest. The caller
// closes the writer.
func Open(ctx context.Context, c Config) (*Writer, error) {
	if c.Session == 0 {
		c.Session = 30 * time.Second
	}
	dial := func(ctx context.Context, address string) (net.Conn, error) {
		if c.TLS != nil {
			conn, err := (&tls.Dialer{Config: c.TLS}).DialContext(ctx, "tcp", address)
			var network *net.OpError
			if err != nil && !errors.As(err, &network) {
				return nil, fmt.Errorf("agree about TLS with %s: %w", address, err)
			}
			return conn, err
		}
		return new(net.Dialer).DialContext(ctx, "tcp", address)
	}
	// The context says how long a session is waited for. Later on the client connects anew whenever it has to.
	var open atomic.Bool
	// The client tries on silently: the last reason why it could not connect is worth telling.
	var reason atomic.Pointer[error]
	conn, events, err := zk.Connect(c.Addresses, c.Session,
		zk.WithLogger(silent{}), zk.WithMaxBufferSize(mostBytes),
		zk.WithDialer(func(_, address string, timeout time.Duration) (net.Conn, error) {
			until := ctx
			if open.Load() {
				until = context.WithoutCancel(ctx)
			}
			dialCtx, cancel := context.WithTimeout(until, timeout)
			defer cancel()
			conn, err := dial(dialCtx, address)
			if err != nil {
				reason.Store(&err)
				return nil, err
			}
			return newGatheringConn(conn), nil
		}))
	if err != nil {
		return nil, err
	}
	if err := connected(ctx, events, &reason); err != nil {
		conn.Close()
		return nil, fmt.Errorf("connect to ZooKeeper at %v: %w", c.Addresses, err)
	}
	open.Store(true)
	w := NewWriter(conn, c.Addresses, c.Session, dial)
	if c.Scheme != "" {
		_, err := call(ctx, w, func() (struct{}, error) { return struct{}{}, conn.AddAuth(c.Scheme, c.Auth) })
		if err != nil {
			conn.Close()
			return nil, fmt.Errorf("authenticate to ZooKeeper: %w", err)
		}
	}
	return w, nil
}

func connected(ctx context.Context, events <-chan zk.Event, reason *atomic.Pointer[error]) error {
	timer := time.NewTimer(connectTime)
	defer timer.Stop()
	for {
		select {
		case e := <-events:
			switch e.State {
			case zk.StateHasSession:
				return nil
			case zk.StateAuthFailed:
				return zk.ErrAuthFailed
			}
		case <-ctx.Done():
			if err := reason.Load(); err != nil && errors.Is(context.Cause(ctx), ErrEnough) {
				return *err
			}
			return context.Cause(ctx)
		case <-timer.C:
			if err := reason.Load(); err != nil {
				return *err
			}
			return errors.New("no server gives a session; one that wants TLS does not answer without it")
		}
	}
}

// Close ends the session.
func (w *Writer) Close() { w.conn.Close() }

// silent keeps the client from writing to standard error.
type silent struct{}

func (silent) Printf(string, ...any) {}
