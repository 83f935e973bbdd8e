package zookeeper

import (
	"bufio"
	"net"
	"sync"
	"time"
)

// gatheringConn makes few system calls of many small requests and answers: what is written while an earlier write is under way
// is written together, and more is read than was asked for. The client writes and reads each packet by itself.
type gatheringConn struct {
	net.Conn
	in *bufio.Reader

	mu      sync.Mutex
	pending []byte
	err     error // of an earlier write

	wake    chan struct{}
	closing sync.Once
	closed  chan struct{}
}

const (
	gatheredRead = 64 << 10
	// gatheredWrite is the size of a buffer for writing that is kept.
	gatheredWrite = 1 << 20
	// writeTime is how long a write may take.
	writeTime = 30 * time.Second
)

func newGatheringConn(conn net.Conn) *gatheringConn {
	c := &gatheringConn{Conn: conn, in: bufio.NewReaderSize(conn, gatheredRead), wake: make(chan struct{}, 1), closed: make(chan struct{})}
	go c.flush()
	return c
}

// Read implements net.Conn.
func (c *gatheringConn) Read(p []byte) (int, error) { return c.in.Read(p) }

// Write implements net.Conn. An error is told by a later Write, and by Read.
func (c *gatheringConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return 0, c.err
	}
	c.pending = append(c.pending, p...)
	select {
	case c.wake <- struct{}{}:
	default:
	}
	return len(p), nil
}

// SetWriteDeadline does nothing: every write has a deadline of its own.
func (c *gatheringConn) SetWriteDeadline(time.Time) error { return nil }

// Close implements net.Conn.
func (c *gatheringConn) Close() error {
	c.closing.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

func (c *gatheringConn) flush() {
	var spare []byte
	for {
		select {
		case <-c.closed:
			return
		case <-c.wake:
		}
		c.mu.Lock()
		now := c.pending
		if len(now) == 0 { // went with what was before it
			c.mu.Unlock()
			continue
		}
		c.pending = spare[:0]
		c.mu.Unlock()
		err := c.Conn.SetWriteDeadline(time.Now().Add(writeTime))
		if err == nil {
			_, err = c.Conn.Write(now)
		}
		if err != nil {
			c.mu.Lock()
			c.err = err
			c.mu.Unlock()
			c.Conn.Close() // the answers won't come
			return
		}
		if spare = now; cap(spare) > gatheredWrite {
			spare = nil
		}
	}
}
