package zookeeper

import (
	"time"

	"github.com/go-zookeeper/zk"
)

// OpenWriter connects.
func OpenWriter(servers []string) (*Writer, error) {
	conn, _, err := zk.Connect(servers, 30*time.Second, zk.WithLogger(silent{}))
	if err != nil {
		return nil, err
	}
	return NewWriter(conn, servers, 30*time.Second, nil), nil
}

// Close ends the session.
func (w *Writer) Close() { w.conn.Close() }

type silent struct{}

func (silent) Printf(string, ...any) {}
