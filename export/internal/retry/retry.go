// Package retry repeats what fails only for a while: a server that is overloaded, or that has ended and comes back.
package retry

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// Of a Policy, where nobody says anything else.
const (
	DefaultPatience = 5 * time.Minute
	DefaultPause    = 100 * time.Millisecond
)

// longPause is the longest pause between two tries.
const longPause = 5 * time.Second

// Policy says how long and how often something is repeated. Both times have to be positive.
type Policy struct {
	Patience time.Duration // after so long it is given up
	Pause    time.Duration // before the first repetition; those to come are twice as long each, up to 5 seconds
}

// Do does something until it succeeds, as long as what it fails with is temporary.
func (p Policy) Do(ctx context.Context, do func() error) error {
	pause := p.Pause
	begin := time.Now()
	for {
		err := do()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !Temporary(err):
			return err
		case time.Since(begin) > p.Patience:
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

// Temporary tells if trying again later is worth it: an error says so by a method Temporary.
func Temporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}
