// Package conf reads what the configuration file of Contrail's API server says about the databases: an ini file in the style
// of oslo (dump-format 3.3).
package conf

import (
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"unicode"

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
	CACert    string // a file that is named with or without TLS; "" for the authorities of the system
	ZKTLS     *Files // of TLS to ZooKeeper; nil without
	// CassandraNotes and ZooKeeperNotes say what is read otherwise than it stands there.
	CassandraNotes, ZooKeeperNotes []string
}

// Files are the files that TLS needs. Those that are not named are empty.
type Files struct{ CACert, Cert, Key string }

// The ports of services that are named without one, and the host of those that are not named at all.
const (
	CQLPort       = 9042
	ZooKeeperPort = 2181
	defaultHost   = "127.0.0.1"
)

// Read reads a configuration file. Servers that it does not name have the addresses that they have for the API server then;
// everything else that it does not say is left at its zero value.
func Read(r io.Reader, name string) (*Config, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	// Values are taken to the end of the line, as oslo does: a password may have any character in it.
	parsed, err := ini.LoadSources(ini.LoadOptions{
		IgnoreInlineComment: true, IgnoreContinuation: true, AllowShadows: true, AllowBooleanKeys: true, AllowPythonMultilineValues: true,
		SkipUnrecognizableLines: true, PreserveSurroundedQuote: true, KeyValueDelimiters: "=:",
	}, text)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	file := settings{parsed}
	c := &Config{
		ClusterID: file.value("cluster_id", defaults),
		CACert:    file.value("cassandra_ca_certs", defaults, cassandra),
		TLS:       isTrue(file.value("cassandra_use_ssl", defaults, cassandra)),
		User:      file.value("cassandra_user", cassandra),
		Password:  file.value("cassandra_password", cassandra),
	}
	if c.User == "" || c.Password == "" {
		// Both or none, as for the services.
		c.User, c.Password = "", ""
	}
	if isTrue(file.value("zookeeper_ssl_enable", zookeeper)) {
		c.ZKTLS = &Files{
			CACert: file.value("zookeeper_ssl_ca_cert", zookeeper),
			Cert:   file.value("zookeeper_ssl_certificate", zookeeper),
			Key:    file.value("zookeeper_ssl_keyfile", zookeeper),
		}
		if c.ZKTLS.Cert == "" { // the name that it has on the command line of the services
			c.ZKTLS.Cert = file.value("zookeeper_ssl_certfile", zookeeper)
		}
	}
	list := strings.Fields(file.value("cassandra_server_list", defaults, cassandra))
	var unnamed []string
	if len(list) == 0 {
		list, unnamed = []string{defaultHost}, []string{fmt.Sprintf("%s does not name Cassandra: it is looked for at %s", name, defaultHost)}
	}
	if c.Cassandra, c.CassandraNotes, err = Cassandra(list); err != nil {
		return nil, fmt.Errorf("%s: cassandra_server_list: %w", name, err)
	}
	c.CassandraNotes = append(c.CassandraNotes, unnamed...)
	list = strings.FieldsFunc(file.value("zk_server_ip", defaults), func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	if len(list) == 0 {
		list, c.ZooKeeperNotes = []string{defaultHost}, []string{fmt.Sprintf("%s does not name ZooKeeper: it is looked for at %s", name, defaultHost)}
	}
	if c.ZooKeeper, err = ZooKeeper(list); err != nil {
		return nil, fmt.Errorf("%s: zk_server_ip: %w", name, err)
	}
	return c, nil
}

func isTrue(text string) bool {
	switch strings.ToLower(text) {
	case "true", "1", "yes", "on":
		return true
	}
	return false
}

// The sections that are read.
const (
	defaults  = "DEFAULTS"
	cassandra = "CASSANDRA"
	zookeeper = "ZOOKEEPER"
)

// settings are a configuration file that was read.
type settings struct{ *ini.File }

// value returns the last value of a key in the last of some sections that has one. The name of a section may be written in any
// case; DEFAULT stands for DEFAULTS.
func (f settings) value(key string, sections ...string) string {
	found := ""
	for _, section := range sections {
		for _, s := range f.Sections() {
			if !strings.EqualFold(s.Name(), section) && (section != defaults || !strings.EqualFold(s.Name(), "DEFAULT")) {
				continue
			}
			if k, err := s.GetKey(key); err == nil {
				if all := k.ValueWithShadows(); len(all) > 0 {
					found = expand(s, strings.TrimSpace(all[len(all)-1]), deepest)
				}
			}
		}
	}
	return found
}

// deepest is how far values may refer to values.
const deepest = 10

// expand replaces %% by % and %(key)s by the value of another key, as the services do. What is neither stays as it is.
func expand(s *ini.Section, text string, depth int) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "%")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, rest, closed := strings.Cut(after, ")s")
		switch {
		case strings.HasPrefix(after, "%"):
			b.WriteByte('%')
			text = after[1:]
		case closed && strings.HasPrefix(name, "(") && depth > 0 && s.HasKey(strings.ToLower(name[1:])):
			b.WriteString(expand(s, s.Key(strings.ToLower(name[1:])).Value(), depth-1))
			text = rest
		default:
			b.WriteByte('%')
			text = after
		}
	}
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
