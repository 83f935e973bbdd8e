package filter

// Count says how many of something are in the result and how many are not.
type Count struct {
	Kept    int64 `json:"kept"`
	Dropped int64 `json:"dropped"`
}

func (c *Count) add(kept bool) {
	if kept {
		c.Kept++
	} else {
		c.Dropped++
	}
}

// Report says what Apply has kept.
type Report struct {
	Keyspaces Count
	Tables    map[[2]string]*Count // rows, by keyspace and table
	Types     map[string]*Count    // objects by type; only where they had to be found, or Options.Types asks for them
	Families  map[string]*Count    // ZooKeeper nodes by the first component of their path
	Needs     map[Need]int64       // what the closure has kept
	Columns   int64                // left out of rows that are kept
	Unused    []string             // names to leave out that the dump does not have
}

func count[K comparable](m map[K]*Count, key K) *Count {
	c := m[key]
	if c == nil {
		c = &Count{}
		m[key] = c
	}
	return c
}
