package term

import (
	"context"
	"io"
)

// stopped returns why ctx ended, or nil.
func stopped(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// interruptible reads src in a goroutine of its own, since a read from a terminal or a pipe can't be called off: when
// ctx ends, Read returns and leaves the goroutine to the end of the process.
type interruptible struct {
	ctx     context.Context
	src     io.Reader
	buf     []byte // belongs to the goroutine while a read is under way
	rest    []byte // what the last read brought and nobody has taken
	err     error  // the end of src, once rest is taken
	pending chan int
}

// interruptibleSize is what a pipe holds on Linux: a larger read brings no more.
const interruptibleSize = 64 << 10

func (r *interruptible) Read(p []byte) (int, error) {
	if err := stopped(r.ctx); err != nil {
		return 0, err
	}
	if len(p) == 0 {
		return 0, nil
	}
	if len(r.rest) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		if err := r.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	if len(r.rest) == 0 && r.err != nil {
		return n, r.err
	}
	return n, nil
}

func (r *interruptible) fill() error {
	if r.pending == nil {
		r.buf = make([]byte, interruptibleSize)
		r.pending = make(chan int, 1)
	}
	go func() {
		var n int
		n, r.err = r.src.Read(r.buf)
		r.pending <- n
	}()
	select {
	case n := <-r.pending:
		r.rest = r.buf[:n]
		return nil
	case <-r.ctx.Done():
		return context.Cause(r.ctx)
	}
}
