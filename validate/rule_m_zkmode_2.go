package validate

var _ = add(Rule{
	ID: "M-ZKMODE-2", Severity: Error, Check: "zk_mode_and_node_count", Class: "ZkFollowersError", Live: true,
	Title: "the ZooKeeper servers aren't one leader and followers",
	Doc:   "Each server is asked for its mode.",
})
