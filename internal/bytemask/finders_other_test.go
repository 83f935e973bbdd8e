//go:build !amd64 || purego

package bytemask

// finders returns Find.
func finders(t *Table) []func([]Block, []byte) { return []func([]Block, []byte){t.Find} }
