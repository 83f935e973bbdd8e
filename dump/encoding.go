package dump

import (
	"bytes"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Encoding is how the text of a dump is stored. It is found by content, never
// by name.
type Encoding string

// The encodings that are read.
const (
	Plain Encoding = "json"
	Gzip  Encoding = "gzip"
	Zstd  Encoding = "zstd"
)

// maxWindow is the largest zstd window that is accepted: what zstd --long=27
// writes.
const maxWindow = 128 << 20

// sniffLen is the number of bytes that tell the encoding.
const sniffLen = 6

// sniff tells the encoding by the first bytes.
func sniff(head []byte) (Encoding, error) {
	has := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case has("\x1f\x8b"):
		return Gzip, nil
	case has("\x28\xb5\x2f\xfd"), len(head) >= 4 && head[0]&0xf0 == 0x50 && has(string(head[0])+"\x2a\x4d\x18"):
		return Zstd, nil
	case has("BZh"):
		return "", fmt.Errorf("bzip2 is not read: unpack it first (bzip2 -dc FILE | dumptool ... -)")
	case has("\xfd7zXZ\x00"):
		return "", fmt.Errorf("xz is not read: unpack it first (xz -dc FILE | dumptool ... -)")
	case has("\x04\x22\x4d\x18"):
		return "", fmt.Errorf("lz4 is not read: unpack it first (lz4 -dc FILE | dumptool ... -)")
	case has("PK\x03\x04"):
		return "", fmt.Errorf("a zip archive is not read: unpack it first")
	}
	return Plain, nil
}

// decoder unpacks r.
func (e Encoding) decoder(r io.Reader) (io.ReadCloser, error) {
	switch e {
	case Gzip:
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		return &named{z, z.Close, "gzip"}, nil
	case Zstd:
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderMaxMemory(1<<62))
		if err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
		return &named{z, func() error { z.Close(); return nil }, "zstd"}, nil
	}
	return io.NopCloser(r), nil
}

// named says in errors which decoder found them.
type named struct {
	r     io.Reader
	close func() error
	name  string
}

func (n *named) Read(p []byte) (int, error) {
	k, err := n.r.Read(p)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("the %s stream is damaged or cut off: %w", n.name, err)
	}
	return k, err
}

func (n *named) Close() error { return n.close() }
