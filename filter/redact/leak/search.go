package leak

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/zeebo/xxh3"
)

// Leak is an original that was found.
type Leak struct {
	Original
	// Offset is where it stands in the text, in some form, for the first time.
	Offset int64
	// Name tells that it stands in the name of a member, wherever it was found.
	Name bool
}

// Result is what a search came to.
type Result struct {
	Leaks []Leak
	// Searched and Short are how many originals were searched for, and how
	// many are too short for that.
	Searched, Short int64
	Passes          int
}

// maxLeaks is how many originals are told by name: enough to mend them, and to
// see that something is wrong.
const maxLeaks = 10_000

// Search goes through a text once for as many originals as have room in memory
// bytes. The skip function, if there is one, says of which originals nothing
// is proved.
func Search(ctx context.Context, text io.ReaderAt, size int64, c *Collector, memory int64, skip func(Original) bool) (Result, error) {
	s := searcher{ctx: ctx, text: text, size: size, memory: memory, found: map[int32]*Leak{}}
	for _, kind := range []Kind{Secret, Identifier, Address} {
		s.begin(kind)
		var taken map[uint64]struct{}
		if kind == Address {
			var err error
			if taken, err = replacements(c, memory); err != nil {
				return s.result, err
			}
		}
		err := c.Each(func(o Original) error {
			if o.Kind != kind {
				return nil
			}
			if _, ok := taken[xxh3.Hash(o.Text)]; ok {
				s.result.Short++
				return nil
			}
			if len(o.Text) < kind.Least() || skip != nil && skip(o) {
				s.result.Short++
				return nil
			}
			s.result.Searched++
			return s.add(o)
		})
		if err == nil {
			err = s.pass()
		}
		if err != nil && !errors.Is(err, errEnough) {
			return s.result, err
		}
	}
	return s.result, nil
}

// replacements returns the hashes of what stands for addresses. Where they have
// no room, nothing is proved of addresses.
func replacements(c *Collector, memory int64) (map[uint64]struct{}, error) {
	taken := map[uint64]struct{}{}
	full := false
	err := c.Each(func(o Original) error {
		if o.Kind == Address && !full {
			taken[xxh3.Hash(o.Replacement)] = struct{}{}
			full = int64(len(taken))*32 > memory
		}
		return nil
	})
	if err != nil || !full {
		return taken, err
	}
	return taken, c.Each(func(o Original) error {
		if o.Kind == Address {
			taken[xxh3.Hash(o.Text)] = struct{}{}
		}
		return nil
	})
}

var errEnough = errors.New("enough")

type searcher struct {
	ctx       context.Context
	text      io.ReaderAt
	size      int64
	memory    int64
	kind      Kind
	set       *set
	originals []Original
	found     map[int32]*Leak
	result    Result
}

func (s *searcher) begin(k Kind) {
	s.kind = k
	s.set = newSet(k.Least() - part + 1)
	s.originals = nil
	clear(s.found)
}

func (s *searcher) add(o Original) error {
	n := int32(len(s.originals))
	text := bytes.Clone(o.Text)
	s.originals = append(s.originals, Original{o.Kind, text, bytes.Clone(o.Replacement)})
	forms(o, func(f form) { s.set.add(f, n) })
	if s.set.size()+int64(len(s.originals))*120 < s.memory && len(s.set.texts) < 1<<30 {
		return nil
	}
	return s.pass()
}

// window is how much of the text is looked at at a time.
const window = 1 << 20

// pass searches for what has been added, and begins anew.
func (s *searcher) pass() error {
	if len(s.originals) == 0 {
		return nil
	}
	s.result.Passes++
	s.set.seal()
	ahead := s.set.longest + 64
	before := s.set.longest + 16
	buf := make([]byte, 0, before+window+ahead)
	// buf[:kept] was looked at before, and is there for what begins in it.
	for off, kept := int64(0), 0; off < s.size; {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		n, err := s.text.ReadAt(buf[kept:min(cap(buf), kept+window+ahead)], off)
		if n == 0 {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		have := buf[:kept+n]
		base := off - int64(kept)
		last := off+int64(n) >= s.size
		limit := kept + min(n, window)
		if last {
			limit = len(have)
		}
		s.set.scan(have, base, limit, func(original int32, start, end int) {
			s.hit(original, base+int64(start), isName(have[end:]))
		})
		if last {
			break
		}
		// What begins behind limit is looked at next time.
		next := max(0, limit-before)
		off = base + int64(limit)
		kept = copy(buf[:cap(buf)], have[next:limit])
	}
	for i := range int32(len(s.originals)) {
		if l := s.found[i]; l != nil {
			s.result.Leaks = append(s.result.Leaks, *l)
		}
	}
	s.begin(s.kind)
	if len(s.result.Leaks) >= maxLeaks {
		return errEnough
	}
	return nil
}

func (s *searcher) hit(original int32, offset int64, name bool) {
	l := s.found[original]
	if l == nil {
		s.found[original] = &Leak{s.originals[original], offset, name}
		return
	}
	if l.Name && !name {
		l.Offset, l.Name = offset, false
	}
}

// isName tells if what stands before rest belongs to the name of a member.
func isName(rest []byte) bool {
	i := bytes.IndexByte(rest, '"')
	if i < 0 || bytes.ContainsAny(rest[:i], " ,{}[]") {
		return false
	}
	i++
	for i < len(rest) && (rest[i] == ' ' || rest[i] == '\n' || rest[i] == '\t') {
		i++
	}
	return i < len(rest) && rest[i] == ':'
}
