package splice_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
	"github.com/dumptool/dumptool/internal/spill"
)

// A plan writes what its splicer would have written at once.
func TestPlan(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var b strings.Builder
		for i := range 20_000 {
			fmt.Fprintf(&b, "%d ", i)
		}
		text, other := strings.NewReader(b.String()), strings.NewReader(strings.Repeat("other ", 100))
		plan := splice.NewPlan(spill.Dir(t.TempDir()))
		var want, got bytes.Buffer
		once, late := splice.New(&want, text), splice.New(plan, text)
		both := func(do func(s *splice.Splicer)) { do(once); do(late) }
		for at := int64(0); at < text.Size(); at += rng.Int64N(40) {
			switch rng.IntN(5) {
			case 0:
				both(func(s *splice.Splicer) { s.CopyTo(at) })
			case 1:
				both(func(s *splice.Splicer) { s.SkipTo(at) })
			case 2:
				put := strings.Repeat("put", rng.IntN(4))
				both(func(s *splice.Splicer) { s.Put(put) })
			case 3:
				p := dump.Place{Start: rng.Int64N(300), End: 300 + rng.Int64N(300)}
				both(func(s *splice.Splicer) { s.Section(other, p) })
			case 4:
				p := dump.Place{Start: at / 2, End: at/2 + rng.Int64N(100)}
				both(func(s *splice.Splicer) { s.Section(text, p) })
			}
		}
		if once.Err() != nil || late.Err() != nil {
			t.Fatal(once.Err(), late.Err())
		}
		if err := plan.Run(&got); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Errorf("seed %d: %d bytes and not the %d", seed, got.Len(), want.Len())
		}
		if err := plan.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A text that is shorter than it was is noticed, however it is copied.
func TestSectionBehindTheEnd(t *testing.T) {
	first, short := strings.NewReader("first"), strings.NewReader("short")
	plan := splice.NewPlan(spill.Dir(t.TempDir()))
	defer plan.Close()
	for name, w := range map[string]io.Writer{"at once": io.Discard, "planned": plan} {
		s := splice.New(w, first)
		s.Section(first, dump.Place{Start: 0, End: 5})
		s.Section(short, dump.Place{Start: 1, End: 6})
		if !errors.Is(s.Err(), io.ErrUnexpectedEOF) {
			t.Errorf("%s: %v", name, s.Err())
		}
	}
}
