package leak

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/zeebo/xxh3"

	"github.com/dumptool/dumptool/internal/bytemask"
)

// Leak is an original that was found.
type Leak struct {
	Original
	// Offset is where it stands in the text, in some form, for the first time.
	Offset int64
}

// Result is what a search came to.
type Result struct {
	Leaks []Leak
	// Carriers are base64 and hexadecimal digits in which originals were found.
	Carriers [][]byte
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
	taken, err := replacements(c, memory/4)
	if err != nil {
		return Result{}, err
	}
	s := searcher{text: text, size: size, memory: memory, leaks: map[int64]int64{}, carriers: map[string]bool{}}
	s.begin()
	isSearched := func(o Original) bool {
		_, isTaken := taken[xxh3.Hash(o.Text)]
		return len(o.Text) >= o.Kind.Least() && (skip == nil || !skip(o)) && (o.Kind != Address || !isTaken)
	}
	err = c.Each(func(o Original) error {
		if !isSearched(o) {
			s.result.Short++
			return nil
		}
		s.result.Searched++
		return s.add(ctx, o)
	})
	if err == nil {
		err = s.pass(ctx)
	}
	if err != nil && !errors.Is(err, errEnough) {
		return s.result, err
	}
	if err := s.name(c, isSearched); err != nil {
		return s.result, err
	}
	for c := range s.carriers {
		s.result.Carriers = append(s.result.Carriers, []byte(c))
	}
	slices.SortFunc(s.result.Carriers, bytes.Compare)
	return s.result, nil
}

// name lists the originals that were found. Only now is known which they are: to
// keep all of them would take more memory than the search.
func (s *searcher) name(c *Collector, isSearched func(Original) bool) error {
	if len(s.leaks) == 0 {
		return nil
	}
	number := int64(-1)
	return c.Each(func(o Original) error {
		if !isSearched(o) {
			return nil
		}
		number++
		if offset, ok := s.leaks[number]; ok {
			s.result.Leaks = append(s.result.Leaks, Leak{Original{o.Kind, bytes.Clone(o.Text), bytes.Clone(o.Replacement)}, offset})
		}
		return nil
	})
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
	text   io.ReaderAt
	size   int64
	memory int64
	set    *set
	words  *words
	first  int64           // number of the first original of this pass
	count  int32           // of originals in it
	leaks  map[int64]int64 // number of an original: the offset of the first one, of passes that are done
	quotes bool            // an original has quotes in it, and letters that may be escaped
	wide   bool            // one has letters that aren't ASCII
	result Result

	mu       sync.Mutex
	found    map[int32]int64 // number of an original: the offset of the first one
	carriers map[string]bool
}

func (s *searcher) begin() {
	s.set, s.words = newSet(), newWords()
	s.first += int64(s.count)
	s.count, s.quotes, s.wide = 0, false, false
	s.found = map[int32]int64{}
}

func (s *searcher) add(ctx context.Context, o Original) error {
	n := s.count
	s.count++
	s.quotes = s.quotes || bytes.ContainsAny(o.Text, "\"\\") && hasEscapes(o.Text)
	s.wide = s.wide || !isASCII(o.Text)
	if o.Kind == Secret {
		forms(o, func(text []byte) { s.set.add(text, n) })
	} else {
		forms(o, func(text []byte) { s.words.add(text, n) })
	}
	if s.set.size()+s.words.size() < s.memory && len(s.set.texts) < 1<<30 && len(s.words.texts) < 1<<30 {
		return nil
	}
	return s.pass(ctx)
}

func isASCII(text []byte) bool {
	for _, c := range text {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// hasEscapes tells if a text has letters that are escaped in JSON, or may be.
func hasEscapes(text []byte) bool {
	for _, c := range text {
		if c < ' ' || c >= 0x7f || c == '<' || c == '>' || c == '&' {
			return true
		}
	}
	return false
}

const (
	// window is how much of the text is looked at at a time.
	window = 1 << 20
	// ahead is how much is read ahead at least, for what is encoded.
	ahead = 128 << 10
	// behind is how much is read again, to see the borders of words.
	behind = 16
)

// pass searches for what has been added, and begins anew.
func (s *searcher) pass(ctx context.Context) error {
	if s.count == 0 {
		return nil
	}
	s.result.Passes++
	s.set.seal()
	s.words.seal()
	var next atomic.Int64
	errs := make(chan error)
	workers := min(runtime.GOMAXPROCS(0), 8, int(s.size/window)+1)
	for range workers {
		go func() {
			w := s.worker()
			errs <- w.work(ctx, &next)
		}()
	}
	var err error
	for range workers {
		err = errors.Join(err, <-errs)
	}
	if err != nil {
		return err
	}
	for original, offset := range s.found {
		s.leaks[s.first+int64(original)] = offset
	}
	s.begin()
	if len(s.leaks) >= maxLeaks {
		return errEnough
	}
	return nil
}

// worker looks at one window after the other.
type worker struct {
	*searcher
	leastPiece int      // length of the shortest text that can have an original in it
	leastRun   int      // letters of base64 for it, at any alignment
	groups     int      // that four of them come in, see mayBeText
	seen       []uint64 // hashes of runs
	free       [][]byte
	freeMasks  []*masks
	blocks     [64]bytemask.Block
	passed     passed
	base       int64 // offset of what is looked at
	carrier    []byte
	least      int // length of originals that count
}

func (s *searcher) worker() *worker {
	w := worker{searcher: s, seen: make([]uint64, 1<<14), leastPiece: leastSecret, leastRun: 10, groups: 2}
	if len(s.words.needles) > 0 {
		w.leastPiece, w.leastRun, w.groups = leastIdentifier, 8, 1
	}
	return &w
}

func (w *worker) work(ctx context.Context, next *atomic.Int64) error {
	more := max(ahead, w.set.longest, w.words.longest) + 64
	buf := make([]byte, behind+window+more)
	for {
		off := (next.Add(1) - 1) * window
		if off >= w.size {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		from := int(min(off, behind))
		want := min(int64(from+window+more), w.size-off+int64(from))
		n, err := w.text.ReadAt(buf[:want], off-int64(from))
		if int64(n) < want {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		w.base = off - int64(from)
		w.look(buf[:n], from, min(from+window, n), 0)
	}
}

// look looks for what begins in text[from:limit], also where it is encoded.
func (w *worker) look(text []byte, from, limit, depth int) {
	base := w.base
	if depth == 0 {
		hit := func(original int32, start, _ int) { w.hit(original, base+int64(start), leastSecret) }
		w.set.scan(text, from, limit, hit)
		w.words.scan(&w.passed, text, from, limit, hit)
	} else {
		hit := func(original int32, start, end int) { w.hit(original, base, end-start) }
		w.set.scan(text, from, limit, hit)
		w.words.scan(&w.passed, text, from, limit, hit)
	}
	w.decode(text, from, limit, depth)
}

// inner looks into what was decoded from what stands at an index. The carrier is
// what can be replaced if something is found; nil leaves it as it is.
func (w *worker) inner(text []byte, at, depth int, carrier []byte) {
	base, outer := w.base, w.carrier
	if depth == 0 {
		w.base += int64(at)
		w.carrier = carrier
	}
	w.look(text, 0, len(text), depth+1)
	w.base, w.carrier = base, outer
}

func (w *worker) hit(original int32, offset int64, length int) {
	if length < w.least {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if was, ok := w.found[original]; !ok || offset < was {
		w.found[original] = offset
	}
	if len(w.carrier) > 0 && len(w.carriers) < maxLeaks {
		w.carriers[string(w.carrier)] = true
	}
}
