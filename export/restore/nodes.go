package restore

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dumptool/dumptool/contrail"
	"github.com/dumptool/dumptool/export/internal/limits"
	"github.com/dumptool/dumptool/internal/spill"
)

// node is a node of the dump.
type node struct {
	path      string
	data      []byte
	size      int64
	null      bool
	ephemeral bool
	acl       []ACL
	listed    bool // by the dump; otherwise it is only the parent of one that is
}

// nodeStore keeps nodes on disk and gives them by depth.
//
// Memory: that of two sorters.
type nodeStore struct {
	dir           spill.Dir
	memory        int64
	file          *spill.File
	inOrderOfDump *spill.Sorter
	byDepth       *spill.Sorter // depth, path, 0, where the rest is in the file

	count, parents, bytes, ephemeral, foreign, acls int64
	tops                                            []string // the top nodes that are made or filled
	buf                                             []byte
}

func newNodeStore(dir spill.Dir, memory int64) (*nodeStore, error) {
	file, err := dir.Create()
	if err != nil {
		return nil, err
	}
	return &nodeStore{dir: dir, memory: memory / 2, file: file, inOrderOfDump: spill.NewSorter(dir, memory/2)}, nil
}

func (s *nodeStore) close() error {
	if s == nil {
		return nil
	}
	s.inOrderOfDump.Close()
	if s.byDepth != nil {
		s.byDepth.Close()
	}
	return s.file.Close()
}

// add writes a node to the file: path, flags, ACL, data.
func (s *nodeStore) add(n *node) error {
	at := s.file.Size()
	b := s.buf[:0]
	b = binary.AppendUvarint(b, uint64(len(n.path)))
	b = append(b, n.path...)
	var flags byte
	if n.null {
		flags |= 1
	}
	if n.ephemeral {
		flags |= 2
	}
	acl, err := json.Marshal(n.acl)
	if err != nil {
		return err
	}
	b = append(b, flags)
	b = binary.AppendUvarint(b, uint64(len(acl)))
	b = append(b, acl...)
	b = binary.AppendUvarint(b, uint64(len(n.data)))
	b = append(b, n.data...)
	s.buf = b
	if _, err := s.file.Write(b); err != nil {
		return err
	}
	var rec [16]byte
	binary.BigEndian.PutUint64(rec[:], uint64(at))
	binary.BigEndian.PutUint64(rec[8:], uint64(len(b)))
	return s.inOrderOfDump.Add(rec[:])
}

func (s *nodeStore) load(at, size uint64) (*node, error) {
	b := make([]byte, size)
	if _, err := s.file.ReadAt(b, int64(at)); err != nil {
		return nil, fmt.Errorf("read temporary file: %w", err)
	}
	part := func() []byte {
		n, w := binary.Uvarint(b)
		p := b[w : w+int(n)]
		b = b[w+int(n):]
		return p
	}
	n := &node{listed: true}
	n.path = string(part())
	n.null, n.ephemeral = b[0]&1 != 0, b[0]&2 != 0
	b = b[1:]
	if err := json.Unmarshal(part(), &n.acl); err != nil {
		return nil, err
	}
	n.data = part()
	n.size = int64(len(n.data))
	return n, nil
}

// Records by depth: two bytes of depth, the path, a zero, then place and size. A parent that the dump does not list has
// size 0 and the largest place: it sorts behind a listed node of the same path, which is used then.
const placeLen = 16

func depthRecord(b []byte, path string, at, size uint64) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(min(depth(path), 1<<16-1)))
	b = append(b, path...)
	b = append(b, 0)
	b = binary.BigEndian.AppendUint64(b, at)
	return binary.BigEndian.AppendUint64(b, size)
}

