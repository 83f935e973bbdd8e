package validate

var _ = add(Rule{
	ID: "M-ZKMODE-1", Severity: Error, Check: "zk_mode_and_node_count", Class: "ZkStandaloneError", Live: true,
	Title: "a ZooKeeper server is unreachable, or the only one isn't in standalone mode",
	Doc:   "Each server is asked for its mode.",
	Fix:   "",
})
