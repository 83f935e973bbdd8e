package index

import (
	"context"
	"io"
	"os"
	"testing"
)

// BenchmarkCompress reads the dump that DUMPTOOL_BENCH_FILE names.
func BenchmarkCompress(b *testing.B) {
	name := os.Getenv("DUMPTOOL_BENCH_FILE")
	if name == "" {
		b.Skip("set DUMPTOOL_BENCH_FILE to the path of a dump")
	}
	for b.Loop() {
		f, err := os.Open(name)
		if err != nil {
			b.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(info.Size())
		n := counter(0)
		if err := Compress(context.Background(), &n, f, Options{Tool: "bench"}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/float64(n), "ratio")
		f.Close()
	}
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

var _ io.Writer = (*counter)(nil)
