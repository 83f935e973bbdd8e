package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/dumptool/dumptool/cmd/internal/term"
)

// withSignals returns a context that ends, with errInterrupted, when the process is asked to stop; commands then clean
// up and return. Asked a second time it exits at once, unless a pager has the terminal: there Ctrl-C is a key like any
// other. A signal to show the progress is passed on to streams.
//
// A closed pipe is made an ordinary write error, which lets commands clean up.
func withSignals(ctx context.Context, streams *term.Streams, exit func(int)) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 4)
	for _, s := range stopSignals() {
		// What nohup or a shell's & has switched off stays so.
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	progress := make(chan os.Signal, 1)
	if s := progressSignal(); s != nil {
		signal.Notify(progress, s)
	}
	pipe := make(chan os.Signal, 1) // never read: Notify drops what doesn't fit
	signal.Notify(pipe, syscall.SIGPIPE)

	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-progress:
				streams.ShowProgress()
			case <-signals:
				if ctx.Err() == nil {
					cancel(errInterrupted)
				} else if !streams.Paging() {
					exit(exitInterrupted)
				}
			}
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		signal.Stop(progress)
		signal.Stop(pipe)
		close(done)
		cancel(nil)
	}
}
