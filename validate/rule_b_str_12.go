package validate

var _ = add(Rule{
	ID: "B-STR-12", Severity: Error, Check: "structure", Problem: true,
	Title: "a ZooKeeper path occurs twice",
	Doc:   "Slashes at either end and repeated ones don't count. The original importer stops at the second.",
	Fix:   "keep one, if both hold the same data",
})
