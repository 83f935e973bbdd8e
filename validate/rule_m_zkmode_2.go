package validate

var _ = add(Rule{
	ID: "M-ZKMODE-2", Severity: Error, Check: "zk_mode_and_node_count", Class: "ZkFollowersError", Live: true,
	Title: "the ZooKeeper servers aren't one leader and followers",
	Doc:   "Each server is asked for its mode.",
	Servers: func(r *Report, s *Servers) {
		leaders, followers := 0, 0
		for _, z := range s.ZooKeeper {
			switch z.Mode {
			case "leader":
				leaders++
			case "follower":
				followers++
			}
		}
		if len(s.ZooKeeper) > 1 && (leaders != 1 || followers < 1) {
			r.live("zookeeper", plural(leaders, "leader")+" and "+plural(followers, "follower")+" among "+plural(len(s.ZooKeeper), "server"))
		}
	},
})
