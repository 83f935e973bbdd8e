// Package conf reads what the configuration file of Contrail's API server says about the databases: an ini file in the style
// of oslo (dump-format 3.3).
package conf

import (
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"gopkg.in/ini.v1"
)

// Config says where the databases are.
type Config struct {
	Cassandra []string // HOST:PORT, the port that of CQL
	ZooKeeper []string // HOST:PORT
	ClusterID string
	User      string // of Cassandra; "" for no login
	Password  string
	TLS       bool   // to Cassandra
	CACert    string // a file; "" for the authorities of the system
	// Notes say what is read otherwise than it stands there.
	Notes []string
}

// The ports of services that are named without one.
const (
	CQLPort       = 9042
	ZooKeeperPort = 2181
)

// Read reads a configuration file. What it does not say is left at its zero value.
func Read(r io.Reader, name string) (*Config, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	// Values are taken to the end of the line, as oslo does: a password may have any character in it.
	file, err := ini.LoadSources(ini.LoadOptions{
		IgnoreInlineComment: true, IgnoreContinuation: true, AllowShadows: true, AllowBooleanKeys: true,
		SkipUnrecognizableLines: true, PreserveSurroundedQuote: true, KeyValueDelimiters: "=:",
	}, text)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	c := &Config{
		ClusterID: value(file, "DEFAULTS", "cluster_id"),
		CACert:    value(file, "DEFAULTS", "cassandra_ca_certs"),
		User:      value(file, "CASSANDRA", "cassandra_user"),
		Password:  value(file, "CASSANDRA", "cassandra_password"),
	}
	if c.User == "" || c.Password == "" {
		// Both or none, as for the services.
		c.User, c.Password = "", ""
	}
	switch strings.ToLower(value(file, "DEFAULTS", "cassandra_use_ssl")) {
	case "true", "1", "yes", "on":
		c.TLS = true
	}
	if list := strings.Fields(value(file, "DEFAULTS", "cassandra_server_list")); len(list) > 0 {
		if c.Cassandra, c.Notes, err = Cassandra(list); err != nil {
			return nil, fmt.Errorf("%s: cassandra_server_list: %w", name, err)
		}
	}
	if text := value(file, "DEFAULTS", "zk_server_ip"); text != "" {
		if c.ZooKeeper, err = ZooKeeper(strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })); err != nil {
			return nil, fmt.Errorf("%s: zk_server_ip: %w", name, err)
		}
	}
	return c, nil
}

// value returns the last value of a key, in a section whose name may be written in any case; DEFAULT stands for DEFAULTS.
func value(file *ini.File, section, key string) string {
	for _, s := range file.Sections() {
		if !strings.EqualFold(s.Name(), section) && (section != "DEFAULTS" || !strings.EqualFold(s.Name(), "DEFAULT")) {
			continue
		}
		if k, err := s.GetKey(key); err == nil {
			all := k.ValueWithShadows()
			if len(all) > 0 {
				return strings.TrimSpace(all[len(all)-1])
			}
		}
	}
	return ""
}

// thrift has the port of CQL for each port of Thrift that configurations name.
var thrift = map[int]int{9160: 9042, 9161: 9041}

// Cassandra completes addresses of Cassandra with ports, and puts the port of CQL in the place of Thrift's, which it notes.
func Cassandra(list []string) (addresses, notes []string, err error) {
	for _, text := range list {
		host, port, err := split(text, CQLPort)
		if err != nil {
			return nil, nil, err
		}
		if cql, ok := thrift[port]; ok {
			notes = append(notes, fmt.Sprintf("%s names the port of Thrift: %d, that of CQL, is used", text, cql))
			port = cql
		}
		addresses = append(addresses, net.JoinHostPort(host, strconv.Itoa(port)))
	}
	return addresses, notes, nil
}

// ZooKeeper completes addresses of ZooKeeper with ports.
func ZooKeeper(list []string) (addresses []string, err error) {
	for _, text := range list {
		host, port, err := split(text, ZooKeeperPort)
		if err != nil {
			return nil, err
		}
		addresses = append(addresses, net.JoinHostPort(host, strconv.Itoa(port)))
	}
	return addresses, nil
}

// split takes an address apart: HOST, HOST:PORT, [V6]:PORT, or a bare IPv6 address.
func split(text string, port int) (string, int, error) {
	text = strings.TrimSpace(text)
	if ip := net.ParseIP(strings.Trim(text, "[]")); ip != nil {
		return strings.Trim(text, "[]"), port, nil
	}
	host := text
	if h, p, err := net.SplitHostPort(text); err == nil {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil || n == 0 {
			return "", 0, fmt.Errorf("%q has no port that is a number", text)
		}
		host, port = h, int(n)
	}
	if net.ParseIP(host) == nil && (host == "" || strings.ContainsAny(host, " \t/,:")) {
		return "", 0, fmt.Errorf("%q is not HOST or HOST:PORT", text)
	}
	return host, port, nil
}
