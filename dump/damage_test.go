package dump

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDamagedInputs reads what an independent program damaged in many ways. It
// knows where the damage begins and what the path is there.
func TestDamagedInputs(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("python3", "../testdata/oracle/damage.py", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var index struct {
		Files []struct {
			File, Category, Description string
			Offset                      *int64
			Path                        *string
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &index.Files); err != nil {
		if err := json.Unmarshal(b, &index); err != nil {
			t.Fatal(err)
		}
	}
	count := map[string]int{}
	for _, c := range index.Files {
		count[c.Category]++
		f, err := os.Open(filepath.Join(dir, c.File))
		if err != nil {
			t.Fatal(err)
		}
		st, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range []Input{{Name: c.File, At: f, Size: st.Size()}, {Name: c.File, Stream: f}} {
			err := readThrough(in)
			var p *Problem
			switch {
			case err == nil:
				t.Errorf("%s (%s): accepted", c.File, c.Description)
			case !errors.As(err, &p):
				t.Errorf("%s (%s): %v is no problem with a place", c.File, c.Description, err)
			case p.File != c.File:
				t.Errorf("%s (%s): the error names %q", c.File, c.Description, p.File)
			case c.Offset != nil && (p.Offset < *c.Offset-60 || p.Offset > *c.Offset+200):
				t.Errorf("%s (%s): offset %d, want about %d (%v)", c.File, c.Description, p.Offset, *c.Offset, err)
			case c.Path != nil && *c.Path != "" && !samePath(p.Path, *c.Path):
				t.Errorf("%s (%s): path %q, want %q (%v)", c.File, c.Description, p.Path, *c.Path, err)
			}
		}
		f.Close()
	}
	for _, category := range []string{"truncation", "types", "keys", "encodings", "containers", "zookeeper"} {
		if count[category] < 15 {
			t.Errorf("%d inputs of %s, want at least 15", count[category], category)
		}
	}
}

// samePath tells if one path leads to the other: where a container ends too
// early, what was read last and what it stands in are both right.
func samePath(got, want string) bool {
	return strings.HasPrefix(got, want) || strings.HasPrefix(want, got)
}

func readThrough(in Input) error {
	d, err := Open(in, Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	r, err := d.Reader(context.Background())
	if err != nil {
		return err
	}
	defer r.Close()
	for r.Next() {
	}
	return r.Err()
}
