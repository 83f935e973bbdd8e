package salvage

import (
	"strconv"

	"github.com/dumptool/dumptool/dump"
)

// zooKeeper reads the member zookeeper, or goes into its list of nodes.
func (s *scan) zooKeeper(off, value int64) (int64, error) {
	if s.whole.End > 0 {
		return s.lost(off, value+1, "the member zookeeper came before")
	}
	s.sawZK = true
	first := value
	s.escaped = s.v.byte(value) == '"'
	if s.escaped {
		first++
	}
	for {
		c, w := s.inner(first)
		if c == '[' {
			s.level = inNodes
			return first + w, nil
		}
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			break
		}
		first += w
	}
	if s.nodes > 0 {
		return s.lost(off, value+1, "the member zookeeper came before")
	}
	end, ok := s.v.value(value)
	if ok {
		place := dump.Place{Start: value, End: end}
		s.row.ResetZooKeeper(s.t.at, place)
		for s.row.Next() {
			if s.row.Kind() == dump.ZNodeRead {
				s.nodes++
			}
		}
		ok = s.row.Err() == nil && s.t.weakIn(place) < 0
	}
	if !ok {
		s.nodes = 0
		s.zkCut = true
		return s.lost(off, value+1, "all ZooKeeper nodes: they stand in one object")
	}
	s.whole = dump.Place{Start: value, End: end}
	return end, nil
}

// inner returns what the character at off of the string that holds the list
// stands for, and its width; of other characters than ASCII ones some byte above
// them. The end of the string is 0.
func (s *scan) inner(off int64) (c byte, width int64) {
	c = s.v.byte(off)
	if !s.escaped {
		return c, 1
	}
	switch c {
	case '"':
		return 0, 0
	case '\\':
	default:
		return c, 1
	}
	switch e := s.v.byte(off + 1); e {
	case '"', '\\', '/':
		return e, 2
	case 'n', 't', 'r':
		return ' ', 2
	case 'u':
		u, err := strconv.ParseUint(string(s.v.text(off+2, off+6, 4)), 16, 16)
		switch {
		case err != nil:
			return 0, 0
		case u < 0x80:
			return byte(u), 6
		}
		return 0xff, 6
	}
	return 0, 0
}

// nodeEnd returns where the array ends that begins at off in the list of nodes.
func (s *scan) nodeEnd(off int64) (end int64, ok bool) {
	depth, inString := 0, false
	for {
		c, w := s.inner(off)
		if c == 0 || c < 0x20 && c != '\n' && c != '\r' && c != '\t' {
			return off, false
		}
		off += w
		switch {
		case inString && c == '\\':
			_, w := s.inner(off)
			if w == 0 {
				return off, false
			}
			off += w
		case c == '"':
			inString = !inString
		case inString:
		case c == '[' || c == '{':
			if depth++; depth > maxDepth {
				return off, false
			}
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return off, true
			}
		}
	}
}

// nodeStep reads a node, or leaves the list.
func (s *scan) nodeStep(off int64) (int64, error) {
	c, w := s.inner(off)
	switch {
	case c == ',' || c == ' ':
		return off + w, nil
	case c == ']':
		off += w
		if s.escaped {
			for c, w := s.inner(off); c == ' '; c, w = s.inner(off) {
				off += w
			}
			if s.v.byte(off) != '"' {
				return s.lost(off, off, "")
			}
			off++
		}
		s.level = inRoot
		return off, nil
	case c != '[':
		return s.lost(off, off, "ZooKeeper nodes")
	}
	end, ok := s.nodeEnd(off)
	place := dump.Place{Start: off, End: end}
	var path string
	if ok {
		path, ok = s.nodeSound(place)
	}
	if !ok {
		return s.lost(off, off+1, "a ZooKeeper node is cut")
	}
	if !s.trusted(place, s.nodeTrusted) {
		s.rep.lose(place, "the node zk:"+path+" may be wrong")
		return end, nil
	}
	if first, err := s.twice("zk:"+path, off); err != nil {
		return 0, err
	} else if !first {
		s.mistrust(place)
		s.rep.lose(place, "the node zk:"+path+" came before")
		return end, nil
	}
	s.nodes++
	return end, s.place(nodeSlot(s.escaped), off, end)
}

// The slots of nodes, by how their list is stored.
const (
	escapedNodes uint32 = 1<<32 - 2
	bareNodes    uint32 = 1<<32 - 1
)

func nodeSlot(escaped bool) uint32 {
	if escaped {
		return escapedNodes
	}
	return bareNodes
}

// nodeSound reads a node with every check.
func (s *scan) nodeSound(p dump.Place) (path string, ok bool) {
	s.row.ResetZNode(s.t.at, p, s.escaped)
	n := 0
	for s.row.Next() {
		if s.row.Kind() == dump.ZNodeRead {
			n++
			z := s.row.ZNode()
			path = string(z.Normal)
			s.facts.node = nodeFacts{stat: append(s.facts.node.stat[:0], z.Stat...), size: dataSize(z), short: z.Shape != 0}
		}
	}
	return path, s.row.Err() == nil && n == 1
}

// dataSize is the length of the data in bytes; -1 if it is null or too long to
// tell.
func dataSize(z *dump.ZNode) int64 {
	if !z.Data.IsText || z.Data.Long() {
		return -1
	}
	return int64(len(z.Data.Text().Decoded()))
}

// sureNode tells if a node begins whose path's quote is at off.
func (s *scan) sureNode(off, floor int64) (to int64, ok bool) {
	was := s.escaped
	s.escaped = s.v.byte(off-1) == '\\'
	open := off - 1
	if s.escaped {
		open--
	}
	for open > floor && s.v.byte(open) == ' ' {
		open--
	}
	if open >= floor && s.v.byte(open) == '[' {
		if end, ok := s.nodeEnd(open); ok {
			if _, ok := s.nodeSound(dump.Place{Start: open, End: end}); ok && s.statWhole() {
				s.level = inNodes
				s.sawZK = true
				return open, true
			}
		}
	}
	s.escaped = was
	return 0, false
}

// memberSound reads an unknown member with every check.
func (s *scan) memberSound(off, end int64) bool {
	place := dump.Place{Start: off, End: end}
	if s.t.weakIn(place) >= 0 {
		return false
	}
	s.row.ResetMember(s.t.at, place)
	n := 0
	for s.row.Next() {
		if s.row.Kind() == dump.MemberRead {
			n++
		}
	}
	return s.row.Err() == nil && n == 1
}
