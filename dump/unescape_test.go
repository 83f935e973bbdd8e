package dump

import (
	"bytes"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/dumptool/dumptool/internal/jsonscan"
)

// Each decoded byte is found again where its character stands in the text.
func TestUnescaperKnowsOffsets(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 3))
	for range 400 {
		var doc strings.Builder
		doc.WriteString(`   "`)
		var starts []int64 // for each decoded byte, where its character begins
		var want []byte
		for range rng.IntN(300) {
			unit := []string{"a", "/path", `\"`, `\\`, `\n`, `\u00e9`, `\ud83d\ude00`, `\ud800`, "é", `\/`}[rng.IntN(10)]
			at := int64(doc.Len())
			for _, b := range jsonscan.AppendDecoded(nil, []byte(unit)) {
				want = append(want, b)
				if unit[0] == '\\' {
					starts = append(starts, at)
				} else {
					starts = append(starts, at)
					at++
				}
			}
			doc.WriteString(unit)
		}
		doc.WriteString(`"`)
		sc := jsonscan.New(iotest.HalfReader(strings.NewReader(doc.String())), jsonscan.Options{})
		sc.StreamNext()
		sc.Next()
		u := newUnescaper(sc)
		got, err := io.ReadAll(iotest.OneByteReader(u))
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%s: decoded to %q, %v", doc.String(), got, err)
		}
		for k := 0; k < len(want); k += 1 + rng.IntN(20) {
			off := u.offset(int64(k))
			if first := k == 0 || starts[k-1] != starts[k]; first && off != starts[k] {
				t.Fatalf("%s: byte %d is said to stand at %d, not %d", doc.String(), k, off, starts[k])
			}
		}
	}
}

func TestUnescaperForgets(t *testing.T) {
	text := `"` + strings.Repeat(`\"`, 3*maxSegments) + `"`
	sc := jsonscan.New(strings.NewReader(text), jsonscan.Options{})
	sc.StreamNext()
	sc.Next()
	u := newUnescaper(sc)
	if n, err := io.Copy(io.Discard, u); n != 3*maxSegments || err != nil {
		t.Fatal(n, err)
	}
	if len(u.segs) > 2*maxSegments {
		t.Errorf("%d segments are kept", len(u.segs))
	}
	if off := u.offset(3*maxSegments - 5); off != int64(len(text))-11 {
		t.Errorf("offset %d of %d", off, len(text))
	}
}
