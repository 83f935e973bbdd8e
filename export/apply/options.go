package apply

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/dumptool/dumptool/internal/spill"
)

// Options are the ways of looking and writing. The zero value is fine.
type Options struct {
	Temp     spill.Dir
	Memory   int64         // for sorting nodes; zero means 64 MiB
	Workers  int           // requests under way at once, at most; zero means 32
	Patience time.Duration // how long an overloaded or absent database is waited for; zero means 5 minutes
	Pause    time.Duration // before a request is repeated for the first time; zero means 100 ms
	// MaxValue and MaxNode are the largest value and data in bytes that are tried; zero means what the databases accept
	// as they are delivered.
	MaxValue, MaxNode int64
	Clock             func() time.Time
	// Progress, if not nil, is told how many edits are dealt with.
	Progress func(edits int64)
}

const (
	// A mutation may have half of a segment of the commit log, which has 32 MiB.
	defaultMaxValue = 15 << 20
	// jute.maxbuffer is 1 MiB less one byte, for the whole packet.
	defaultMaxNode = 1<<20 - 4<<10
	// maxName is the largest key or column name of Cassandra.
	maxName = 1<<16 - 1
	// maxTTL is the largest time to live that Cassandra takes, 20 years in seconds.
	maxTTL = 20 * 365 * 24 * 60 * 60
	// longPause is the longest pause between two tries.
	longPause = 5 * time.Second
)

func (o *Options) fill() {
	if o.Memory == 0 {
		o.Memory = 64 << 20
	}
	if o.Workers == 0 {
		o.Workers = 32
	}
	if o.Patience == 0 {
		o.Patience = 5 * time.Minute
	}
	if o.Pause == 0 {
		o.Pause = 100 * time.Millisecond
	}
	if o.MaxValue == 0 {
		o.MaxValue = defaultMaxValue
	}
	if o.MaxNode == 0 {
		o.MaxNode = defaultMaxNode
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Progress == nil {
		o.Progress = func(int64) {}
	}
}

// patiently does something until it succeeds, as long as what it fails with is temporary.
func (o *Options) patiently(ctx context.Context, do func() error) error {
	pause := o.Pause
	begin := time.Now()
	for {
		err := do()
		var t interface{ Temporary() bool }
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !errors.As(err, &t) || !t.Temporary():
			return err
		case time.Since(begin) > o.Patience:
			return fmt.Errorf("given up after %s: %w", time.Since(begin).Round(time.Second), err)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pause/2 + rand.N(pause)):
		}
		pause = min(2*pause, longPause)
	}
}
