package pretty

import (
	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/internal/keyset"
	"github.com/dumptool/dumptool/internal/spill"
)

// ownSets is the number of levels whose objects have a set of names of their
// own. A dump has five. All objects below share one, so that a document that is
// nested ten thousand times needs no more memory.
const ownSets = 8

// names looks for names that occur twice in an object.
type names struct {
	dir    spill.Dir
	sets   [ownSets + 1]*keyset.Names // by depth
	deep   *keyset.Set
	serial uint64   // of the last object below
	open   []uint64 // serials of the open objects below
}

func newNames(dir spill.Dir) *names { return &names{dir: dir} }

// reset forgets all objects.
func (n *names) reset() {
	for _, s := range n.sets {
		if s != nil {
			s.Reset()
		}
	}
	n.open = n.open[:0]
	if n.deep != nil {
		n.deep.Reset()
	}
}

// begin notes that an object was opened.
func (n *names) begin(depth int) {
	if depth <= ownSets {
		if n.sets[depth] == nil {
			n.sets[depth] = keyset.NewNames(n.dir, hashName)
		}
		n.sets[depth].Reset()
		return
	}
	if n.deep == nil {
		n.deep = keyset.New(n.dir)
	}
	for len(n.open) <= depth-ownSets {
		n.open = append(n.open, 0)
	}
	n.serial++
	n.open[depth-ownSets] = n.serial
}

// add notes a name of the object at depth, in canonical spelling, and tells if
// it was there, and where. A name that was spilled is found by end only.
func (n *names) add(depth int, name []byte, off int64) (first int64, dup bool, err error) {
	if depth <= ownSets {
		return n.sets[depth].Add(name, off)
	}
	u := xxh3.Hash128Seed(name, n.open[depth-ownSets])
	return n.deep.Add(keyset.Hash{Hi: u.Hi, Lo: u.Lo}, off)
}

// end notes that the object at depth was closed, and calls found for each name
// that occurs twice and was not found by add.
func (n *names) end(depth int, found func(first, second int64) error) error {
	if depth > ownSets {
		return nil
	}
	if err := n.sets[depth].Finish(found); err != nil || depth < ownSets {
		return err
	}
	return n.endAll(found)
}

// endAll is end for all objects that share a set. At the latest it is called at
// the end of the document.
func (n *names) endAll(found func(first, second int64) error) error {
	if n.deep == nil {
		return nil
	}
	return n.deep.Finish(found)
}

func hashName(name []byte) keyset.Hash {
	u := xxh3.Hash128(name)
	return keyset.Hash{Hi: u.Hi, Lo: u.Lo}
}
