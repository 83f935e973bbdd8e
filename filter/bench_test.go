package filter_test

import (
	"context"
	"io"
	"os"
	"testing"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/filter"
)

// BenchmarkApply filters the dump named by DUMPTOOL_BENCH_FILE once a round.
func BenchmarkApply(b *testing.B) {
	name := os.Getenv("DUMPTOOL_BENCH_FILE")
	if name == "" {
		b.Fatal("set DUMPTOOL_BENCH_FILE to the path of a dump")
	}
	for _, c := range []struct {
		name string
		sel  filter.Selection
	}{
		{"OmitKeyspace", filter.Selection{OmitKeyspaces: []string{"useragent"}}},
		{"OmitType", filter.Selection{OmitTypes: []string{"access_control_list"}}},
		{"Closure", filter.Selection{Types: []string{"logical_router"}, Closure: true}},
	} {
		b.Run(c.name, func(b *testing.B) { benchmark(b, name, c.sel) })
	}
}

func benchmark(b *testing.B, name string, sel filter.Selection) {
	f, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	for b.Loop() {
		d, err := dump.Open(dump.Input{Name: name, At: f, Size: info.Size()}, dump.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := filter.Apply(context.Background(), io.Discard, d, sel, filter.Options{}); err != nil {
			b.Fatal(err)
		}
		d.Close()
	}
}
