package validate

var _ = add(Rule{
	ID: "M-ZKMODE-3", Severity: Error, Check: "zk_mode_and_node_count", Class: "ZkNodeCountsError", Live: true,
	Title: "the ZooKeeper servers have different numbers of nodes",
	Doc:   "Each server is asked for the number of its nodes.",
})
