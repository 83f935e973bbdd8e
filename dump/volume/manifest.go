package volume

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dumptool/dumptool/dump"
)

// Schema is what a manifest says of itself.
const Schema = "dumptool.volumes/1"

// The bounds of a manifest. They are checked before anything is made of it.
const (
	maxManifest = 16 << 20 // bytes
	MaxVolumes  = 10000
	maxInline   = 64 << 10 // of the order part inside of the manifest, in bytes
	maxText     = 1 << 60  // bytes of text
)

// Manifest lists the volumes of a dump.
type Manifest struct {
	Schema  string  `json:"schema"`
	Tool    string  `json:"tool"`
	By      string  `json:"by"`
	Bytes   int64   `json:"bytes"`  // of the text of the whole
	SHA256  string  `json:"sha256"` // of that
	Volumes []Entry `json:"volumes"`
	Order   *Order  `json:"order,omitempty"`
}

// Entry is one volume of a manifest.
type Entry struct {
	File        string `json:"file"`
	Part        string `json:"part,omitempty"` // the keyspace, table, type or project
	Encoding    string `json:"encoding"`
	Bytes       int64  `json:"bytes"` // of its text
	StoredBytes int64  `json:"stored_bytes"`
	SHA256      string `json:"sha256"` // of the file as it is stored
}

// Order is the order part, or where it stands.
type Order struct {
	Pieces int64  `json:"pieces"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Data   []byte `json:"data,omitempty"`
	File   string `json:"file,omitempty"`
}

// SniffLen is the number of bytes that tell a manifest.
const SniffLen = 256

const mark = "\ufeff"

// IsManifest tells by its first bytes if a text is a manifest, of whatever
// version. A byte order mark before it is passed over.
func IsManifest(head []byte) bool {
	head = bytes.TrimPrefix(head, []byte(mark))
	for _, word := range []string{"{", `"schema"`, ":", `"dumptool.volumes/`} {
		rest, ok := bytes.CutPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte(word))
		if !ok {
			return false
		}
		head = rest
	}
	return true
}

// ReadManifest reads a manifest and checks all that can be checked without its
// volumes.
func ReadManifest(r io.Reader) (*Manifest, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxManifest+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxManifest {
		return nil, fmt.Errorf("the manifest has more than %d bytes", maxManifest)
	}
	var m struct {
		Manifest
		Volumes entries `json:"volumes"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(text, []byte(mark)), &m); err != nil {
		return nil, fmt.Errorf("the manifest is damaged: %w", err)
	}
	if m.Schema != Schema {
		return nil, fmt.Errorf("the manifest is of version %.40q; this program reads %q", m.Schema, Schema)
	}
	m.Manifest.Volumes = m.Volumes
	if err := m.check(); err != nil {
		return nil, err
	}
	return &m.Manifest, nil
}

// entries is decoded one by one: a volume takes more memory than the two bytes
// of an empty object, so their number is bounded before they are made.
type entries []Entry

func (l *entries) UnmarshalJSON(text []byte) error {
	in := json.NewDecoder(bytes.NewReader(text))
	if t, err := in.Token(); err != nil || t != json.Delim('[') {
		return errors.New("volumes is no list")
	}
	*l = nil
	for in.More() {
		if len(*l) == MaxVolumes {
			return fmt.Errorf("it has more than %d volumes", MaxVolumes)
		}
		var e Entry
		if err := in.Decode(&e); err != nil {
			return err
		}
		*l = append(*l, e)
	}
	return nil
}

func (m *Manifest) check() error {
	if err := checkNumbers("the whole", m.Bytes, m.SHA256); err != nil {
		return err
	}
	if len(m.Volumes) == 0 || len(m.Volumes) > MaxVolumes {
		return fmt.Errorf("the manifest has %d volumes; it can have 1 to %d", len(m.Volumes), MaxVolumes)
	}
	names := map[string]bool{}
	for i := range m.Volumes {
		e := &m.Volumes[i]
		if err := checkName(e.File); err != nil {
			return err
		}
		if err := checkNumbers(e.File, e.Bytes, e.SHA256); err != nil {
			return err
		}
		if e.StoredBytes < 0 || e.StoredBytes > maxText {
			return fmt.Errorf("the manifest gives %s an impossible size", e.File)
		}
		if !slices.Contains(encodings, dump.Encoding(e.Encoding)) {
			return fmt.Errorf("the manifest gives %s the encoding %.40q, which there is not", e.File, e.Encoding)
		}
		// Two files may have the same content, as two nodes may.
		if names[path.Clean(e.File)] {
			return fmt.Errorf("the manifest has the volume %s twice", e.File)
		}
		names[path.Clean(e.File)] = true
	}
	if o := m.Order; o != nil {
		if err := checkNumbers("the order part", o.Bytes, o.SHA256); err != nil {
			return err
		}
		// A piece takes two bytes at least.
		if o.Pieces < 0 || o.Pieces > o.Bytes/2 {
			return fmt.Errorf("the order part has %d bytes, and can't have %d pieces", o.Bytes, o.Pieces)
		}
		if o.File != "" {
			if err := checkName(o.File); err != nil {
				return err
			}
			if names[path.Clean(o.File)] || len(o.Data) > 0 {
				return errors.New("the order part is in two places, or a volume too")
			}
			return nil
		}
		if int64(len(o.Data)) != o.Bytes {
			return fmt.Errorf("the order part has %d bytes, not %d", len(o.Data), o.Bytes)
		}
	}
	return nil
}

var encodings = []dump.Encoding{dump.Plain, dump.Gzip, dump.Zstd}

// checkName refuses names that could lead out of the folder of the manifest.
// Links in the folder are met where files are opened.
func checkName(name string) error {
	if !filepath.IsLocal(name) || name == "." || strings.ContainsAny(name, "\x00\\:") || filepath.IsAbs(name) {
		return fmt.Errorf("the manifest names the file %q, which is not in its folder", name)
	}
	return nil
}

func checkNumbers(what string, size int64, sum string) error {
	if size < 0 || size > maxText {
		return fmt.Errorf("the manifest gives %s an impossible size", what)
	}
	if b, err := hex.DecodeString(sum); err != nil || len(b) != 32 || strings.ToLower(sum) != sum {
		return fmt.Errorf("the manifest has no SHA-256 for %s", what)
	}
	return nil
}
