package unload

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// keeping exports with a folder, where an earlier export may have kept something.
func keeping(t *testing.T, d *databases, dir string, hiccups int) []byte {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	var out bytes.Buffer
	d.hiccups = hiccups
	o := Options{
		Clock:  func() time.Time { return time.Unix(1600000000, 0) },
		Folder: NewFolder(root), Patience: time.Minute, Pause: time.Millisecond,
	}
	if _, err := Write(context.Background(), &out, d, d, o); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*"+tempSuffix)); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
	return out.Bytes()
}

// What was kept is not read again, unless it is damaged; either way the dump is the same.
func TestFolder(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 5))
	for range 4 { // the plan is waited for until it is on the disk
		d := some(random)
		want := keeping(t, d, t.TempDir(), 0)
		dir := t.TempDir()
		if got := keeping(t, d, dir, 0); !bytes.Equal(got, want) {
			t.Fatal("with another folder the dump is another one")
		}
		units, err := filepath.Glob(filepath.Join(dir, "unit-*"))
		if err != nil || len(units) == 0 {
			t.Fatalf("%d units were kept, %v", len(units), err)
		}
		for _, unit := range units {
			whole, err := os.ReadFile(unit)
			if err != nil {
				t.Fatal(err)
			}
			switch damaged := bytes.Clone(whole); random.IntN(4) {
			case 0:
				damaged[random.IntN(len(damaged))] ^= 1 << random.IntN(8)
				whole = damaged
			case 1:
				whole = damaged[:random.IntN(len(damaged))]
			case 2:
				if err := os.Remove(unit); err != nil {
					t.Fatal(err)
				}
				// One that was being written.
				unit += tempSuffix
			}
			if err := os.WriteFile(unit, whole, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := keeping(t, d, dir, 0); !bytes.Equal(got, want) {
			t.Fatal("gone on, the dump is another one")
		}
	}
}

// Large units go through the disk in blocks, and a unit that failed midway is begun anew.
func TestFolderLarge(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 5))
	rows := map[string]map[string]string{}
	for i := range 40 {
		row := map[string]string{}
		for j := range 300 {
			row[fmt.Sprintf("column %d %d", i, j)] = fmt.Sprint(random.Uint64(), random.Uint64(), random.Uint64())
		}
		rows[fmt.Sprintf("row %d", i)] = row
	}
	rows["large"] = map[string]string{"value": string(bytes.Repeat([]byte("large"), 1<<18))}
	d := &databases{tables: map[string]map[string]map[string]map[string]string{"config_db_uuid": {"obj_uuid_table": rows}}, nodes: map[string]string{"/": ""}}
	want := keeping(t, d, t.TempDir(), 0)
	if got := keeping(t, d, t.TempDir(), 7); !bytes.Equal(got, want) {
		t.Error("with failures on the way the dump is another one")
	}
}
