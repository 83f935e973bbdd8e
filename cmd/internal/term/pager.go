package term

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
)

// pager shows what is written to Out. It starts with the first byte, so that the progress of a long job can be seen
// before, and an empty answer doesn't flash by.
type pager struct {
	off    bool
	wanted bool

	mu      sync.Mutex
	running atomic.Bool
	cmd     *exec.Cmd
	pipe    io.WriteCloser
}

// SetPager allows or forbids the pager.
func (s *Streams) SetPager(allowed bool) { s.pager.off = !allowed }

// Page sends what is written to Out from now on through $DUMPTOOL_PAGER, $PAGER or less, if Out is a terminal and the
// pager is allowed. An empty variable, or "cat", means none.
func (s *Streams) Page() {
	s.pager.wanted = s.out.tty && !s.pager.off && s.out.file != nil
}

// Paging reports whether a pager has the terminal at the moment. It may be called from any goroutine.
func (s *Streams) Paging() bool { return s.pager.running.Load() }

// Close ends the use of the streams: it removes a progress line and waits until the user leaves the pager.
func (s *Streams) Close() error {
	s.meter.yield()()
	p := &s.pager
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wanted = false
	if p.cmd == nil {
		return nil
	}
	closeErr := p.pipe.Close()
	waitErr := p.cmd.Wait()
	p.cmd, p.pipe = nil, nil
	p.running.Store(false)
	s.meter.hide(false)
	// A pager left early has not seen everything; that is its user's choice, and the writes that failed have said so.
	if waitErr == nil && closeErr != nil && !isClosedPipe(closeErr) {
		return fmt.Errorf("pager: %w", closeErr)
	}
	return nil
}

// writer returns where Out leads: the pager, started if it was wanted, or else dst.
func (p *pager) writer(s *Streams, dst io.Writer) (io.Writer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pipe != nil {
		return p.pipe, nil
	}
	if !p.wanted {
		return dst, nil
	}
	p.wanted = false
	cmd := pagerCommand(s.pagerLine())
	if cmd == nil {
		return dst, nil
	}
	cmd.Stdout, cmd.Stderr = s.out.file, s.err.file
	cmd.Env = os.Environ()
	for name, value := range map[string]string{"LESS": "FRX", "LV": "-c"} {
		if _, set := s.env(name); !set {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("pager: %w", err)
	}
	s.meter.hide(true)
	if err := cmd.Start(); err != nil {
		s.meter.hide(false)
		return nil, fmt.Errorf("pager %q: %w", cmd.Path, err)
	}
	p.cmd, p.pipe = cmd, pipe
	p.running.Store(true)
	return pipe, nil
}

// pagerLine returns the command line of the pager as the environment gives it, or "".
func (s *Streams) pagerLine() string {
	line := "less -FRX"
	for _, name := range []string{"DUMPTOOL_PAGER", "PAGER"} {
		if value, set := s.env(name); set {
			line = strings.TrimSpace(value)
			break
		}
	}
	if line == "cat" {
		return ""
	}
	return line
}

// pagerCommand returns the command for a line, or nil if there is none to run: a pager that isn't installed is done
// without. A line that needs a shell is given to one.
func pagerCommand(line string) *exec.Cmd {
	if line == "" {
		return nil
	}
	if strings.ContainsAny(line, "|&;<>()$`\\\"'*?[#~=%") {
		shell, err := exec.LookPath("sh")
		if err != nil {
			return nil
		}
		return exec.Command(shell, "-c", line)
	}
	words := strings.Fields(line)
	program, err := exec.LookPath(words[0])
	if err != nil {
		return nil
	}
	return exec.Command(program, words[1:]...)
}
