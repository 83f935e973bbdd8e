package inspect

import (
	"context"
	"os"
	"testing"

	"github.com/dumptool/dumptool/dump"
)

// benchmarkDump opens the dump named by DUMPTOOL_BENCH_FILE.
func benchmarkDump(b *testing.B) *dump.Dump {
	b.Helper()
	name := os.Getenv("DUMPTOOL_BENCH_FILE")
	if name == "" {
		b.Fatal("set DUMPTOOL_BENCH_FILE to the path of a dump")
	}
	f, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	st, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	d, err := dump.Open(dump.Input{Name: name, At: f, Size: st.Size()}, dump.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(st.Size())
	return d
}

func BenchmarkSummarize(b *testing.B) {
	d := benchmarkDump(b)
	for b.Loop() {
		if _, err := Summarize(context.Background(), d, InfoOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQuery(b *testing.B) {
	for _, path := range []string{"props.display_name", "refs", "@this"} {
		b.Run(path, func(b *testing.B) {
			d := benchmarkDump(b)
			for b.Loop() {
				if err := Query(context.Background(), d, path, QueryOptions{}, func(*Answer) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
