package livetest

import (
	"bufio"
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The independent programs that the tests believe: Python, with the drivers of Cassandra and ZooKeeper that everybody uses.
const (
	compareProgram = "live.py"
	exportProgram  = "live_export.py"
	judgeProgram   = "live_judge.py"
	editsProgram   = "live_edits.py"
)

func python(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../build/venv/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// program is a program of testdata/oracle.
func program(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	return exec.Command(python(t), append([]string{"../../testdata/oracle/" + name}, args...)...)
}

// program is a program of testdata/oracle that looks at the databases of a site.
func (s site) program(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	return program(t, name, append(append([]string{}, args...), s.flags()...)...)
}

// output runs a program, wants it to exit with a code, and returns what it prints.
func output(t *testing.T, want int, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.CombinedOutput()
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		t.Fatalf("%v: run scripts/bootstrap", err)
	}
	if code != want {
		t.Fatalf("%s: exit code %d, want %d\n%s", strings.Join(cmd.Args[1:], " "), code, want, out)
	}
	return string(out)
}

// oracle compares the databases with a dump, lists what is there, or removes it.
func (s site) oracle(t *testing.T, want int, args ...string) string {
	t.Helper()
	return output(t, want, s.program(t, compareProgram, args...))
}

// exportOracle fills databases and judges exports.
func (s site) exportOracle(t *testing.T, args ...string) {
	t.Helper()
	output(t, 0, s.program(t, exportProgram, args...))
}

// judge fills databases with odd content and judges exports.
func (s site) judge(t *testing.T, want int, args ...string) string {
	t.Helper()
	return output(t, want, s.program(t, judgeProgram, args...))
}

// held runs a program until the test ends or the returned function is called: what it holds stays until then.
func (s site) held(t *testing.T, name string, args ...string) (end func()) {
	t.Helper()
	cmd := s.program(t, name, args...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "ready\n" {
		in.Close()
		_ = cmd.Wait()
		t.Fatalf("%s: %q %v\n%s", strings.Join(args, " "), line, err, errs.String())
	}
	ended := false
	end = func() {
		if !ended {
			ended = true
			in.Close()
			_ = cmd.Wait()
		}
	}
	t.Cleanup(end)
	return end
}
