package volume_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/volume"
)

const first, second = `{"cassandra": {"k": {"t": {"r": {"c": ["v", 1]}}}}, "zookeeper": "[]"}`, `{"cassandra": {"k": {"t": {"s": {"c": ["w", 1]}}}}, "zookeeper": "[]"}`

// entry writes a volume and returns its entry.
func entry(t *testing.T, dir, name, encoding string, stored []byte, text int) volume.Entry {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), stored, 0o600); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(stored)
	return volume.Entry{File: name, Encoding: encoding, Bytes: int64(text), StoredBytes: int64(len(stored)), SHA256: hex.EncodeToString(sum[:])}
}

func packed(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A manifest that lies is refused with an error that names the lie, and no number of it makes memory.
func TestHostileManifests(t *testing.T) {
	bomb := packed(t, make([]byte, 64<<20))
	sum := strings.Repeat("0", 64)
	order := func(m *volume.Manifest, b ...byte) {
		s := sha256.Sum256(b)
		m.Order = &volume.Order{Pieces: 1, Bytes: int64(len(b)), SHA256: hex.EncodeToString(s[:]), Data: b}
	}
	for name, c := range map[string]struct {
		change func(t *testing.T, dir string, m *volume.Manifest)
		want   string
	}{
		"link out": {func(t *testing.T, dir string, m *volume.Manifest) {
			out := t.TempDir()
			m.Volumes[0] = entry(t, out, "secret", "json", []byte(first), len(first))
			m.Volumes[0].File = "volume-0001.json"
			if err := errors.Join(os.Remove(filepath.Join(dir, "volume-0001.json")), os.Symlink(filepath.Join(out, "secret"), filepath.Join(dir, "volume-0001.json"))); err != nil {
				t.Fatal(err)
			}
		}, "volume-0001.json: "},
		"folder that is a link": {func(t *testing.T, dir string, m *volume.Manifest) {
			out := t.TempDir()
			m.Volumes[0] = entry(t, out, "secret", "json", []byte(first), len(first))
			m.Volumes[0].File = "sub/secret"
			if err := os.Symlink(out, filepath.Join(dir, "sub")); err != nil {
				t.Fatal(err)
			}
		}, "sub/secret: "},
		"folder": {func(_ *testing.T, dir string, m *volume.Manifest) {
			os.Mkdir(filepath.Join(dir, "d"), 0o700)
			m.Volumes[0].File = "d"
		}, "no regular file"},
		"up":              {func(_ *testing.T, _ string, m *volume.Manifest) { m.Volumes[0].File = "a/../../x" }, "not in its folder"},
		"absolute":        {func(_ *testing.T, _ string, m *volume.Manifest) { m.Volumes[0].File = "/etc/passwd" }, "not in its folder"},
		"backslashes":     {func(_ *testing.T, _ string, m *volume.Manifest) { m.Volumes[0].File = `..\x` }, "not in its folder"},
		"order elsewhere": {func(_ *testing.T, _ string, m *volume.Manifest) { order(m, 1, 0, 1); m.Order.File = "../order.bin" }, "not in its folder"},
		"text too long":   {func(_ *testing.T, _ string, m *volume.Manifest) { m.Volumes[0].Bytes++ }, "bytes of text that the manifest says"},
		"text huge":       {func(_ *testing.T, _ string, m *volume.Manifest) { m.Volumes[0].Bytes = 1 << 60 }, "bytes of text that the manifest says"},
		"text negative":   {func(_ *testing.T, _ string, m *volume.Manifest) { m.Volumes[0].Bytes = -1 }, "impossible size"},
		"stored":          {func(_ *testing.T, _ string, m *volume.Manifest) { m.Volumes[1].StoredBytes = 1 << 50 }, "volume-0002.json: was changed"},
		"digest":          {func(_ *testing.T, _ string, m *volume.Manifest) { m.Volumes[1].SHA256 = sum }, "volume-0002.json: was changed"},
		"whole huge":      {func(_ *testing.T, _ string, m *volume.Manifest) { m.Bytes = 1 << 60; order(m, 1, 0, 70) }, "order part is damaged"},
		"bomb": {func(t *testing.T, dir string, m *volume.Manifest) {
			m.Volumes[0] = entry(t, dir, "b.gz", "gzip", bomb, 100)
		}, "b.gz does not have the 100 bytes"},
		"encoding": {func(_ *testing.T, _ string, m *volume.Manifest) { m.Volumes[0].Encoding = "gzip" }, "volume-0001.json is json, and the manifest says gzip"},
		"doubled":  {func(_ *testing.T, _ string, m *volume.Manifest) { m.Volumes[1] = m.Volumes[0] }, "has the volume volume-0001.json twice"},
		"doubled by a path": {func(_ *testing.T, _ string, m *volume.Manifest) {
			m.Volumes[1] = m.Volumes[0]
			m.Volumes[1].File = "./volume-0001.json"
		}, "twice"},
		"copied over": {func(t *testing.T, dir string, _ *volume.Manifest) {
			entry(t, dir, "volume-0002.json", "json", []byte(first), 0)
		}, "volume-0002.json has the content of volume-0001.json"},
		"nested": {func(t *testing.T, dir string, m *volume.Manifest) {
			text := []byte(`{"schema": "dumptool.volumes/1", "volumes": []}`)
			m.Volumes[0] = entry(t, dir, "m.json", "json", text, len(text))
		}, "m.json is a manifest, not a volume"},
		"nested and packed": {func(t *testing.T, dir string, m *volume.Manifest) {
			text := []byte("\ufeff" + `{"schema": "dumptool.volumes/1", "volumes": []}`)
			m.Volumes[0] = entry(t, dir, "m.gz", "gzip", packed(t, text), len(text))
		}, "m.gz is a manifest, not a volume"},
		"itself":  {func(_ *testing.T, _ string, m *volume.Manifest) { m.Volumes[0].File = volume.ManifestName }, "manifest.json: was changed"},
		"version": {func(_ *testing.T, _ string, m *volume.Manifest) { m.Schema = "dumptool.volumes/2" }, `reads "dumptool.volumes/1"`},
		"order in two places": {func(_ *testing.T, _ string, m *volume.Manifest) {
			order(m, 0, 1, 'x')
			m.Order.File = "volume-0001.json"
			m.Order.Data = nil
		}, "two places"},
		"damaged order": {func(_ *testing.T, _ string, m *volume.Manifest) { order(m, 9, 9, 9) }, "order part is damaged"},
		"order changed": {func(t *testing.T, dir string, m *volume.Manifest) {
			order(m, 1, 0, 70)
			m.Order.Data, m.Order.File = nil, volume.OrderName
			if err := os.WriteFile(filepath.Join(dir, volume.OrderName), []byte{1, 0, 71}, 0o600); err != nil {
				t.Fatal(err)
			}
		}, "order.bin: was changed"},
		"pieces": {func(_ *testing.T, _ string, m *volume.Manifest) { order(m, 1, 0, 70); m.Order.Pieces = 1 << 50 }, "can't have"},
		"whole that is no text": {func(_ *testing.T, _ string, m *volume.Manifest) {
			b := append([]byte{0, 40}, packed(t, []byte(first))[:40]...)
			m.Bytes = 40
			order(m, b...)
		}, "not the text of a dump"},
		"whole that is a manifest": {func(_ *testing.T, _ string, m *volume.Manifest) {
			text := `{"schema": "dumptool.volumes/1"}`
			m.Bytes = int64(len(text))
			order(m, append([]byte{0, byte(len(text))}, text...)...)
		}, "not the text of a dump"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			m := &volume.Manifest{Schema: volume.Schema, Tool: "x", By: "size", Bytes: 70, SHA256: sum, Volumes: []volume.Entry{
				entry(t, dir, "volume-0001.json", "json", []byte(first), len(first)),
				entry(t, dir, "volume-0002.json", "json", []byte(second), len(second)),
			}}
			c.change(t, dir, m)
			text, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, volume.ManifestName), text, 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, dir, string(text), c.want)
		})
	}
}

