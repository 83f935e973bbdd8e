package restore

import (
	"context"
	"sync"
	"time"

	"github.com/dumptool/dumptool/export/internal/retry"
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

// try does something until it succeeds, as long as what it fails with is temporary, and for so long at most.
func (p *pace) try(ctx context.Context, patience time.Duration, do func(context.Context) error) error {
	return retry.Policy{Patience: patience, Pause: p.pause}.Do(ctx, func() error {
		p.begin()
		err := do(ctx)
		p.end(err, retry.Temporary(err))
		return err
	})
}
