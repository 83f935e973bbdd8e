package validate

var _ = add(Rule{
	ID: "M-ZKMODE-1", Severity: Error, Check: "zk_mode_and_node_count", Class: "ZkStandaloneError", Live: true,
	Title: "a ZooKeeper server is unreachable, or the only one isn't in standalone mode",
	Doc:   "Each server is asked for its mode.",
	Servers: func(r *Report, s *Servers) {
		for _, z := range s.ZooKeeper {
			switch {
			case !z.Up:
				r.live("zookeeper "+z.Address, "the server can't be reached")
			case len(s.ZooKeeper) == 1 && z.Mode != "standalone":
				r.live("zookeeper "+z.Address, "the only server is in mode "+quoted(z.Mode)+" instead of standalone")
			}
		}
	},
})
