package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/dump"
)

func TestOpenDump(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "d.json")
	if err := os.WriteFile(file, []byte("skipped{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, want string
		seekable   bool
		in         func(*term.Streams)
	}{
		{name: file, want: "skipped{}", seekable: true},
		{name: "-", want: "piped", in: func(s *term.Streams) { s.In = strings.NewReader("piped") }},
		{name: "-", want: "{}", seekable: true, in: func(s *term.Streams) {
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { f.Close() })
			if _, err := f.Seek(int64(len("skipped")), io.SeekStart); err != nil {
				t.Fatal(err)
			}
			s.In = f
		}},
	} {
		streams, _, _, _ := term.Test()
		if c.in != nil {
			c.in(streams)
		}
		d, done, err := newApp(streams).openDump(c.name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := d.Text(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v instead of %q", c.name, got, err, c.want)
		}
		if _, err := d.At(); (err == nil) != c.seekable {
			t.Errorf("%s: random access: %v", c.name, err)
		}
		done()
	}
}

func TestOpenDumpFails(t *testing.T) {
	streams, _, _, _ := term.Test()
	dir := t.TempDir()
	for _, name := range []string{dir, filepath.Join(dir, "absent")} {
		if _, _, err := newApp(streams).openDump(name); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFileOperand(t *testing.T) {
	streams, _, _, _ := term.Test()
	app := newApp(streams)
	if name, err := app.fileOperand([]string{"x"}); name != "x" || err != nil {
		t.Error(name, err)
	}
	if name, err := app.fileOperand(nil); name != "-" || err != nil {
		t.Error(name, err)
	}
	streams.SetTerminal(true, false, false, nil)
	if name, err := app.fileOperand(nil); err == nil {
		t.Errorf("on a terminal %q", name)
	}
}

func TestProblemNotes(t *testing.T) {
	streams, _, _, stderr := term.Test()
	handle := newApp(streams).problemNotes()
	odd := &dump.Problem{ID: "B-ENC-2", Message: "odd", Offset: 7}
	for range 3 {
		if err := handle(odd); err != nil {
			t.Error(err)
		}
	}
	if got := strings.Count(stderr.String(), "note: odd at byte 7"); got != 1 {
		t.Errorf("said %d times: %q", got, stderr)
	}
	if err := handle(&dump.Problem{ID: "B-STR-7", Damage: true}); err == nil {
		t.Error("went past damage")
	}
}
