package seekable

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// annotated is a golden file's bytes with what they mean.
type annotated struct {
	strings.Builder
	file []byte
	off  int
}

// take prints the next n bytes.
func (a *annotated) take(n int, format string, args ...any) []byte {
	b := a.file[a.off : a.off+n]
	what := fmt.Sprintf(format, args...)
	for i := 0; i < n || i == 0; i += 16 {
		fmt.Fprintf(a, "%05x  %-47x  %s\n", a.off+i, spaced(b[min(i, n):min(i+16, n)]), what)
		what = ""
	}
	a.off += n
	return b
}

type spaced []byte

func (s spaced) Format(f fmt.State, _ rune) {
	text := fmt.Sprintf("% x", []byte(s))
	width, _ := f.Width()
	fmt.Fprintf(f, "%-*s", width, text)
}

func (a *annotated) u32(what string) uint32 {
	b := a.file[a.off:]
	v := binary.LittleEndian.Uint32(b)
	a.take(4, "%s: %d", what, v)
	return v
}

func (a *annotated) block(t *testing.T, n int, r *Reader) {
	frame := a.file[a.off : a.off+n]
	interior, recs, err := decodeBlock(frame, r.dec)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(a, "\nblock of %d records\n", len(recs))
	a.take(4, "magic of a skippable frame")
	a.u32("bytes that follow")
	a.take(2, "tag")
	a.take(1, "%s", map[bool]string{false: "leaf", true: "interior"}[interior])
	if frame[10] == kindOldLeaf || frame[10] == kindOldInterior {
		a.oldContent(t, frame, r)
	} else {
		a.content(t, frame, len(recs), r)
	}
	a.take(4, "checksum")
	for _, rec := range recs {
		fmt.Fprintf(a, "       %q = %x\n", rec.Key, rec.Value)
	}
}

// content prints a block from its shape up to its checksum.
func (a *annotated) content(t *testing.T, frame []byte, count int, r *Reader) {
	numbers := int(a.take(1, "numbers of a value")[0])
	tail := int(a.take(1, "bytes of a tail")[0])
	end := a.off - (blockHead - len(frame)) - checksumSize
	_, n := binary.Uvarint(a.file[a.off:])
	a.take(n, "records")
	packed := func(what string) {
		b := a.file[a.off:end]
		_, rest, err := cutPacked(b, r.dec)
		if err != nil {
			t.Fatal(err)
		}
		size := len(b) - len(rest)
		head, n := binary.Uvarint(b)
		if head&1 == 0 {
			a.take(n, "%s, not packed: %d bytes", what, head>>1)
			size -= n
		} else {
			here, k := binary.Uvarint(b[n:])
			a.take(n, "%s, packed: %d bytes", what, head>>1)
			a.take(k, "here %d bytes", here)
			size -= n + k
		}
		if size > 0 {
			a.take(size, "%s", what)
		}
	}
	packed("keys and texts")
	if count > 0 {
		for i := range 3 + numbers {
			l, rest, err := cutList(a.file[a.off:end], make([]uint64, count))
			if err != nil {
				t.Fatal(err)
			}
			what := fmt.Sprintf("number %d", i-2)
			if i < 3 {
				what = []string{"bytes that keys share", "bytes of keys", "bytes of texts"}[i]
			}
			form := []string{"equal", "bits", "packed"}[l.form&formMask]
			if l.form&deltas != 0 {
				form += ", differences"
			}
			a.take(end-a.off-len(rest), "%s: %s", what, form)
		}
		packed("packed numbers")
	}
	if tail > 0 && count > 0 {
		a.take(count*tail, "tails")
	}
}

// oldContent prints a block of versions 1 and 2 from its encoding up to its checksum.
func (a *annotated) oldContent(t *testing.T, frame []byte, r *Reader) {
	c, err := decodeOldBlock(frame, r.dec)
	if err != nil {
		t.Fatal(err)
	}
	if c.tail > 0 {
		a.take(1, "packed: 1 keys, 2 values; tails of %d bytes", c.tail)
	} else {
		a.take(1, "packed: 1 keys, 2 values")
	}
	a.u32("bytes of keys")
	keys := a.u32("bytes of keys here")
	a.u32("bytes of values")
	a.take(int(keys), "keys")
	a.take(len(frame)-oldBlockHead-int(keys)-len(c.tails)-checksumSize, "values")
	if c.tail > 0 {
		a.take(len(c.tails), "tails")
	}
}

// TestAnnotatedGolden prints every byte of the golden files.
func TestAnnotatedGolden(t *testing.T) {
	for _, version := range []string{"v1", "v2", "v3"} {
		t.Run(version, func(t *testing.T) { annotate(t, "../../testdata/format/"+version+"/small.json.zst", version == "v3") })
	}
}

// annotate compares a golden file with its description.
func annotate(t *testing.T, path string, current bool) {
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := open(t, file)
	a := &annotated{file: file}
	tableOff := len(file) - int(seekTableSize(r.loc.AllFrames))
	for i := range int(r.loc.AllFrames) {
		e := file[tableOff+frameHead+entrySize*i:]
		packed, text := binary.LittleEndian.Uint32(e), binary.LittleEndian.Uint32(e[4:])
		switch {
		case i < int(r.loc.Frames):
			fmt.Fprintf(a, "data frame\n")
			a.take(int(packed), "%d bytes of text", text)
		case i+1 < int(r.loc.AllFrames):
			a.block(t, int(packed), r)
		}
	}
	a.locator(r)
	fmt.Fprintf(a, "\nseek table\n")
	a.take(4, "magic of a skippable frame")
	a.u32("bytes that follow")
	for i := range int(r.loc.AllFrames) {
		e := file[a.off:]
		a.take(8, "frame %d: %d bytes, %d of text", i, binary.LittleEndian.Uint32(e), binary.LittleEndian.Uint32(e[4:]))
	}
	a.u32("frames")
	a.take(1, "no checksums")
	a.take(4, "magic of the seek table")
	if a.off != len(file) {
		t.Fatalf("%d bytes of %d", a.off, len(file))
	}
	if *update && current {
		if err := os.WriteFile(path+".hex", []byte(a.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path + ".hex")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, []byte(a.String())) {
		t.Errorf("%s.hex differs from\n%s", path, a.String())
	}
}

func (a *annotated) locator(r *Reader) {
	l := r.loc
	fmt.Fprintf(a, "\nlocator\n")
	a.take(4, "magic of a skippable frame")
	a.u32("bytes that follow")
	a.take(4, "tag, kind")
	a.take(2, "version %d", l.Version)
	a.take(2, "flags")
	a.take(8, "bytes of text: %d", l.TextSize)
	a.take(8, "bytes of data frames: %d", l.DataSize)
	a.u32("data frames")
	a.u32("all frames")
	a.take(8, "offset of the directory: %#x", l.directory.off)
	a.u32("size of the directory")
	a.take(4, "checksum of the seek table")
	a.take(32, "root of the digests")
	a.take(32, "SHA-256 of the text")
	a.take(32, "written by %q", l.Tool)
	a.take(100, "reserved")
	a.take(4, "checksum")
}
