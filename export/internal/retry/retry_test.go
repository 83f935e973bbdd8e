package retry

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

type passing struct{}

func (passing) Error() string { return "busy" }

func (passing) Temporary() bool { return true }

// Everything is repeated that is wrapped around a temporary error, and nothing else.
func TestDo(t *testing.T) {
	lasting := errors.New("no such table")
	synctest.Test(t, func(t *testing.T) {
		answers := []error{passing{}, fmt.Errorf("write: %w", passing{}), nil}
		tries := 0
		err := Policy{Patience: time.Minute, Pause: time.Second}.Do(t.Context(), func() error { tries++; return answers[tries-1] })
		if err != nil || tries != len(answers) {
			t.Errorf("%v after %d tries, want none after %d", err, tries, len(answers))
		}
		tries = 0
		err = Policy{Patience: time.Minute, Pause: time.Second}.Do(t.Context(), func() error { tries++; return lasting })
		if err != lasting || tries != 1 {
			t.Errorf("%v after %d tries, want %v after one", err, tries, lasting)
		}
	})
}

// Patience ends some time; the pauses grow to 5 seconds, so there are some dozens of tries in ten minutes.
func TestDoGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin, tries := time.Now(), 0
		err := Policy{Patience: 10 * time.Minute, Pause: 100 * time.Millisecond}.Do(t.Context(), func() error { tries++; return passing{} })
		if !errors.Is(err, passing{}) || !strings.HasPrefix(err.Error(), "given up after 10m") {
			t.Errorf("error %v", err)
		}
		if took := time.Since(begin); took < 10*time.Minute || took > 10*time.Minute+8*time.Second {
			t.Errorf("it took %v", took)
		}
		if tries < 80 || tries > 250 {
			t.Errorf("%d tries", tries)
		}
	})
}

// An interruption ends a pause, and its reason comes out whatever the error was.
func TestDoInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		why := errors.New("a signal came")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(why) })
		begin := time.Now()
		if err := (Policy{Patience: time.Hour, Pause: time.Hour}).Do(ctx, func() error { return passing{} }); err != why {
			t.Errorf("error %v, want %v", err, why)
		}
		if took := time.Since(begin); took != time.Second {
			t.Errorf("it took %v", took)
		}
		if err := (Policy{Patience: time.Hour, Pause: time.Hour}).Do(ctx, func() error { return errors.New("other") }); err != why {
			t.Errorf("error %v, want %v", err, why)
		}
	})
}
