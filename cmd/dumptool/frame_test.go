package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
)

// testRun executes a command line over buffers.
func testRun(t *testing.T, args ...string) (out, err string, code int) {
	t.Helper()
	streams, _, outBuf, errBuf := term.Test()
	code = run(context.Background(), args, streams)
	return outBuf.String(), errBuf.String(), code
}

func walk(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, c := range cmd.Commands() {
		walk(c, visit)
	}
}

// Every command of the tree keeps the rules of the house.
func TestEveryCommand(t *testing.T) {
	streams, _, _, _ := term.Test()
	root := newRootCmd(newApp(streams))
	walk(root, func(cmd *cobra.Command) {
		t.Run(cmd.CommandPath(), func(t *testing.T) {
			if isTopic(cmd) {
				return
			}
			if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") || len(cmd.Short) > 100 {
				t.Errorf("short text %q", cmd.Short)
			}
			if n := strings.Count(cmd.Example, "\n  dumptool ") + strings.Count(cmd.Example, "<(dumptool ") + strings.Count(cmd.Example, "| dumptool ") + strings.Count(cmd.Example, "'dumptool "); n < 3 {
				t.Errorf("%d examples, want three:\n%s", n, cmd.Example)
			}
			if cmd != root && cmd.Parent() == root && cmd.GroupID == "" {
				t.Error("is in no group")
			}
			if cmd.Args == nil && cmd.Name() != "help" {
				t.Error("takes any operands")
			}
			if cmd.RunE == nil {
				t.Error("does nothing")
			}
			args := append(strings.Fields(cmd.CommandPath())[1:], "--help")
			help, _, code := testRun(t, args...)
			if code != exitDone || !strings.HasPrefix(help, cmd.Short+".\n\nExamples:\n") {
				t.Errorf("--help: exit code %d\n%s", code, help)
			}
			if tail := help[strings.LastIndex(help, "\n\n"):]; !strings.HasPrefix(tail, "\n\nExit codes:\n  0 ") {
				t.Errorf("the help ends with %q", tail)
			}
			if cmd.Annotations[exitAnnotation+"1"] != "" && cmd.Flags().Lookup("exit-zero") == nil {
				t.Error("exits with 1 and has no --exit-zero")
			}
		})
	})
}

// place is an error that knows where it arose.
type place struct{ error }

func (place) Location() (string, int64, string) {
	return "a.json", 4211, "config_db_uuid/obj_uuid_table"
}

type nowhere struct{ error }

func (nowhere) Location() (string, int64, string) { return "", -1, "" }

func TestReport(t *testing.T) {
	interrupted, cancel := context.WithCancelCause(context.Background())
	cancel(errInterrupted)
	plain := context.Background()
	broken := errors.New("invalid escape")
	for _, c := range []struct {
		name string
		ctx  context.Context
		args []string
		err  error
		code int
		want string
	}{
		{"done", plain, nil, nil, 0, ""},
		{"findings", plain, nil, found(), 1, ""},
		{"findings, exit zero", plain, []string{"--exit-zero"}, found(), 0, ""},
		{"nothing found", plain, nil, notFoundf("no object %q", "x"), 1, "dumptool: no object \"x\"\n"},
		{"nothing found, exit zero", plain, []string{"--exit-zero"}, notFoundf("no x"), 0, "dumptool: no x\n"},
		{"failed", plain, nil, fmt.Errorf("read a.json: %w", broken), 2, "dumptool: read a.json: invalid escape\n"},
		{"failed, exit zero", plain, []string{"--exit-zero"}, broken, 2, "dumptool: invalid escape\n"},
		{"hint", plain, nil, withHint(broken, "try repair"), 2, "dumptool: invalid escape\nhint: try repair\n"},
		{"usage", plain, nil, usagef("missing %s", "FILE"), 2, "dumptool: missing FILE\nhint: see 'fake --help'\n"},
		{"partial", plain, nil, partialf("3 rows left out"), 3, "dumptool: 3 rows left out\n"},
		{"interrupted", interrupted, nil, errInterrupted, 130, "dumptool: interrupted: out.json not written\n"},
		{"interrupted in its own words", interrupted, nil, broken, 130, "dumptool: interrupted: out.json not written\n"},
		{"interrupted and can go on", interrupted, nil, partialf("half done"), 3, "dumptool: half done\n"},
		{"interrupted too late", interrupted, nil, nil, 0, ""},
		{"closed pipe", plain, nil, fmt.Errorf("write: %w", term.ErrClosedPipe), 141, ""},
		{"foreign text", plain, nil, errors.New("row \x1b[2J\nsecond line"), 2, "dumptool: row \\x1b[2J\nsecond line\n"},
		{"json", plain, []string{"--json"}, fmt.Errorf("at: %w", place{broken}), 2,
			`{"error":{"message":"at: invalid escape","file":"a.json","offset":4211,"path":"config_db_uuid/obj_uuid_table"}}` + "\n"},
		{"json, no place", plain, []string{"--json"}, withHint(nowhere{broken}, "a <b>"), 2,
			`{"error":{"message":"invalid escape","file":null,"offset":null,"path":null,"hint":"a <b>"}}` + "\n"},
		{"json, bad flags", plain, []string{"--jsom", "--json"}, nil, 2,
			`{"error":{"message":"unknown flag: --jsom","file":null,"offset":null,"path":null,"hint":"did you mean --json?"}}` + "\n"},
		{"no json after --", plain, []string{"--", "--json"}, broken, 2, "dumptool: invalid escape\n"},
		{"json, silent", plain, []string{"--json"}, found(), 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			streams, _, _, errBuf := term.Test()
			a := newApp(streams)
			a.unwritten = []string{"out.json"}
			var asJSON bool
			cmd := &cobra.Command{Use: "fake"}
			jsonFlag(cmd, &asJSON)
			exitZeroFlag(cmd, "findings")
			err := c.err
			if parseErr := cmd.ParseFlags(c.args); parseErr != nil {
				err = flagError(cmd, parseErr)
			}
			if code := a.report(c.ctx, cmd, c.args, err); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if errBuf.String() != c.want {
				t.Errorf("got  %s\nwant %s", errBuf, c.want)
			}
		})
	}
}

