package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
)

// ofManifests are command lines on FILE, with the files that they write. OTHER is a changed dump, PATCH leads from FILE
// to OTHER, OUT is what is written.
var ofManifests = []string{
	"info FILE", "info --json FILE", "info --json --sha256 FILE",
	"ls FILE", "ls -l FILE", "ls -R FILE", "ls --json -R FILE", "ls FILE config_db_uuid/obj_uuid_table", "ls FILE zk:/", "ls FILE type:virtual_network",
	"get FILE virtual_network:default-domain:default-project:ip-fabric", "get --raw FILE config_db_uuid/obj_fq_name_table/project",
	"get FILE project:default-domain:default-project", "get --raw FILE zk:/id", "get FILE no:such:thing",
	"find FILE default-project", "find --json -e default.*1 FILE", "find FILE thereisnosuchthing",
	"query FILE fq_name", "query --json --type project FILE props",
	"diff --json FILE OTHER", "diff --json OTHER FILE", "diff --all FILE OTHER", "diff --thorough FILE FILE", "diff --format patch FILE OTHER",
	"diff --format html FILE OTHER", "git-diff path FILE 000 100644 OTHER 000 100644",
	"pretty FILE", "pretty --expand FILE", "pretty --sort-keys --compact FILE",
	"validate --exit-zero FILE", "validate --exit-zero --json FILE", "validate --exit-zero --target OTHER --json FILE", "validate --exit-zero --target FILE --json OTHER",
	"textconv FILE",
	"patch FILE PATCH -o OUT", "patch --reverse OTHER PATCH -o OUT",
	"compress FILE -o OUT", "compress --opaque FILE -o OUT", "decompress FILE -o OUT",
	"verify FILE", "verify --json --sha256 FILE",
	"redact --check --exit-zero FILE", "redact --key-file KEY FILE -o OUT", "redact --profile anonymous --key-file KEY FILE -o OUT",
	"repair --all FILE -o OUT", "repair --all --dry-run --json FILE", "repair --heal all --dry-run --format patch FILE",
	"repair --salvage FILE -o OUT", "repair --salvage --json FILE -o OUT",
	"split --by type FILE -o OUT", "split --json --volume-size 64KiB --compress gzip FILE -o OUT",
	"filter --omit-keyspace dm_keyspace FILE -o OUT", "filter --type virtual_network FILE -o OUT",
}

// noFile are commands that take no dump, or not without databases.
var noFile = []string{"export", "import", "generate", "completion", "git-setup", "help", "man", "version", "runbook", "unredact", "join"}

// differs matches what may differ: the name of the file, and how it is stored.
var differs = regexp.MustCompile(`(?m)^ *("?(stored_bytes|stored|index|encoding)"? *:).*\n`)

// Every command that takes a dump gives the same answer on a manifest.
func TestManifestInEveryCommand(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	must := func(args ...string) {
		t.Helper()
		if _, stderr, code := testRun(t, args...); code != exitDone && code != exitFound {
			t.Fatalf("%q: exit code %d\n%s", args, code, stderr)
		}
	}
	must("generate", "--objects", "200", "--seed", "5", "--cluster-id", "c1", "--changes", "12", "-o", in("before-it.json"), "--after", in("after-it.json"), "--truth", in("truth"))
	patch, stderr, code := testRun(t, "diff", "--format", "patch", in("before-it.json"), in("after-it.json"))
	if code != exitFound {
		t.Fatalf("diff: exit code %d\n%s", code, stderr)
	}
	if err := os.WriteFile(in("patch"), []byte(patch), 0o600); err != nil {
		t.Fatal(err)
	}
	must("split", in("before-it.json"), "--volume-size", "30KiB", "-o", in("cut"))
	must("split", in("before-it.json"), "--by", "project", "--compress", "zstd", "-o", in("apart"))
	stamp, err := os.Stat(in("before-it.json"))
	if err != nil {
		t.Fatal(err)
	}
	must("redact", "--new-key", in("key"), in("before-it.json"), "-o", in("redacted"))
	for _, manifest := range []string{"cut", "apart"} {
		// A manifest is known by its content. validate takes the time of the file for that of the dump.
		name := filepath.Join(in(manifest), "whole.json")
		err := errors.Join(os.Rename(filepath.Join(in(manifest), "manifest.json"), name), os.Chtimes(name, stamp.ModTime(), stamp.ModTime()))
		if err != nil {
			t.Fatal(err)
		}
	}
	streams, _, _, _ := term.Test()
	root := newRootCmd(newApp(streams))
	tried := map[string]bool{}
	for _, line := range ofManifests {
		words := strings.Fields(line)
		if cmd, _, err := root.Find(words[:1]); err != nil || cmd == root {
			t.Errorf("there is no command %s", words[0])
			continue
		}
		tried[words[0]] = true
		t.Run(strings.ReplaceAll(line, "/", "_"), func(t *testing.T) {
			want := answer(t, in, words, in("before-it.json"))
			if want.code == exitFailed {
				t.Errorf("it fails: %s", want.stderr)
			}
			for _, manifest := range []string{"cut", "apart"} {
				got := answer(t, in, words, filepath.Join(in(manifest), "whole.json"))
				if got != want {
					t.Errorf("of %s: %s", manifest, difference(got, want))
				}
			}
		})
	}
	for _, cmd := range root.Commands() {
		if !isTopic(cmd) && takesDump(cmd) && !tried[cmd.Name()] {
			t.Errorf("no line of ofManifests tries %s", cmd.Name())
		}
	}
}

