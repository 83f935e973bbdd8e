package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dumptool/dumptool/export/cassandra"
	"github.com/dumptool/dumptool/export/conf"
	"github.com/dumptool/dumptool/export/restore"
	"github.com/dumptool/dumptool/export/zookeeper"
)

// defaultAPIConf is where Contrail has the configuration of its API server.
const defaultAPIConf = "/etc/contrail/contrail-api.conf"

// liveOptions say where live databases are. What is given on the command line comes before what the file has.
type liveOptions struct {
	apiConf              string
	cassandra, zookeeper []string
	clusterID            string
	user                 string
	caCert, cert, key    string
	zkCACert             string
	zkCert, zkKey        string
	zkAuth               string
	consistency          string
	password             string // of the old command line, or asked for
	tls, zkTLS           bool   // of the old command line
	oldCACert            string // likewise: used if there is TLS
}

func (o *liveOptions) register(cmd *cobra.Command) { o.add(cmd.Flags()) }

// registerHidden adds the flags to the root, for the FILE live: of every command; see "dumptool help live".
func (o *liveOptions) registerHidden(flags *pflag.FlagSet) {
	mine := pflag.NewFlagSet("live", pflag.ContinueOnError)
	o.add(mine)
	mine.VisitAll(func(f *pflag.Flag) {
		f.Hidden = true
		flags.AddFlag(f)
	})
}

func (o *liveOptions) add(flags *pflag.FlagSet) {
	flags.StringVar(&o.apiConf, "api-conf", "", "the configuration of the API server is `FILE` (default: "+defaultAPIConf+", if it is there)")
	flags.StringSliceVar(&o.cassandra, "cassandra", nil, "Cassandra is at `HOST[:PORT],...`")
	flags.StringSliceVar(&o.zookeeper, "zookeeper", nil, "ZooKeeper is at `HOST[:PORT],...`")
	flags.StringVar(&o.clusterID, "cluster-id", "", "keyspaces and nodes have the prefix `ID`")
	flags.StringVar(&o.user, "cassandra-user", "", "log in to Cassandra as `USER`; the password is asked for, or in DUMPTOOL_CASSANDRA_PASSWORD")
	flags.StringVar(&o.caCert, "ca-cert", "", "use TLS to Cassandra, which is certified by `FILE`")
	flags.StringVar(&o.cert, "cert", "", "show Cassandra the certificate of `FILE`")
	flags.StringVar(&o.key, "key", "", "whose key is in `FILE`")
	flags.StringVar(&o.zkCACert, "zk-ca-cert", "", "use TLS to ZooKeeper, which is certified by `FILE`")
	flags.StringVar(&o.zkCert, "zk-cert", "", "show ZooKeeper the certificate of `FILE`")
	flags.StringVar(&o.zkKey, "zk-key", "", "whose key is in `FILE`")
	flags.StringVar(&o.zkAuth, "zk-auth", "", "authenticate to ZooKeeper by `SCHEME`, with the secret from DUMPTOOL_ZK_AUTH")
	flags.StringVar(&o.consistency, "consistency", "", "ask Cassandra with consistency `LEVEL` (default: LOCAL_QUORUM to read, QUORUM to write)")
}

// config reads the configuration file and puts the command line before it.
func (o *liveOptions) config(app *app) (*conf.Config, error) {
	c := new(conf.Config)
	name := o.apiConf
	if name == "" {
		name = defaultAPIConf
	}
	f, err := os.Open(name)
	switch {
	case err == nil:
		defer f.Close()
		if c, err = conf.Read(f, name); err != nil {
			return nil, err
		}
	case !errors.Is(err, fs.ErrNotExist) || o.apiConf != "":
		return nil, err
	}
	if len(o.cassandra) > 0 {
		if c.Cassandra, c.CassandraNotes, err = conf.Cassandra(o.cassandra); err != nil {
			return nil, usagef("--cassandra: %w", err)
		}
	}
	if len(o.zookeeper) > 0 {
		c.ZooKeeperNotes = nil
		if c.ZooKeeper, err = conf.ZooKeeper(o.zookeeper); err != nil {
			return nil, usagef("--zookeeper: %w", err)
		}
	}
	if err := o.known(c); err != nil {
		return nil, err
	}
	for _, note := range append(c.CassandraNotes, c.ZooKeeperNotes...) {
		app.log.Info(note)
	}
	if o.clusterID != "" {
		c.ClusterID = o.clusterID
	}
	if o.user != "" && o.user != c.User {
		c.User, c.Password = o.user, ""
	}
	if c.User != "" {
		if o.password != "" {
			c.Password = o.password
		} else if password := app.streams.Getenv("DUMPTOOL_CASSANDRA_PASSWORD"); password != "" {
			c.Password = password
		} else if c.Password == "" {
			if c.Password, err = app.askPassword(fmt.Sprintf("Password of %s for Cassandra: ", c.User)); err != nil {
				return nil, err
			}
			o.password = c.Password // who connects again need not ask again
		}
	}
	if o.oldCACert != "" {
		c.CACert = o.oldCACert
	}
	if o.caCert != "" {
		c.TLS, c.CACert = true, o.caCert
	}
	c.TLS = c.TLS || o.tls || o.cert != "" || o.key != ""
	if !c.TLS {
		c.CACert = "" // it is named in many files where it is not used
	}
	if c.ZKTLS == nil && (o.zkTLS || o.zkCACert != "" || o.zkCert != "" || o.zkKey != "") {
		c.ZKTLS = new(conf.Files)
	}
	if files := c.ZKTLS; files != nil {
		files.CACert = cmp.Or(o.zkCACert, files.CACert)
		if o.zkCert != "" || o.zkKey != "" {
			files.Cert, files.Key = o.zkCert, o.zkKey
		}
	}
	return c, nil
}

