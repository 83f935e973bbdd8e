package restore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// pace limits how many requests are under way. It halves the number when the database is overloaded, and goes up by one
// for every round of requests that went well, as TCP does.
type pace struct {
	mu       sync.Mutex
	free     *sync.Cond
	limit    float64
	most     float64
	underway int
	halved   time.Time
	retries  int64
	pause    time.Duration // before the first repetition
	// waiting, if not nil, is told why something has to be repeated, now and then.
	waiting func(error)
	told    time.Time
}

func newPace(most int, pause time.Duration) *pace {
	p := &pace{limit: float64(most), most: float64(most), pause: pause}
	p.free = sync.NewCond(&p.mu)
	return p
}

func (p *pace) begin() {
	p.mu.Lock()
	for p.underway >= int(p.limit) {
		p.free.Wait()
	}
	p.underway++
	p.mu.Unlock()
}

// end ends a request, and slows down if the database is overloaded, as the error says.
func (p *pace) end(err error, overloaded bool) {
	p.mu.Lock()
	p.underway--
	if overloaded {
		p.retries++
		p.tell(err)
		// All requests that are under way fail together; that is one reason to slow down, not many.
		if now := time.Now(); now.Sub(p.halved) > 200*time.Millisecond {
			p.halved = now
			p.limit = max(1, p.limit/2)
		}
	} else if p.limit < p.most {
		p.limit = min(p.most, p.limit+1/p.limit)
	}
	p.free.Broadcast()
	p.mu.Unlock()
}

// tellEvery is how long nothing is said about further repetitions.
const tellEvery = 30 * time.Second

func (p *pace) tell(err error) {
	if now := time.Now(); p.waiting != nil && now.Sub(p.told) > tellEvery {
		p.told = now
		p.waiting(err)
	}
}

func (p *pace) retried() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.retries
}

// longPause is the longest pause between two tries.
const longPause = 5 * time.Second

// try does something until it succeeds, as long as what it fails with is temporary, and for so long at most.
func (p *pace) try(ctx context.Context, patience time.Duration, do func(context.Context) error) error {
	pause := p.pause
	begin := time.Now()
	for {
		p.begin()
		err := do(ctx)
		busy := err != nil && temporary(err)
		p.end(err, busy)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !busy:
			return err
		case time.Since(begin) > patience:
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