func takesDump(cmd *cobra.Command) bool {
	return !slices.Contains(noFile, cmd.Name()) && cmd.Name() != "index" // an index is of one file
}

// result is all that a command gives.
type result struct {
	code                  int
	stdout, stderr, files string
}

func answer(t *testing.T, in func(string) string, words []string, file string) result {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out")
	place := map[string]string{"FILE": file, "OTHER": in("after-it.json"), "PATCH": in("patch"), "KEY": in("key"), "OUT": out}
	var args []string
	for _, w := range words {
		if p, ok := place[w]; ok {
			w = p
		}
		args = append(args, w)
	}
	var r result
	r.stdout, r.stderr, r.code = testRun(t, args...)
	same := strings.NewReplacer(file, "FILE", filepath.Base(file), "FILE", out, "OUT")
	r.stdout = differs.ReplaceAllString(same.Replace(r.stdout), "")
	r.stderr = same.Replace(r.stderr)
	if _, err := os.Stat(out); err != nil {
		return r // nothing was written
	}
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		r.files += path[len(out):] + "\n" + string(b) + "\n"
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// difference shows where two answers part.
func difference(got, want result) string {
	a := []string{got.stdout, got.stderr, got.files}
	b := []string{want.stdout, want.stderr, want.files}
	for i := range a {
		if a[i] != b[i] {
			k := 0
			for k < min(len(a[i]), len(b[i])) && a[i][k] == b[i][k] {
				k++
			}
			return "got ..." + a[i][max(0, k-60):min(len(a[i]), k+200)] + "\nwant ..." + b[i][max(0, k-60):min(len(b[i]), k+200)]
		}
	}
	return "exit codes"
}

// Ctrl-C ends the opening of a manifest, which reads every volume.
func TestManifestInterrupted(t *testing.T) {
	dir := t.TempDir()
	file, volumes := filepath.Join(dir, "d.json"), filepath.Join(dir, "v")
	for _, args := range [][]string{{"generate", "--objects", "120", "-o", file}, {"split", "--compress", "gzip", file, "-o", volumes}} {
		if _, stderr, code := testRun(t, args...); code != exitDone {
			t.Fatalf("%q: %s", args, stderr)
		}
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errInterrupted)
	streams, _, _, errBuf := term.Test()
	streams.Bind(ctx)
	app := newApp(streams)
	app.global.partial = true
	if _, done, err := app.openDump(filepath.Join(volumes, "manifest.json")); err == nil {
		done()
		t.Error("it opens")
	} else if !errors.Is(err, context.Canceled) || errBuf.Len() > 0 {
		t.Errorf("error %v, said %q", err, errBuf)
	}
	streams, _, _, errBuf = term.Test()
	if code := run(ctx, []string{"join", filepath.Join(volumes, "manifest.json"), "-o", filepath.Join(dir, "out")}, streams); code != exitInterrupted {
		t.Errorf("join: exit code %d: %s", code, errBuf)
	}
	if _, err := os.Stat(filepath.Join(dir, "out")); err == nil {
		t.Error("an interrupted join leaves a file")
	}
}
