package redact_test

import (
	"context"
	"io"
	"os"
	"testing"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/filter/redact"
)

// BenchmarkApply redacts the dump that DUMPTOOL_BENCH_FILE names.
func BenchmarkApply(b *testing.B) {
	name := os.Getenv("DUMPTOOL_BENCH_FILE")
	if name == "" {
		b.Skip("DUMPTOOL_BENCH_FILE names no dump")
	}
	f, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	for _, profile := range []redact.Profile{redact.Share, redact.Anonymous} {
		b.Run(string(profile), func(b *testing.B) {
			b.SetBytes(info.Size())
			for b.Loop() {
				d, err := dump.Open(dump.Input{Name: name, At: f, Size: info.Size()}, dump.Options{})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := redact.Apply(context.Background(), io.Discard, d, redact.Options{Profile: profile}); err != nil {
					b.Fatal(err)
				}
				d.Close()
			}
		})
	}
}
