package index

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/seekable"
)

// TestTextBesideADamagedIndex flips a bit in every byte behind the data: the text still comes back, because the data is
// undamaged and checked by itself. Only what makes the file look like another kind of file is left out.
func TestTextBesideADamagedIndex(t *testing.T) {
	file, text := read(t, "../v2/small.json.zst"), read(t, "small.json")
	data := open(t, file).Container().Locator().DataSize
	damaged := bytes.Clone(file)
	for at := data; at < int64(len(file)); at++ {
		bit := byte(1) << (at % 8)
		damaged[at] ^= bit
		for _, ignore := range []bool{false, true} {
			notes := 0
			o := dump.Options{IgnoreIndex: ignore, OnProblem: func(p *dump.Problem) error {
				if p.Damage {
					return p
				}
				notes++
				return nil
			}}
			got, err := textOf(damaged, o)
			if errors.Is(err, seekable.ErrVersion) && !ignore {
				continue // refused by name
			}
			if at >= int64(len(file))-9 && err != nil {
				continue // the footer, by which the form is known
			}
			if err != nil || !bytes.Equal(got, text) {
				t.Fatalf("byte %d: %d bytes of %d, %v", at, len(got), len(text), err)
			}
		}
		damaged[at] ^= bit
	}
}

func textOf(file []byte, o dump.Options) ([]byte, error) {
	d, err := dump.Open(dump.Input{Name: "f", At: bytes.NewReader(file), Size: int64(len(file))}, o)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	s, err := d.Text(context.Background())
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return io.ReadAll(s)
}

// TestFramesMissingBesideADamagedIndex takes a whole frame out of a file whose directory is damaged: nothing in the data
// tells, but the text has another length than it should have.
func TestFramesMissingBesideADamagedIndex(t *testing.T) {
	text := bytes.Repeat([]byte("some text "), 100_000)
	var out bytes.Buffer
	if err := Compress(context.Background(), &out, bytes.NewReader(text), Options{Opaque: true}); err != nil {
		t.Fatal(err)
	}
	file := out.Bytes()
	c, err := seekable.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	loc := c.Locator()
	c.Close()
	first := bytes.Index(file[4:], []byte("\x28\xb5\x2f\xfd")) + 4
	// The first frame is replaced by a skippable one of the same size.
	copy(file, "\x50\x2a\x4d\x18")
	file[4], file[5], file[6], file[7] = byte(first-8), byte((first-8)>>8), byte((first-8)>>16), 0
	for at := loc.DataSize; at < loc.DataSize+400; at++ {
		file[at] ^= 1
	}
	if got, err := textOf(file, dump.Options{IgnoreIndex: true}); err == nil {
		t.Errorf("%d bytes of %d without an error", len(got), len(text))
	}
}
