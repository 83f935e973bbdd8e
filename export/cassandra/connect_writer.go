package cassandra

import (
	"time"

	"github.com/gocql/gocql"
)

// WriterConfig says where to write.
type WriterConfig struct {
	Hosts []string // HOST or HOST:PORT
	Port  int
}

// OpenWriter connects.
func OpenWriter(c WriterConfig) (*Writer, error) {
	cluster := gocql.NewCluster(c.Hosts...)
	cluster.Port = c.Port
	cluster.ProtoVersion = 4
	cluster.Timeout = 30 * time.Second
	cluster.ConnectTimeout = 10 * time.Second
	cluster.Consistency = gocql.Quorum
	cluster.PoolConfig.HostSelectionPolicy = gocql.TokenAwareHostPolicy(gocql.RoundRobinHostPolicy())
	cluster.NumConns = 2
	cluster.Logger = silent{}
	session, err := cluster.CreateSession()
	if err != nil {
		return nil, err
	}
	return NewWriter(session, c.Port), nil
}

// Close ends the session.
func (w *Writer) Close() { w.session.Close() }

type silent struct{}

func (silent) Print(...any)          {}
func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}
