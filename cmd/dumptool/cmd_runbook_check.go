package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/export/cassandra"
	"github.com/dumptool/dumptool/export/conf"
	"github.com/dumptool/dumptool/export/runbook"
	"github.com/dumptool/dumptool/export/zookeeper"
)

type runbookCheckOptions struct {
	hosts     []string
	clusterID string
	wait      time.Duration
	user      string
}

func newRunbookCheckCmd(app *app) *cobra.Command {
	var opts runbookCheckOptions
	var names, list []string
	for _, c := range runbook.Conditions() {
		names = append(names, c.Name)
		list = append(list, fmt.Sprintf("  %-18s %s", c.Name, c.What))
	}
	cmd := &cobra.Command{
		Use:   "check CONDITION --hosts HOST,... [flags]",
		Short: "Ask the hosts if a condition holds that stands between two steps",
		Long:  "CONDITION is one of\n\n" + strings.Join(list, "\n") + "\n\nA host that does not answer at all proves nothing: that is an error.",
		Example: examples(
			"dumptool runbook check services-stopped --hosts a,b,c", "before the databases are stopped",
			"dumptool runbook check zookeeper-empty --hosts a,b,c --wait 2m", "wait until it is so",
			"dumptool runbook check cassandra-empty --hosts a,b,c", "before an import",
		),
		Args:              operands(1, "CONDITION"),
		ValidArgsFunction: cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRunbookCheck(cmd.Context(), app, opts, names, args[0])
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&opts.hosts, "hosts", nil, "the hosts to ask: `HOST,...`")
	flags.StringVar(&opts.clusterID, "cluster-id", "", "keyspaces and nodes have the prefix `ID`")
	flags.DurationVar(&opts.wait, "wait", 0, "wait up to `TIME` for it")
	flags.StringVar(&opts.user, "cassandra-user", "", "log in to Cassandra as `USER`, with the password from DUMPTOOL_CASSANDRA_PASSWORD")
	return cmd
}

func runRunbookCheck(ctx context.Context, app *app, opts runbookCheckOptions, names []string, name string) error {
	conditions := runbook.Conditions()
	i := slices.IndexFunc(conditions, func(c runbook.Condition) bool { return c.Name == name })
	if i < 0 {
		return withHint(usagef("unknown condition %q: want %s", name, orList(names)), didYouMean(name, names, ""))
	}
	site := runbook.Options{Hosts: opts.hosts, ClusterID: opts.clusterID, Dump: "-"}
	if err := site.Check(); err != nil {
		return usagef("--hosts: %w", err)
	}
	p := prober{user: opts.user, password: app.streams.Getenv("DUMPTOOL_CASSANDRA_PASSWORD")}
	where := runbook.Site{Hosts: opts.hosts, ClusterID: opts.clusterID}
	if err := runbook.Verify(ctx, p, conditions[i], where, opts.wait); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return app.print(func(w *bufio.Writer) error {
		fmt.Fprintf(w, "%s: %s\n", name, conditions[i].What)
		return nil
	})
}

// prober asks the hosts themselves.
type prober struct{ user, password string }

func (prober) Listens(ctx context.Context, host string, port int) (bool, error) {
	return runbook.Listens(ctx, host, port)
}

func (prober) FourLetters(ctx context.Context, host, word string) (string, error) {
	return runbook.FourLetters(ctx, host, word)
}

func (prober) Nodes(ctx context.Context, hosts []string, path string) ([]string, bool, error) {
	z, err := zookeeper.Open(ctx, zookeeper.Config{Addresses: addresses(hosts, conf.ZooKeeperPort)})
	if err != nil {
		return nil, false, err
	}
	defer z.Close()
	return z.Children(ctx, path)
}

func (p prober) Cassandra(ctx context.Context, hosts []string) (runbook.CassandraState, error) {
	var s runbook.CassandraState
	c, err := cassandra.Open(cassandra.Config{Addresses: addresses(hosts, conf.CQLPort), User: p.user, Password: p.password})
	if err != nil {
		return s, err
	}
	defer c.Close()
	state, err := c.State(ctx)
	if err != nil {
		return s, err
	}
	s.Nodes, s.Schemas = len(state.Nodes), state.Schemas
	for _, n := range state.Nodes {
		if n.Up {
			s.Up++
		}
	}
	s.Keyspaces, err = c.Keyspaces(ctx)
	return s, err
}

func addresses(hosts []string, port int) []string {
	var list []string
	for _, h := range hosts {
		list = append(list, net.JoinHostPort(h, strconv.Itoa(port)))
	}
	return list
}