// known tells what of the databases nobody has said where it is.
func (o *liveOptions) known(c *conf.Config) error {
	var missing, flags []string
	if len(c.Cassandra) == 0 {
		missing, flags = append(missing, "Cassandra"), append(flags, "--cassandra")
	}
	if len(c.ZooKeeper) == 0 {
		missing, flags = append(missing, "ZooKeeper"), append(flags, "--zookeeper")
	}
	if len(missing) == 0 {
		return nil
	}
	verb := "is"
	if len(missing) > 1 {
		verb = "are"
	}
	return withHint(usagef("it is not known where %s %s", strings.Join(missing, " and "), verb),
		fmt.Sprintf("name the servers with %s, or the configuration of the API server with --api-conf", strings.Join(flags, " and ")))
}

// askPassword asks somebody at the terminal.
func (a *app) askPassword(prompt string) (string, error) {
	if !a.streams.InTerminal() {
		return "", withHint(errors.New("a password is needed"), "put it into DUMPTOOL_CASSANDRA_PASSWORD")
	}
	fmt.Fprint(a.streams.Err, prompt)
	password, err := a.streams.ReadPassword()
	fmt.Fprintln(a.streams.Err)
	return password, err
}

// certificates reads the files that TLS needs. It returns nil if TLS is not to be used.
func certificates(use bool, ca, cert, key string) (*cassandra.TLS, error) {
	if !use {
		return nil, nil
	}
	if (cert == "") != (key == "") {
		return nil, usagef("a certificate needs its key, and a key its certificate")
	}
	t := new(cassandra.TLS)
	for file, into := range map[string]*[]byte{ca: &t.CA, cert: &t.Cert, key: &t.Key} {
		if file == "" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		*into = text
	}
	return t, nil
}

// liveTarget are open databases.
type liveTarget struct {
	restore.Target
	rows    *cassandra.Writer
	nodes   *zookeeper.Writer
	servers int // of Cassandra that were named
	closers []func()
}

func (t *liveTarget) close() {
	for _, c := range t.closers {
		c()
	}
}

// connections says how to connect.
func (o *liveOptions) connections(app *app) (cassandra.Config, zookeeper.Config, *conf.Config, error) {
	var rows cassandra.Config
	var nodes zookeeper.Config
	c, err := o.config(app)
	if err != nil {
		return rows, nodes, nil, err
	}
	rows = cassandra.Config{Addresses: c.Cassandra, User: c.User, Password: c.Password, Consistency: o.consistency}
	if rows.TLS, err = certificates(c.TLS, c.CACert, o.cert, o.key); err != nil {
		return rows, nodes, nil, err
	}
	nodes.Addresses = c.ZooKeeper
	if files := c.ZKTLS; files != nil {
		certs, err := certificates(true, files.CACert, files.Cert, files.Key)
		if err != nil {
			return rows, nodes, nil, err
		}
		if nodes.TLS, err = certs.Config(); err != nil {
			return rows, nodes, nil, err
		}
	}
	if o.zkAuth != "" {
		nodes.Scheme, nodes.Auth = o.zkAuth, []byte(app.streams.Getenv("DUMPTOOL_ZK_AUTH"))
		if len(nodes.Auth) == 0 {
			return rows, nodes, nil, usagef("--zk-auth: the secret is missing; put it into DUMPTOOL_ZK_AUTH")
		}
	}
	return rows, nodes, c, nil
}

// openTarget connects to the databases that are written to.
func openTarget(ctx context.Context, app *app, o *liveOptions) (*liveTarget, error) {
	into, nodesInto, c, err := o.connections(app)
	if err != nil {
		return nil, err
	}
	t := &liveTarget{servers: len(c.Cassandra)}
	t.ClusterID = c.ClusterID
	var rows *cassandra.Writer
	var nodes *zookeeper.Writer
	err = connectBoth(ctx, func() (err error) {
		if rows, err = cassandra.Open(into); err == nil {
			t.Cassandra, t.rows = rows, rows
		}
		return err
	}, func(ctx context.Context) (err error) {
		if nodes, err = zookeeper.Open(ctx, nodesInto); err == nil {
			t.ZooKeeper, t.nodes = nodes, nodes
		}
		return err
	})
	if rows != nil {
		t.closers = append(t.closers, rows.Close)
	}
	if nodes != nil {
		t.closers = append(t.closers, nodes.Close)
	}
	if err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// connectBoth connects to both databases at the same time, so that it is known of both if they can't be reached.
func connectBoth(ctx context.Context, cassandra func() error, nodes func(context.Context) error) error {
	waiting, enough := context.WithCancelCause(ctx)
	defer enough(nil)
	answer := make(chan error, 1)
	go func() { answer <- nodes(waiting) }()
	rowsErr := cassandra()
	if rowsErr != nil {
		const otherToo = 2 * time.Second // by then it is there, or it has been refused
		timer := time.AfterFunc(otherToo, func() { enough(zookeeper.ErrEnough) })
		defer timer.Stop()
	}
	nodesErr := <-answer
	switch {
	case rowsErr == nil:
		return nodesErr
	case nodesErr == nil || errors.Is(nodesErr, zookeeper.ErrEnough):
		return rowsErr
	}
	return fmt.Errorf("%w; %w", rowsErr, nodesErr)
}

// confirm asks somebody at a terminal a question, and returns an error unless the answer is yes.
func (a *app) confirm(question string) error {
	fmt.Fprintf(a.streams.Err, "%s Type yes: ", question)
	line, err := bufio.NewReader(a.streams.In).ReadString('\n')
	if err != nil && err != io.EOF {
		return err
	}
	if strings.TrimSpace(line) != "yes" {
		return errors.New("not confirmed, nothing was done")
	}
	return nil
}
