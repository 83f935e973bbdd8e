package dump

import (
	"context"
	"os"
	"testing"
)

// BenchmarkReader reads the dump named by DUMPTOOL_BENCH_FILE once a round.
func BenchmarkReader(b *testing.B) {
	name := os.Getenv("DUMPTOOL_BENCH_FILE")
	if name == "" {
		b.Fatal("set DUMPTOOL_BENCH_FILE to the path of a dump")
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
		d, err := Open(Input{Name: name, At: f, Size: st.Size()}, Options{})
		if err != nil {
			b.Fatal(err)
		}
		r, err := d.Reader(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		for r.Next() {
		}
		if r.Err() != nil {
			b.Fatal(r.Err())
		}
		r.Close()
	}
}
