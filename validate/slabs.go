package validate

import "unsafe"

// slabs is memory for rows that are looked up, of which there are millions: each takes a little of a large piece. A piece
// is never used again, and lives as long as any row that has a part of it.
type slabs struct {
	rows    []Row
	columns []Column
	parts   []string
	parents []ParentLink
	text    []byte
	taken   []Column // what is being put together
}

// cut takes n elements of a piece, and of a new one if the old has fewer.
func cut[T any](piece *[]T, n, size int) []T {
	if len(*piece) < n {
		*piece = make([]T, max(n, size))
	}
	part := (*piece)[:n:n]
	*piece = (*piece)[n:]
	return part
}

func (s *slabs) row() *Row { return &cut(&s.rows, 1, 64)[0] }

// bytes takes memory for a text of n bytes.
func (s *slabs) bytes(n int) []byte { return cut(&s.text, n, 16<<10) }

// join copies two texts into one.
func (s *slabs) join(a, b string) string {
	t := s.bytes(len(a) + len(b))
	copy(t[copy(t, a):], b)
	return asText(t)
}

// key writes a uuid.
func (s *slabs) key(k id) string {
	t := s.bytes(36)
	k.append(t[:0])
	return asText(t)
}

// takeKey is takeKey into slabs. own tells that the key is the uuid k.
func (s *slabs) takeKey(d *decoder, k id) (key string, own bool) {
	if d.byte() == 0 {
		return s.key(k), true
	}
	return s.join("", asText(d.bytes())), false
}

// asText is a text of bytes that don't change as long as it is used.
func asText(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
