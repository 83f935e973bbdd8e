package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// folder checks at the end of a test that dir holds exactly the named files: no temporary file may stay.
func folder(t *testing.T, want ...string) string {
	t.Helper()
	dir := t.TempDir()
	t.Cleanup(func() {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entries {
			got = append(got, e.Name())
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("folder holds %q, want %q", got, want)
		}
	})
	return dir
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func wantContent(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %q, %v, want %q", path, got, err, want)
	}
}

func writeText(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func TestWriteFile(t *testing.T) {
	path := filepath.Join(folder(t, "out"), "out")
	if err := WriteFile(path, Options{}, writeText("new")); err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, "new")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %o, want 600", info.Mode().Perm())
	}
}

func TestMode(t *testing.T) {
	path := filepath.Join(folder(t, "page.1"), "page.1")
	if err := WriteFile(path, Options{Mode: 0o644}, writeText("for all to read")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v, %v, want 644", info.Mode(), err)
	}
}

func TestReadFrom(t *testing.T) {
	path := filepath.Join(folder(t, "out"), "out")
	text := strings.Repeat("dump ", 100_000)
	err := WriteFile(path, Options{}, func(w io.Writer) error {
		_, err := io.Copy(w, strings.NewReader(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, text)
}

func TestLongName(t *testing.T) {
	name := strings.Repeat("n", 250)
	path := filepath.Join(folder(t, name), name)
	if err := WriteFile(path, Options{}, writeText("new")); err != nil {
		t.Fatal(err)
	}
}

func TestExisting(t *testing.T) {
	path := filepath.Join(folder(t, "out"), "out")
	put(t, path, "old")
	if err := WriteFile(path, Options{}, writeText("new")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("without Force: %v, want fs.ErrExist", err)
	}
	wantContent(t, path, "old")
	if err := WriteFile(path, Options{Force: true}, writeText("new")); err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, "new")
}

// Another process may take the name while we write.
func TestAppearsMeanwhile(t *testing.T) {
	path := filepath.Join(folder(t, "out"), "out")
	err := WriteFile(path, Options{}, func(w io.Writer) error {
		put(t, path, "theirs")
		return writeText("ours")(w)
	})
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v, want fs.ErrExist", err)
	}
	wantContent(t, path, "theirs")
}

func TestFailureLeavesOldFile(t *testing.T) {
	path := filepath.Join(folder(t, "out"), "out")
	put(t, path, "old")
	boom := errors.New("boom")
	err := WriteFile(path, Options{Force: true}, func(w io.Writer) error {
		if err := writeText("half")(w); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Errorf("%v, want boom", err)
	}
	wantContent(t, path, "old")
}

// Sync, close and rename fail one at a time; each time the old file stays and the temporary one goes.
func TestCommitFails(t *testing.T) {
	t.Run("sync", func(t *testing.T) {
		path := filepath.Join(folder(t, "out"), "out")
		put(t, path, "old")
		f, err := Create(path, Options{Force: true})
		if err != nil {
			t.Fatal(err)
		}
		f.file.Close()
		if err := f.Commit(); err == nil {
			t.Error("commit of a closed file succeeded")
		}
		wantContent(t, path, "old")
	})
	t.Run("rename", func(t *testing.T) {
		path := filepath.Join(folder(t, "out"), "out")
		f, err := Create(path, Options{Force: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := f.Commit(); err == nil {
			t.Error("commit onto a folder succeeded")
		}
	})
}

func TestAbortAndCommitOnce(t *testing.T) {
	path := filepath.Join(folder(t), "out")
	f, err := Create(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	f.Abort()
	f.Abort()
	if err := f.Commit(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("commit after abort: %v, want fs.ErrClosed", err)
	}
}

func TestRefusesInput(t *testing.T) {
	dir := folder(t, "hard", "in", "soft")
	in := filepath.Join(dir, "in")
	put(t, in, "data")
	if err := os.Link(in, filepath.Join(dir, "hard")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("in", filepath.Join(dir, "soft")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(in)
	if err != nil {
		t.Fatal(err)
	}
	dotted := filepath.Join(dir, "..") + string(filepath.Separator) + filepath.Base(dir) + string(filepath.Separator) + "in"
	for _, path := range []string{in, filepath.Join(dir, "hard"), filepath.Join(dir, "soft"), dotted} {
		for name, opts := range map[string]Options{
			"by path": {Force: true, Inputs: []string{filepath.Join(dir, "absent"), in}},
			"opened":  {Force: true, Opened: []fs.FileInfo{nil, info}},
		} {
			var same *SameFileError
			if err := WriteFile(path, opts, writeText("lost")); !errors.As(err, &same) {
				t.Errorf("%s %s: %v, want a SameFileError", path, name, err)
			}
		}
	}
	wantContent(t, in, "data")
}

func TestSymlink(t *testing.T) {
	dir := folder(t, "dangling", "link", "real")
	link, real := filepath.Join(dir, "link"), filepath.Join(dir, "real")
	put(t, real, "old")
	for name, target := range map[string]string{"link": "real", "dangling": "absent"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteFile(link, Options{Force: true}, writeText("new")); err != nil {
		t.Fatal(err)
	}
	wantContent(t, real, "new")
	if target, err := os.Readlink(link); err != nil || target != "real" {
		t.Errorf("the link became %q, %v", target, err)
	}
	if err := WriteFile(filepath.Join(dir, "dangling"), Options{Force: true}, writeText("new")); err == nil {
		t.Error("a dangling link was written")
	}
}

func TestBadDestinations(t *testing.T) {
	dir := folder(t)
	for _, path := range []string{dir, filepath.Join(dir, "absent", "out"), ""} {
		if _, err := Create(path, Options{Force: true}); err == nil {
			t.Errorf("Create(%q) succeeded", path)
		}
	}
}

// A device is written, not replaced.
func TestDevice(t *testing.T) {
	before, err := os.Stat(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(os.DevNull, Options{Inputs: []string{os.DevNull}}, writeText("gone")); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(os.DevNull)
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("%s is not what it was: %v", os.DevNull, err)
	}
}

// What was left of one file is removed, and nothing else.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	left := []string{".a[b].json.123.tmp", ".a[b].json.x9z.tmp"}
	stays := []string{".a[b].json.tmp", ".a[b].json.1.2.tmp", ".b.json.123.tmp", "a[b].json", ".a[b].json.123.tmp2", "a[b].json.1.tmp"}
	for _, name := range append(left, stays...) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Sweep(filepath.Join(dir, "a[b].json")); err != nil {
		t.Fatal(err)
	}
	for _, name := range left {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
	for _, name := range stays {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if err := Sweep(filepath.Join(dir, "none", "x")); err == nil {
		t.Error("no error for a folder that is not there")
	}
}
