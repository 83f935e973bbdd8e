package term

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var errStop = errors.New("stop")

func TestColor(t *testing.T) {
	for _, c := range []struct {
		name string
		mode Mode
		tty  bool
		env  map[string]string
		want bool
	}{
		{"file", Auto, false, nil, false},
		{"terminal", Auto, true, nil, true},
		{"default", "", true, nil, true},
		{"dumb", Auto, true, map[string]string{"TERM": "dumb"}, false},
		{"no color", Auto, true, map[string]string{"NO_COLOR": "1"}, false},
		{"empty no color", Auto, true, map[string]string{"NO_COLOR": ""}, true},
		{"forced", Auto, false, map[string]string{"FORCE_COLOR": "1", "TERM": "dumb"}, true},
		{"forced off", Auto, true, map[string]string{"FORCE_COLOR": "0"}, false},
		{"no color wins", Auto, true, map[string]string{"FORCE_COLOR": "1", "NO_COLOR": "1"}, false},
		{"always", Always, false, map[string]string{"NO_COLOR": "1"}, true},
		{"never", Never, true, map[string]string{"FORCE_COLOR": "1"}, false},
	} {
		s, _, _, _ := Test()
		s.SetTerminal(false, c.tty, !c.tty, c.env)
		s.SetColor(c.mode)
		if got := s.OutStyle().Enabled(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if got := (Style{}).Added("x"); got != "x" {
		t.Errorf("the zero style: %q", got)
	}
	if got := (Style{on: true}).Added("x"); got != "\x1b[32mx\x1b[0m" {
		t.Errorf("added: %q", got)
	}
}

func TestWidth(t *testing.T) {
	s, _, _, _ := Test()
	if got := s.Width(); got != 80 {
		t.Errorf("without a terminal: %d, want 80", got)
	}
	s.SetTerminal(false, false, false, map[string]string{"COLUMNS": "132"})
	if got := s.Width(); got != 132 {
		t.Errorf("with $COLUMNS: %d, want 132", got)
	}
}

func TestBind(t *testing.T) {
	s, in, out, _ := Test()
	ctx, cancel := context.WithCancelCause(context.Background())
	in.WriteString("before")
	s.Bind(ctx)
	if got, err := io.ReadAll(s.In); err != nil || string(got) != "before" {
		t.Errorf("read %q, %v", got, err)
	}
	if _, err := io.WriteString(s.Out, "x"); err != nil {
		t.Error(err)
	}
	cancel(errStop)
	if _, err := io.WriteString(s.Out, "y"); !errors.Is(err, errStop) {
		t.Errorf("write after the end: %v", err)
	}
	if _, err := s.In.Read(make([]byte, 1)); !errors.Is(err, errStop) {
		t.Errorf("read after the end: %v", err)
	}
	if out.String() != "x" {
		t.Errorf("out holds %q", out)
	}
}

// A read that waits for somebody to type ends with the context.
func TestBindWakesReader(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	s, _, _, _ := Test()
	s.In = r
	ctx, cancel := context.WithCancelCause(context.Background())
	s.Bind(ctx)
	time.AfterFunc(20*time.Millisecond, func() { cancel(errStop) })
	if _, err := s.In.Read(make([]byte, 10)); !errors.Is(err, errStop) {
		t.Errorf("read: %v, want %v", err, errStop)
	}
}

func TestInterruptibleKeepsAllBytes(t *testing.T) {
	text := strings.Repeat("0123456789", 50_000)
	r := &interruptible{ctx: context.Background(), src: strings.NewReader(text)}
	if got, err := io.ReadAll(io.LimitReader(r, 1<<30)); err != nil || string(got) != text {
		t.Errorf("read %d bytes, %v, want %d", len(got), err, len(text))
	}
	r = &interruptible{ctx: context.Background(), src: io.MultiReader(strings.NewReader("half"), brokenReader{})}
	if got, err := io.ReadAll(r); string(got) != "half" || !errors.Is(err, errStop) {
		t.Errorf("read %q, %v", got, err)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errStop }

func TestRegularInputStaysAFile(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "in"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, _, _, _ := Test()
	s.in.file, s.In = f, f
	s.Bind(context.Background())
	if _, ok := s.In.(*os.File); !ok {
		t.Errorf("In is a %T", s.In)
	}
}

func TestClosedPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	r.Close()
	s, _, _, _ := Test()
	s.wire(w, io.Discard)
	if _, err := io.WriteString(s.Out, "x"); !errors.Is(err, ErrClosedPipe) {
		t.Errorf("%v, want ErrClosedPipe", err)
	}
}

func TestPagerLine(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want string
	}{
		{nil, "less -FRX"},
		{map[string]string{"PAGER": "more"}, "more"},
		{map[string]string{"PAGER": "more", "DUMPTOOL_PAGER": "most -s"}, "most -s"},
		{map[string]string{"PAGER": "more", "DUMPTOOL_PAGER": ""}, ""},
		{map[string]string{"PAGER": " cat "}, ""},
	} {
		s, _, _, _ := Test()
		s.SetTerminal(true, true, true, c.env)
		if got := s.pagerLine(); got != c.want {
			t.Errorf("%v: %q, want %q", c.env, got, c.want)
		}
	}
	if cmd := pagerCommand("no-such-pager-here -x"); cmd != nil {
		t.Errorf("a missing pager became %v", cmd)
	}
}

// pagedStreams are streams whose terminal is a file, to see what the pager makes of the output.
func pagedStreams(t *testing.T, pager string) (*Streams, *os.File) {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Fatalf("this test runs pagers in a shell: %v", err)
	}
	f, err := os.Create(filepath.Join(t.TempDir(), "terminal"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	s, _, _, _ := Test()
	s.SetTerminal(true, true, true, map[string]string{"PAGER": pager})
	s.out.file = f
	s.wire(f, io.Discard)
	return s, f
}

func TestPager(t *testing.T) {
	for _, c := range []struct {
		name, pager string
		allowed     bool
		want        string
	}{
		{"shell line", "sed 's/^/> /'", true, "> one\n> two\n"},
		{"plain command", "sort -r", true, "two\none\n"},
		{"missing", "no-such-pager-here", true, "one\ntwo\n"},
		{"forbidden", "sort -r", false, "one\ntwo\n"},
	} {
		s, f := pagedStreams(t, c.pager)
		s.SetPager(c.allowed)
		s.Page()
		if s.Paging() {
			t.Errorf("%s: started before the first byte", c.name)
		}
		io.WriteString(s.Out, "one\n")
		io.WriteString(s.Out, "two\n")
		if err := s.Close(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got, _ := os.ReadFile(f.Name()); string(got) != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Leaving the pager early is a closed pipe, and nothing worse.
func TestPagerLeft(t *testing.T) {
	s, _ := pagedStreams(t, "true ;")
	s.Page()
	var err error
	for range 1000 {
		if _, err = s.Out.Write(make([]byte, 4096)); err != nil {
			break
		}
	}
	if !errors.Is(err, ErrClosedPipe) {
		t.Errorf("write: %v, want ErrClosedPipe", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}
