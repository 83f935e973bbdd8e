package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/dumptool/dumptool/cmd/internal/term"
)

// someDumps returns dumps of all kinds: those of the test data, generated ones, and real ones where they are.
func someDumps(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"../../testdata/format/v*/*.json", "../../testdata/format/v*/*.gz", "../../testdata/format/v*/*.zst",
		"../../testdata/pair/[ab]*.json", "../../contrail/testdata/small.json", "../../../shared/dumps/*.json*"} {
		list, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, list...)
	}
	for name, more := range map[string][]string{"alone": nil, "cluster": {"--cluster-id", "c1"}, "created": {"--order", "creation"}} {
		file := filepath.Join(dir, name)
		args := append([]string{"generate", "--objects", "130", "--seed", "8", "-o", file}, more...)
		if _, stderr, code := testRun(t, args...); code != exitDone {
			t.Fatalf("%q: %s", args, stderr)
		}
		files = append(files, file)
	}
	return files
}

func pack(t *testing.T, file string, text []byte) {
	t.Helper()
	var b bytes.Buffer
	switch filepath.Ext(file) {
	case ".gz":
		w := gzip.NewWriter(&b)
		w.Write(text)
		w.Close()
	case ".zst":
		w, err := zstd.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(text)
		w.Close()
	default:
		b.Write(text)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What was split comes back byte for byte: each dump, by every kind of split, into every kind of volumes, from every kind of
// input.
func TestSplitIsUndoneByJoin(t *testing.T) {
	dir := t.TempDir()
	for i, file := range someDumps(t, dir) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			dir := t.TempDir()
			plain := filepath.Join(dir, "text.json")
			_, stderr, code := testRun(t, "decompress", file, "-o", plain)
			if code != exitDone {
				t.Fatal(stderr)
			}
			text, err := os.ReadFile(plain)
			if err != nil {
				t.Fatal(err)
			}
			_, _, code = testRun(t, "verify", plain)
			for _, suffix := range []string{".gz", ".zst"} {
				pack(t, plain+suffix, text)
			}
			if _, stderr, c := testRun(t, "compress", "--opaque", plain, "-o", plain+".indexed"); c != exitDone {
				t.Fatal(stderr)
			}
			size := strconv.Itoa(max(1<<10, len(text)/12))
			kinds := []string{"--volume-size " + size, "--volume-size 1GiB", "--by keyspace", "--by table", "--by type", "--by project"}
			inputs := []string{plain, plain + ".gz", plain + ".zst", plain + ".indexed", "-"}
			for k, kind := range kinds {
				for n, input := range inputs {
					for c, volumes := range []string{"none", "gzip", "zstd"} {
						// A third of all combinations, another one of each dump; for the first dumps all.
						if i > 2 && (i+k+n+c)%3 != 0 {
							continue
						}
						undone(t, dir, text, code, append(strings.Fields("split --compress "+volumes+" "+kind), input))
					}
				}
			}
		})
	}
}

// undone splits and joins. Where code says that the text is no dump, it is refused and leaves nothing behind.
func undone(t *testing.T, dir string, text []byte, code int, args []string) {
	t.Helper()
	out := filepath.Join(dir, "volumes")
	run1 := func(args ...string) (string, string, int) {
		streams, in, outBuf, errBuf := term.Test()
		in.Write(text)
		code := run(context.Background(), args, streams)
		return outBuf.String(), errBuf.String(), code
	}
	_, stderr, got := run1(append(args, "-o", out)...)
	if got != code {
		t.Fatalf("%q: exit code %d, want %d\n%s", args, got, code, stderr)
	}
	if code != exitDone {
		if left, _ := filepath.Glob(filepath.Join(dir, "*volumes*")); len(left) > 0 {
			t.Errorf("%q leaves %q", args, left)
		}
		return
	}
	back, stderr, got := run1("join", filepath.Join(out, "manifest.json"))
	if got != exitDone || back != string(text) {
		t.Errorf("%q: exit code %d, %d bytes instead of %d\n%s", args, got, len(back), len(text), stderr)
	}
	if err := os.RemoveAll(out); err != nil {
		t.Fatal(err)
	}
}