// Texts that no program writes.
func TestHostileTexts(t *testing.T) {
	head := `{"schema": "dumptool.volumes/1", "bytes": 1, "sha256": "` + strings.Repeat("0", 64) + `", `
	for name, c := range map[string]struct{ text, want string }{
		"deep":            {head + `"x": ` + strings.Repeat("[", 1<<20), "manifest is damaged"},
		"millions":        {head + `"volumes": [` + strings.Repeat("{},", 5<<20) + `{}]}`, "more than 10000 volumes"},
		"no list":         {head + `"volumes": {"a": 1}}`, "volumes is no list"},
		"none":            {head + `"volumes": []}`, "has 0 volumes"},
		"cut off":         {head, "manifest is damaged"},
		"too large":       {head + strings.Repeat(" ", 16<<20), "more than 16777216 bytes"},
		"number too long": {`{"schema": "dumptool.volumes/1", "bytes": 1e999999999}`, "manifest is damaged"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, t.TempDir(), c.text, c.want) })
	}
}

// refused opens a manifest that must not open.
func refused(t *testing.T, dir, text, want string) {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	set, err := volume.Open(context.Background(), strings.NewReader(text), volume.OpenOptions{Folder: root, Name: "m", Note: func(string) {}})
	runtime.ReadMemStats(&after)
	if err == nil {
		set.Close()
		t.Fatal("it opens")
	}
	var p *dump.Problem
	if !errors.As(err, &p) || !p.Damage || p.File != "m" || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
	// Reading a text doubles a buffer until the text fits.
	if made := int64(after.TotalAlloc - before.TotalAlloc); made > 24<<20+8*int64(len(text)) {
		t.Errorf("%d bytes were allocated for a manifest of %d bytes", made, len(text))
	}
}

// Who cancels while a manifest is opened is told so, and no volume is blamed.
func TestOpenCancelled(t *testing.T) {
	dir := t.TempDir()
	d := open(t, documents["ordinary"])
	defer d.Close()
	if _, err := volume.Split(context.Background(), d, dir, volume.Options{Size: 1}); err != nil {
		t.Fatal(err)
	}
	for _, exact := range []bool{true, false} {
		if !exact {
			dropOrder(t, dir)
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, volume.ManifestName))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		note := func(s string) { t.Errorf("exact %v: said %q", exact, s) }
		set, err := volume.Open(ctx, bytes.NewReader(text), volume.OpenOptions{Folder: root, Name: "m", Partial: true, Note: note})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("exact %v: error %v", exact, err)
		}
		if err == nil {
			set.Close()
		}
		root.Close()
	}
}
