package term

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestProgressLine(t *testing.T) {
	start := time.Unix(1000, 0)
	for _, c := range []struct {
		total, done int64
		noun        string
		after       time.Duration
		want        string
	}{
		{4 << 30, 1 << 30, "", 2 * time.Second, `reading a\x1b.json  1 GiB of 4 GiB  25%  512 MiB/s  6.0s left`},
		{0, 1 << 30, "", 2 * time.Second, `reading a\x1b.json  1 GiB  512 MiB/s  2.0s`},
		{100, 0, "object", time.Second, `reading a\x1b.json  0 of 100 object  0%  0/s  1.0s`},
		{2000, 1000, "objects", 4 * time.Second, `reading a\x1b.json  1,000 of 2,000 objects  50%  250/s  4.0s left`},
		{100, 150, "objects", time.Second, `reading a\x1b.json  150 of 100 objects  100%  150/s  1.0s`},
	} {
		p := newProgress("reading a\x1b.json", c.noun, c.total)
		p.start = start
		p.Set(c.done)
		if got := p.line(start.Add(c.after)); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// live returns streams whose stderr is a terminal, and a clock to step; the drawing goroutine is left out so that only
// the test ticks.
func live(t *testing.T, mode ProgressMode, tty bool) (s *Streams, err *strings.Builder) {
	t.Helper()
	s, _, _, _ = Test()
	s.SetTerminal(false, tty, tty, nil)
	err = new(strings.Builder)
	s.wire(io.Discard, err)
	s.SetProgress(mode)
	s.meter.stop = make(chan struct{})
	return s, err
}

func TestLiveLine(t *testing.T) {
	s, err := live(t, ProgressAuto, true)
	p := s.Progress("reading", 1000)
	p.Add(500)
	s.meter.tick(p.start.Add(900 * time.Millisecond))
	if err.String() != "" {
		t.Errorf("drawn within the first second: %q", err)
	}
	s.meter.tick(p.start.Add(2 * time.Second))
	if want := "\rreading  500 B of 1000 B  50%  250 B/s  2.0s left\x1b[K"; err.String() != want {
		t.Errorf("drawn %q, want %q", err, want)
	}
	err.Reset()
	fmt.Fprintln(s.Err, "a note")
	if want := "\r\x1b[Ka note\n"; err.String() != want {
		t.Errorf("a message over the line: %q, want %q", err, want)
	}
	s.meter.tick(p.start.Add(3 * time.Second))
	err.Reset()
	p.Done()
	p.Done()
	if want := "\r\x1b[K"; err.String() != want {
		t.Errorf("at the end: %q, want %q", err, want)
	}
}

func TestLiveLineYieldsToOutput(t *testing.T) {
	s, err := live(t, ProgressAuto, true)
	p := s.Progress("reading", 0)
	defer p.Done()
	s.meter.tick(p.start.Add(2 * time.Second))
	err.Reset()
	io.WriteString(s.Out, "answer\n")
	if want := "\r\x1b[K"; err.String() != want {
		t.Errorf("before output: %q, want %q", err, want)
	}
}

func TestLiveLineFits(t *testing.T) {
	s, err := live(t, ProgressAuto, true)
	s.meter.width = func() int { return 20 }
	p := s.Progress("reading 网络网络网络网络网络", 0)
	defer p.Done()
	s.meter.tick(p.start.Add(2 * time.Second))
	line := strings.TrimSuffix(strings.TrimPrefix(err.String(), "\r"), "\x1b[K")
	if Columns(line) > 19 {
		t.Errorf("%q takes %d columns", line, Columns(line))
	}
}

func TestPlainLines(t *testing.T) {
	s, err := live(t, ProgressPlain, false)
	short := s.Progress("short", 10)
	short.Done()
	p := s.ProgressCount("writing", "objects", 100)
	for second := range 12 {
		p.Set(int64(second))
		s.meter.tick(p.start.Add(time.Duration(second) * time.Second))
	}
	s.meter.end(p, p.start.Add(20*time.Second))
	want := "" +
		"writing  5 of 100 objects  5%  1/s  1m35s left\n" +
		"writing  10 of 100 objects  10%  1/s  1m30s left\n" +
		"writing  11 of 100 objects  11%  0/s  2m42s left\n"
	if err.String() != want {
		t.Errorf("got\n%swant\n%s", err, want)
	}
}

func TestNoProgress(t *testing.T) {
	for _, c := range []struct {
		mode ProgressMode
		tty  bool
		env  map[string]string
	}{
		{ProgressNone, true, nil}, {ProgressAuto, false, nil}, {ProgressAuto, true, map[string]string{"TERM": "dumb"}},
	} {
		s, _, _, err := Test()
		s.SetTerminal(false, false, c.tty, c.env)
		s.SetProgress(c.mode)
		p := s.Progress("reading", 10)
		if s.meter.stop != nil {
			t.Errorf("%v: something draws", c)
		}
		p.Add(1)
		if c.mode == ProgressAuto {
			s.ShowProgress() // asked for
			if !strings.HasPrefix(err.String(), "reading  1 B of 10 B  10%") {
				t.Errorf("shown: %q", err)
			}
		}
		p.Done()
	}
}

// The drawing goroutine, the worker and messages at once, for the race detector.
func TestProgressConcurrently(t *testing.T) {
	s, _, _, _ := Test()
	s.SetTerminal(false, true, true, nil)
	s.SetProgress(ProgressAuto)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			p := s.Progress("work", 1000)
			defer p.Done()
			r := p.Reader(strings.NewReader(strings.Repeat("x", 1000)))
			io.Copy(p.Writer(io.Discard), r)
			s.meter.tick(p.start.Add(2 * time.Second))
			fmt.Fprintln(s.Err, "worker", i)
			if p.done.Load() != 2000 {
				t.Errorf("counted %d", p.done.Load())
			}
		})
	}
	wg.Wait()
	if len(s.meter.active) != 0 || s.meter.stop != nil {
		t.Error("the meter still runs")
	}
}