func TestOperands(t *testing.T) {
	cmd := &cobra.Command{Use: "diff A B"}
	for _, c := range []struct {
		needed int
		names  string
		args   string
		want   string
	}{
		{2, "A B", "a b", ""},
		{2, "A B", "a", "missing B"},
		{2, "A B", "a b c", `unexpected argument "c"`},
		{0, "FILE", "", ""},
		{0, "", "x", `unexpected argument "x"`},
		{1, "DUMP...", "", "missing DUMP"},
		{1, "DUMP...", "a b c", ""},
	} {
		err := operands(c.needed, strings.Fields(c.names)...)(cmd, strings.Fields(c.args))
		got := ""
		if err != nil {
			got = err.Error()
			var usage *usageError
			if !errors.As(err, &usage) {
				t.Errorf("%q of %q: %T is no usage error", c.args, c.names, err)
			}
		}
		if got != c.want {
			t.Errorf("%q of %q: %q, want %q", c.args, c.names, got, c.want)
		}
	}
}

func TestSizeFlag(t *testing.T) {
	var n int64
	cmd := &cobra.Command{}
	sizeVar(cmd.Flags(), &n, "memory", 256<<20, "use `SIZE`")
	if got := cmd.Flags().Lookup("memory").DefValue; got != "256MiB" {
		t.Errorf("default %q", got)
	}
	if err := cmd.ParseFlags([]string{"--memory=1.5G"}); err != nil || n != 3<<29 {
		t.Errorf("%d, %v", n, err)
	}
	if err := cmd.ParseFlags([]string{"--memory=lots"}); err == nil {
		t.Error("lots is a size")
	}
}

func TestOutput(t *testing.T) {
	text := strings.Repeat("one dump is like another\n", 1000)
	plain := func(r io.Reader) (io.Reader, error) { return r, nil }
	gunzip := func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }
	unzstd := func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r, zstd.WithDecoderMaxMemory(1<<30)) }
	for _, c := range []struct {
		name     string
		compress compression
		decode   func(io.Reader) (io.Reader, error)
	}{
		{"a.json", compressAuto, plain},
		{"a.json.gz", compressAuto, gunzip},
		{"A.JSON.GZ", "", gunzip},
		{"a.json.zst", compressAuto, unzstd},
		{"a.json.zst", compressNone, plain},
		{"a.json", compressGzip, gunzip},
		{"-", compressZstd, unzstd},
		{"-", compressAuto, plain},
		{"", "", plain},
	} {
		t.Run(fmt.Sprint(c.name, " ", c.compress), func(t *testing.T) {
			streams, _, stdout, _ := term.Test()
			opts := outputOptions{path: c.name, compress: c.compress}
			if !opts.stdout() {
				opts = opts.at(filepath.Join(t.TempDir(), c.name))
			}
			out, err := newApp(streams).create(opts)
			if err != nil {
				t.Fatal(err)
			}
			defer out.abort()
			if _, err := io.WriteString(out, text); err != nil {
				t.Fatal(err)
			}
			if err := out.commit(); err != nil {
				t.Fatal(err)
			}
			data := stdout.Bytes()
			if !opts.stdout() {
				if data, err = os.ReadFile(opts.path); err != nil {
					t.Fatal(err)
				}
			}
			r, err := c.decode(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || string(got) != text {
				t.Errorf("decodes to %d bytes, %v", len(got), err)
			}
			if bytes.Contains(data, []byte("a.json")) {
				t.Error("the name stands in the file")
			}
		})
	}
}

