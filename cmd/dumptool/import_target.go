package main

import (
	"net"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/export/cassandra"
	"github.com/dumptool/dumptool/export/restore"
	"github.com/dumptool/dumptool/export/zookeeper"
)

type targetOptions struct {
	cassandra, zookeeper []string
	clusterID            string
}

func (o *targetOptions) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&o.cassandra, "cassandra", nil, "Cassandra: `HOST[:PORT],...`")
	flags.StringSliceVar(&o.zookeeper, "zookeeper", nil, "ZooKeeper: `HOST[:PORT],...`")
	flags.StringVar(&o.clusterID, "cluster-id", "", "the cluster `ID`")
}

type importTarget struct {
	restore.Target
	factor int
	close  func()
}

func openTarget(o *targetOptions) (*importTarget, error) {
	if len(o.cassandra) == 0 || len(o.zookeeper) == 0 {
		return nil, usagef("name the servers with --cassandra and --zookeeper")
	}
	port := 9042
	if _, text, err := net.SplitHostPort(o.cassandra[0]); err == nil {
		if port, err = strconv.Atoi(text); err != nil {
			return nil, usagef("--cassandra: %w", err)
		}
	}
	c, err := cassandra.OpenWriter(cassandra.WriterConfig{Hosts: o.cassandra, Port: port})
	if err != nil {
		return nil, err
	}
	z, err := zookeeper.OpenWriter(o.zookeeper)
	if err != nil {
		return nil, err
	}
	return &importTarget{restore.Target{Cassandra: c, ZooKeeper: z, ClusterID: o.clusterID}, len(o.cassandra), func() { c.Close(); z.Close() }}, nil
}
