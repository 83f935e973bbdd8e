package apply

import (
	"context"
	"time"

	"github.com/dumptool/dumptool/export/internal/limits"
	"github.com/dumptool/dumptool/export/internal/retry"
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

func (o *Options) fill() {
	if o.Memory == 0 {
		o.Memory = 64 << 20
	}
	if o.Workers == 0 {
		o.Workers = 32
	}
	if o.Patience == 0 {
		o.Patience = retry.DefaultPatience
	}
	if o.Pause == 0 {
		o.Pause = retry.DefaultPause
	}
	if o.MaxValue == 0 {
		o.MaxValue = limits.Value
	}
	if o.MaxNode == 0 {
		o.MaxNode = limits.Node
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
	return retry.Policy{Patience: o.Patience, Pause: o.Pause}.Do(ctx, do)
}