// arrange sorts the nodes that are to be made by depth, with the parents that they need, and finds what ZooKeeper would
// not take.
func (s *nodeStore) arrange(m move, f *findings) error {
	s.byDepth = spill.NewSorter(s.dir, s.memory)
	it, err := s.inOrderOfDump.Sort()
	if err != nil {
		return err
	}
	tops := map[string]bool{}
	last := ""
	var rec []byte
	for it.Next() {
		at, size := binary.BigEndian.Uint64(it.Record()), binary.BigEndian.Uint64(it.Record()[8:])
		n, err := s.load(at, size)
		if err != nil {
			return err
		}
		switch {
		case n.ephemeral:
			s.ephemeral++
			continue
		case foreign(n.path, m.from):
			s.foreign++
			continue
		case n.path == "/":
			// The root is there always. An empty tree is listed as the root alone.
			continue
		}
		path := m.path(n.path)
		if path == "/" {
			continue
		}
		if reason := badPath(path); reason != "" {
			f.add("path", true, nodePlace(n.path), "ZooKeeper does not take the path: %s", reason)
			continue
		}
		s.count++
		s.bytes += int64(len(n.data))
		if n.acl != nil {
			s.acls++
		}
		if top := topOf(path, m.to); !tops[top] {
			tops[top] = true
			s.tops = append(s.tops, top)
		}
		rec = depthRecord(rec[:0], path, at, size)
		if err := s.byDepth.Add(rec); err != nil {
			return err
		}
		// Neighbours in a dump share their parents mostly.
		for p := parent(path); p != "/" && !strings.HasPrefix(last, p+"/"); p = parent(p) {
			rec = depthRecord(rec[:0], p, ^uint64(0), 0)
			if err := s.byDepth.Add(rec); err != nil {
				return err
			}
		}
		last = path
	}
	if it.Err() != nil {
		return it.Err()
	}
	// Count the parents, and find two nodes that have become one.
	return s.each(func(n *node) error {
		if !n.listed {
			s.parents++
		}
		return nil
	}, func(path string) {
		f.add("same-node", true, nodePlace(path), "two nodes of the dump would become one")
	})
}

// topOf returns the top node of a path below the cluster id.
func topOf(path, cluster string) string {
	if cluster != "" {
		if rest, ok := strings.CutPrefix(path, "/"+cluster+"/"); ok {
			return "/" + cluster + "/" + firstComponent(rest)
		}
		if path == "/"+cluster {
			return path
		}
		// The tree may be shared with other clusters.
		for _, root := range alwaysAtRoot {
			if strings.HasPrefix(path+"/", root) {
				return strings.TrimSuffix(root, "/")
			}
		}
	}
	return "/" + firstComponent(path)
}

// foreign tells if a node belongs to others or to services that are running, as the import of the original has it.
func foreign(path, cluster string) bool {
	if first := firstComponent(path); cluster != "" && first == cluster {
		path = path[1+len(cluster):]
	}
	first := firstComponent(path)
	return contrail.IsIgnored([]byte(first))
}

// badPath returns why a node can't be made; "" if it can.
func badPath(path string) string {
	if reason := limits.BadPath(path); reason != "" {
		return reason
	}
	if depth(path) >= 1<<16-1 {
		return "it is too deep" // for a record by depth
	}
	return ""
}

// each goes over the nodes by depth. twice, if not nil, is told of paths that are listed twice.
func (s *nodeStore) each(do func(*node) error, twice func(path string)) error {
	it, err := s.byDepth.Sort()
	if err != nil {
		return err
	}
	last, lastListed := "", false
	for it.Next() {
		rec := it.Record()
		path := string(rec[2 : len(rec)-placeLen-1])
		at := binary.BigEndian.Uint64(rec[len(rec)-placeLen:])
		size := binary.BigEndian.Uint64(rec[len(rec)-8:])
		if path == last {
			if size > 0 && lastListed && twice != nil {
				twice(path)
			}
			continue
		}
		last, lastListed = path, size > 0
		n := &node{path: path}
		if size > 0 {
			if n, err = s.load(at, size); err != nil {
				return err
			}
			n.path = path
		}
		if err := do(n); err != nil {
			return err
		}
	}
	return it.Err()
}
