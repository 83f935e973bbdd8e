package unload

import (
	"context"
	"sync"
	"time"
)

// pacer lets so many bytes a second pass. A nil pacer lets everything pass.
type pacer struct {
	rate float64
	mu   sync.Mutex
	free time.Time // when what was let pass is paid for
}

func newPacer(bytesPerSecond int64) *pacer {
	if bytesPerSecond <= 0 {
		return nil
	}
	return &pacer{rate: float64(bytesPerSecond)}
}

// spend waits until n bytes may have passed.
func (p *pacer) spend(ctx context.Context, n int) error {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	now := time.Now()
	if p.free.Before(now) {
		p.free = now
	}
	p.free = p.free.Add(time.Duration(float64(n) / p.rate * float64(time.Second)))
	wait := p.free.Sub(now)
	p.mu.Unlock()
	const unnoticed = 20 * time.Millisecond
	if wait < unnoticed {
		return nil
	}
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
