package term

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dumptool/dumptool/internal/humanize"
)

// ProgressMode is how progress is shown.
type ProgressMode string

// The modes of --progress.
const (
	ProgressAuto  ProgressMode = "auto"  // a line that is redrawn, on terminals only, for work of over a second
	ProgressPlain ProgressMode = "plain" // a new line every few seconds
	ProgressNone  ProgressMode = "none"
)

const (
	drawEvery  = 200 * time.Millisecond
	firstAfter = time.Second
	plainEvery = 5 * time.Second
)

// Progress is one piece of work under way. Add and Set cost an atomic operation; all methods may be called from any
// goroutine.
type Progress struct {
	meter *meter
	label string
	noun  string       // what is counted; "" for bytes
	total atomic.Int64 // 0 or less if unknown
	start time.Time
	done  atomic.Int64
	shown time.Time // when a plain line was last printed; guarded by meter.mu
}

// SetProgress sets how progress is shown.
func (s *Streams) SetProgress(mode ProgressMode) { s.meter.mode = mode }

// Progress starts to show the progress of work over total bytes; a total of 0 or less is unknown. It ends with Done.
func (s *Streams) Progress(label string, total int64) *Progress {
	return s.meter.begin(newProgress(label, "", total))
}

// ProgressCount is Progress for work that counts things called noun, such as "objects".
func (s *Streams) ProgressCount(label, noun string, total int64) *Progress {
	return s.meter.begin(newProgress(label, noun, total))
}

func newProgress(label, noun string, total int64) *Progress {
	p := &Progress{label: Escape(label), noun: noun}
	p.total.Store(total)
	return p
}

// ShowProgress prints a line for the work under way, in any mode: the answer to SIGUSR1.
func (s *Streams) ShowProgress() {
	s.meter.mu.Lock()
	defer s.meter.mu.Unlock()
	if p := s.meter.current(); p != nil && !s.meter.hidden {
		s.meter.clear()
		fmt.Fprintln(s.meter.dst, p.line(time.Now()))
	}
}

// Add counts n more done.
func (p *Progress) Add(n int64) { p.done.Add(n) }

// Set says how much is done in all.
func (p *Progress) Set(n int64) { p.done.Store(n) }

// SetTotal says how much there is, where that was not known at the beginning.
func (p *Progress) SetTotal(n int64) { p.total.Store(n) }

// Reader returns r with every byte read from it counted.
func (p *Progress) Reader(r io.Reader) io.Reader { return &progressReader{r, p} }

// Writer returns w with every byte written to it counted.
func (p *Progress) Writer(w io.Writer) io.Writer { return &progressWriter{w, p} }

// Done ends the work and takes its line away. A second Done does nothing.
func (p *Progress) Done() { p.meter.end(p, time.Now()) }

type progressReader struct {
	r io.Reader
	p *Progress
}

func (r *progressReader) Read(b []byte) (int, error) {
	n, err := r.r.Read(b)
	r.p.Add(int64(n))
	return n, err
}

type progressWriter struct {
	w io.Writer
	p *Progress
}

func (w *progressWriter) Write(b []byte) (int, error) {
	n, err := w.w.Write(b)
	w.p.Add(int64(n))
	return n, err
}

// line says how far the work is: "reading a.json  1.2 GiB of 4 GiB  30%  410 MiB/s  7s left".
func (p *Progress) line(now time.Time) string {
	total := p.total.Load()
	done, elapsed := p.done.Load(), now.Sub(p.start)
	amount := func(n int64) string {
		if p.noun == "" {
			return humanize.Size(n)
		}
		return humanize.Count(n)
	}
	parts := []string{p.label, amount(done)}
	if total > 0 {
		parts[1] += " of " + amount(total)
	}
	if p.noun != "" {
		parts[1] += " " + p.noun
	}
	if total > 0 {
		parts = append(parts, fmt.Sprintf("%d%%", int64(float64(min(done, total))/float64(total)*100)))
	}
	rate := float64(done) / max(elapsed.Seconds(), 0.001)
	parts = append(parts, amount(int64(rate))+"/s")
	if total > 0 && done > 0 && done <= total {
		left := time.Duration(float64(total-done) / rate * float64(time.Second))
		parts = append(parts, humanize.Duration(left)+" left")
	} else {
		parts = append(parts, humanize.Duration(elapsed))
	}
	return strings.Join(parts, "  ")
}

// meter shows the most recent of the works under way. One goroutine draws while there is any.
type meter struct {
	mode  ProgressMode
	live  bool // dst is a terminal that can redraw a line
	dst   io.Writer
	width func() int

	mu     sync.Mutex
	active []*Progress
	stop   chan struct{}
	drawn  bool // a line stands on the terminal
	hidden bool // a pager has the terminal
}

func (m *meter) begin(p *Progress) *Progress {
	p.meter, p.start = m, time.Now()
	p.shown = p.start
	m.mu.Lock()
	defer m.mu.Unlock()
	m.active = append(m.active, p)
	if m.stop == nil && (m.mode == ProgressPlain || m.mode != ProgressNone && m.live) {
		m.stop = make(chan struct{})
		go m.run(m.stop)
	}
	return p
}

func (m *meter) end(p *Progress, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.Index(m.active, p)
	if i < 0 {
		return
	}
	m.active = slices.Delete(m.active, i, i+1)
	m.clear()
	if m.mode == ProgressPlain && p.shown.After(p.start) {
		fmt.Fprintln(m.dst, p.line(now))
	}
	if len(m.active) == 0 && m.stop != nil {
		close(m.stop)
		m.stop = nil
	}
}

func (m *meter) run(stop chan struct{}) {
	ticker := time.NewTicker(drawEvery)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case now := <-ticker.C:
			m.tick(now)
		}
	}
}

// tick draws what is due at the time now.
func (m *meter) tick(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.current()
	if p == nil || m.hidden {
		return
	}
	if m.mode == ProgressPlain {
		if now.Sub(p.shown) >= plainEvery {
			p.shown = now
			fmt.Fprintln(m.dst, p.line(now))
		}
		return
	}
	if now.Sub(p.start) >= firstAfter {
		// Drawing over the old line and clearing behind it flickers less than clearing first.
		fmt.Fprint(m.dst, "\r", Truncate(p.line(now), m.width()-1), "\x1b[K")
		m.drawn = true
	}
}

func (m *meter) current() *Progress {
	if len(m.active) == 0 {
		return nil
	}
	return m.active[len(m.active)-1]
}

func (m *meter) clear() {
	if m.drawn {
		fmt.Fprint(m.dst, "\r\x1b[K")
		m.drawn = false
	}
}

// yield takes the line away and keeps it away until the returned function is called.
func (m *meter) yield() (resume func()) {
	m.mu.Lock()
	m.clear()
	return m.mu.Unlock
}

// hide says whether somebody else, a pager, has the terminal.
func (m *meter) hide(hidden bool) {
	defer m.yield()()
	m.hidden = hidden
}
