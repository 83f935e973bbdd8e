package diff

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
)

// BenchmarkCompare compares the two dumps named by DUMPTOOL_BENCH_PAIR,
// separated by a comma.
func BenchmarkCompare(b *testing.B) {
	names := strings.Split(os.Getenv("DUMPTOOL_BENCH_PAIR"), ",")
	if len(names) != 2 {
		b.Fatal("set DUMPTOOL_BENCH_PAIR to the paths of two dumps, with a comma between")
	}
	var size int64
	for b.Loop() {
		size = 0
		var pair [2]*dump.Dump
		for i, name := range names {
			f, err := os.Open(name)
			if err != nil {
				b.Fatal(err)
			}
			st, err := f.Stat()
			if err != nil {
				b.Fatal(err)
			}
			size += st.Size()
			if pair[i], err = dump.Open(dump.Input{Name: name, At: f, Size: st.Size()}, dump.Options{}); err != nil {
				b.Fatal(err)
			}
		}
		r, err := Compare(context.Background(), pair[0], pair[1], Options{})
		if err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
	b.SetBytes(size)
}