func TestOutputRefused(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "in")
	if err := os.WriteFile(in, []byte("data"), 0o600); err != nil {
		t.Fatal(err)
	}
	streams, _, _, _ := term.Test()
	a := newApp(streams)
	if _, err := a.create(outputOptions{path: in}); hintOf(nil, err) != "use --force to replace it" {
		t.Errorf("existing file: %v", err)
	}
	if _, err := a.create(outputOptions{path: in, force: true}, "-", "absent", in); err == nil {
		t.Error("the input was opened for writing")
	}
	streams.SetTerminal(true, true, true, nil)
	if _, err := a.create(outputOptions{compress: compressZstd}); err == nil {
		t.Error("compressed data goes to a terminal")
	}
}

func TestOutputGivenUp(t *testing.T) {
	dir := t.TempDir()
	streams, _, _, _ := term.Test()
	a := newApp(streams)
	out, err := a.create(outputOptions{path: filepath.Join(dir, "out.gz")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(out, "half"); err != nil {
		t.Fatal(err)
	}
	out.abort()
	out.abort()
	if len(a.unwritten) != 1 || filepath.Base(a.unwritten[0]) != "out.gz" {
		t.Errorf("unwritten: %q", a.unwritten)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestSignals(t *testing.T) {
	streams, _, _, _ := term.Test()
	codes := make(chan int, 1)
	ctx, stop := withSignals(context.Background(), streams, func(code int) { codes <- code })
	defer stop()
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	interrupt := func() {
		t.Helper()
		if err := self.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
	}
	interrupt()
	select {
	case <-ctx.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("the context goes on")
	}
	if cause := context.Cause(ctx); !errors.Is(cause, errInterrupted) {
		t.Errorf("ended because of %v", cause)
	}
	interrupt()
	select {
	case code := <-codes:
		if code != exitInterrupted {
			t.Errorf("exit code %d, want %d", code, exitInterrupted)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("a second signal does nothing")
	}
}

func TestGlobalFlags(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		code int
	}{
		{"--memory 64M -q", 0},
		{"--memory 31M", 2},
		{"--tmp-dir " + filepath.Dir(file), 0},
		{"--tmp-dir " + file, 2},
		{"--tmp-dir " + file + ".absent", 2},
		{"-q -v", 2},
		{"-vv --color never --no-pager --progress plain --log-format json", 0},
		{"--progress bar", 2},
		{"--log-file " + filepath.Dir(file), 2},
	} {
		if _, stderr, code := testRun(t, append([]string{"version"}, strings.Fields(c.args)...)...); code != c.code {
			t.Errorf("%s: exit code %d, want %d: %s", c.args, code, c.code, stderr)
		}
	}
}

func TestLogLevels(t *testing.T) {
	for args, want := range map[string]string{
		"-q":                "dumptool: error\n",
		"":                  "dumptool: note: info\ndumptool: error\n",
		"-v":                "dumptool: debug: debug\ndumptool: note: info\ndumptool: error\n",
		"--log-format json": "info error",
	} {
		streams, _, _, errBuf := term.Test()
		a := newApp(streams)
		root := newRootCmd(a)
		root.AddCommand(&cobra.Command{Use: "fake", RunE: func(*cobra.Command, []string) error {
			a.log.Debug("debug")
			a.log.Info("info")
			a.log.Error("error")
			return nil
		}})
		root.SetArgs(append([]string{"fake"}, strings.Fields(args)...))
		if err := root.Execute(); err != nil {
			t.Fatal(err)
		}
		got := errBuf.String()
		if strings.Contains(args, "json") {
			var messages []string
			for line := range strings.Lines(got) {
				var record struct{ Msg string }
				if err := json.Unmarshal([]byte(line), &record); err != nil {
					t.Errorf("%q: %v", line, err)
				}
				messages = append(messages, record.Msg)
			}
			got = strings.Join(messages, " ")
		}
		if got != want {
			t.Errorf("%q: %q, want %q", args, got, want)
		}
	}
}
