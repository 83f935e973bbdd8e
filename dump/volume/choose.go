package volume

// The parts of what is in no table.
const (
	PartZooKeeper = "zookeeper"
)

// ByKeyspace makes a volume for each keyspace, and one for ZooKeeper and unknown
// members.
func ByKeyspace(it *Item) (string, error) {
	if it.Keyspace == "" && it.Row < 0 {
		return PartZooKeeper, nil
	}
	return it.Keyspace, nil
}

// ByTable makes a volume for each table.
func ByTable(it *Item) (string, error) {
	if it.Keyspace == "" && it.Row < 0 {
		return PartZooKeeper, nil
	}
	return it.Keyspace + "." + it.Table, nil
}
