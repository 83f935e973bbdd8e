//go:build !amd64 || purego

package bytemask

// Fast tells if Find is much faster than a look at each byte.
func Fast() bool { return false }

func (t *Table) find(dst []Block, text []byte) { t.findGo(dst, text) }
