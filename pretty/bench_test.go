package pretty

import (
	"context"
	"io"
	"os"
	"testing"

	"github.com/dumptool/dumptool/dump"
)

// BenchmarkPrint prints the document named by DUMPTOOL_BENCH_FILE once a round.
func BenchmarkPrint(b *testing.B) { benchmark(b, Options{Indent: 4}) }

// BenchmarkExpand unfolds strings.
func BenchmarkExpand(b *testing.B) { benchmark(b, Options{Indent: 4, Expand: true}) }

// BenchmarkSortKeys sorts.
func BenchmarkSortKeys(b *testing.B) { benchmark(b, Options{Indent: 4, SortKeys: true}) }

func benchmark(b *testing.B, o Options) {
	name := os.Getenv("DUMPTOOL_BENCH_FILE")
	if name == "" {
		b.Fatal("set DUMPTOOL_BENCH_FILE to the path of a document")
	}
	f, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(st.Size())
	for b.Loop() {
		d, err := dump.Open(dump.Input{Name: name, At: f, Size: st.Size()}, dump.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := Print(context.Background(), io.Discard, d, o); err != nil {
			b.Fatal(err)
		}
		d.Close()
	}
}
