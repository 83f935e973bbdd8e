// Package cassandra is the one place that knows the driver of Cassandra, gocql; moving to its successor
// (github.com/apache/cassandra-gocql-driver/v2) is a change in this folder. There queries and batches are safe to share
// and to use again, and NULL collections and inet values come as other types.
package cassandra

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/gocql/gocql"
)

// Config says how to connect.
type Config struct {
	Addresses []string // HOST:PORT, all with the same port
	User      string   // "" for no login
	Password  string
	TLS       *TLS          // nil without
	Timeout   time.Duration // of a request; zero means 20 seconds
	// Consistency is that of all requests, as CQL spells it in any case; empty means LOCAL_QUORUM to read and QUORUM to
	// write.
	Consistency string
}

// TLS is what a connection with TLS needs, as PEM. The server is verified always.
type TLS struct {
	CA        []byte // nil for the authorities of the system
	Cert, Key []byte // of the client; nil without
}

// Config returns the configuration of a connection.
func (t *TLS) Config() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.CA != nil {
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(t.CA) {
			return nil, errors.New("the file of authorities has no certificate")
		}
	}
	if t.Cert != nil {
		pair, err := tls.X509KeyPair(t.Cert, t.Key)
		if err != nil {
			return nil, fmt.Errorf("the client's certificate: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

// Open connects for writing. The caller closes the writer.
func Open(c Config) (*Writer, error) {
	session, port, hosts, err := connect(c, gocql.Quorum)
	if err != nil {
		return nil, err
	}
	return NewWriter(session, port, hosts), nil
}

// connect opens a session with a consistency, unless c names another.
func connect(c Config, standard gocql.Consistency) (_ *gocql.Session, port int, hosts []string, err error) {
	for _, address := range c.Addresses {
		host, text, err := net.SplitHostPort(address)
		if err != nil {
			return nil, 0, nil, err
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, 0, nil, err
		}
		if port != 0 && n != port {
			return nil, 0, nil, fmt.Errorf("all Cassandra servers have to have the same port, not %d and %d", port, n)
		}
		hosts, port = append(hosts, host), n
	}
	cluster := gocql.NewCluster(hosts...)
	cluster.Port = port
	cluster.Timeout = c.Timeout
	if cluster.Timeout == 0 {
		cluster.Timeout = 20 * time.Second
	}
	cluster.WriteTimeout = cluster.Timeout
	cluster.ConnectTimeout = 10 * time.Second
	cluster.Consistency = standard
	if c.Consistency != "" {
		if err := cluster.Consistency.UnmarshalText([]byte(strings.ToUpper(c.Consistency))); err != nil {
			return nil, 0, nil, fmt.Errorf("there is no consistency %q", c.Consistency)
		}
	}
	cluster.PoolConfig.HostSelectionPolicy = pinning{gocql.TokenAwareHostPolicy(gocql.RoundRobinHostPolicy())}
	// A node that comes back is used again soon.
	cluster.ReconnectInterval = 2 * time.Second
	cluster.Logger = silent{}
	cluster.MaxWaitSchemaAgreement = time.Second // see define
	if c.User != "" {
		cluster.Authenticator = gocql.PasswordAuthenticator{Username: c.User, Password: c.Password}
	}
	if c.TLS != nil {
		config, err := c.TLS.Config()
		if err != nil {
			return nil, 0, nil, err
		}
		cluster.SslOpts = &gocql.SslOptions{Config: config, EnableHostVerification: true}
	}
	session, err := cluster.CreateSession()
	if err != nil {
		return nil, 0, nil, fmt.Errorf("connect to Cassandra at %v: %w", c.Addresses, err)
	}
	return session, port, hosts, nil
}

// Close ends the session.
func (w *Writer) Close() { w.session.Close() }

// silent keeps the driver from writing to standard error.
type silent struct{}

func (silent) Print(...any)          {}
func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}
