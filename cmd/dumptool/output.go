package main

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/splice"
	"github.com/dumptool/dumptool/internal/atomicfile"
	"github.com/dumptool/dumptool/internal/filecopy"
)

// compression is the encoding of an output.
type compression string

const (
	compressAuto compression = "auto" // by the name: .gz, .zst, anything else is not compressed
	compressNone compression = "none"
	compressGzip compression = "gzip"
	compressZstd compression = "zstd"
)

// outputOptions say where a command writes a file and how.
type outputOptions struct {
	path     string // "-" or "" for standard output
	force    bool
	compress compression
	dump     bool // what is written is a dump: compressed with zstd it gets an index
}

// register adds -o, --force and --compress.
func (o *outputOptions) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&o.path, "output", "o", "", "write to `FILE`; \"-\" is standard output")
	o.registerForce(cmd)
	choiceVar(cmd, flags, &o.compress, "compress", compressAuto, "encode the output as `ENCODING`",
		compressAuto, compressNone, compressGzip, compressZstd)
}

// registerForce adds --force alone, for commands that write other things than dumps.
func (o *outputOptions) registerForce(cmd *cobra.Command) {
	cmd.Flags().BoolVarP(&o.force, "force", "f", false, "replace existing files")
}

// at returns the options for another file of the same command.
func (o outputOptions) at(path string) outputOptions {
	o.path = path
	return o
}

func (o outputOptions) stdout() bool { return o.path == "" || o.path == "-" }

// output is a file being written, or standard output. A command defers abort and ends with commit.
type output struct {
	io.Writer
	app    *app
	name   string
	buffer *bufio.Writer    // before the file
	raw    *os.File         // the file if nothing encodes, nil where bytes have to go through the buffer
	layers []io.Closer      // what to end before the file, the outermost first
	file   *atomicfile.File // nil for standard output
	copied []byte           // see copying
	giveUp func()           // frees what encodes; nil if that holds nothing. After its Close it does nothing
}

// create opens the output. Inputs are the files the command reads, as they were given: they are never written to.
func (a *app) create(o outputOptions, inputs ...string) (*output, error) {
	encoding := o.compress
	if encoding == compressAuto || encoding == "" {
		encoding = compressionOf(o.path)
	}
	return a.createAs(o, encoding, encoding, inputs)
}

// createRaw is create for a command that encodes by itself. Unless o.compress is compressNone or empty, its output
// doesn't go to a terminal.
func (a *app) createRaw(o outputOptions, inputs ...string) (*output, error) {
	return a.createAs(o, o.compress, compressNone, inputs)
}

// createAs opens an output whose bytes are those of one encoding, of which encoding is left to do.
func (a *app) createAs(o outputOptions, result, encoding compression, inputs []string) (*output, error) {
	guard := atomicfile.Options{Force: o.force, Opened: slices.Clone(a.volumes)}
	for _, input := range inputs {
		if input == "-" {
			guard.Opened = append(guard.Opened, a.streams.InInfo())
		} else {
			guard.Inputs = append(guard.Inputs, input)
		}
	}
	if o.stdout() {
		if result != compressNone && result != "" && a.streams.OutTerminal() {
			return nil, withHint(usagef("compressed data is not written to a terminal"), "name a file with -o FILE")
		}
		if err := guard.CheckInputs("(standard output)", a.streams.OutInfo()); err != nil {
			return nil, err
		}
		return newOutput(a, o, nil, a.streams.Out, encoding)
	}
	file, err := atomicfile.Create(o.path, guard)
	if err != nil {
		return nil, hintForce(err)
	}
	return newOutput(a, o, file, stoppable{a.streams, file}, encoding)
}

func newOutput(a *app, o outputOptions, file *atomicfile.File, dst io.Writer, encoding compression) (*output, error) {
	buffer := bufio.NewWriterSize(dst, 256<<10)
	out := &output{app: a, file: file, buffer: buffer}
	if file != nil {
		out.name = file.Name()
	}
	var encoder io.WriteCloser
	var err error
	if o.dump && encoding == compressZstd {
		indexed := a.indexedWriter(buffer, o.path)
		out.giveUp, encoder = indexed.Abort, indexed
	} else if encoder, err = newEncoder(buffer, encoding); err != nil {
		out.abort()
		return nil, err
	}
	out.Writer = buffer
	out.layers = []io.Closer{closerFunc(buffer.Flush)}
	switch {
	case encoder != nil:
	case file != nil:
		out.raw = file.Underlying()
	default:
		out.raw = a.streams.OutFile()
	}
	if encoder != nil {
		out.Writer = encoder
		out.layers = []io.Closer{encoder, closerFunc(buffer.Flush)}
	}
	return out, nil
}

// WriteSection writes a part of a text. Without encoding, the system copies it if it can.
func (o *output) WriteSection(text io.ReaderAt, p dump.Place) error {
	if o.raw != nil && p.End-p.Start >= leastForSystem {
		if err := o.buffer.Flush(); err != nil {
			return err
		}
		n, err := filecopy.Section(o.raw, text, p.Start, p.End, o.app.streams.Stopped)
		if err != nil {
			return err
		}
		if n == 0 {
			o.raw = nil
		}
		p.Start += n
	}
	if w, ok := o.Writer.(splice.SectionWriter); ok {
		return w.WriteSection(text, p)
	}
	_, err := io.CopyBuffer(onlyWriter{o.Writer}, onlyReader{io.NewSectionReader(text, p.Start, p.End-p.Start)}, o.copying())
	return err
}

// leastForSystem is the number of bytes from which on it is worth to let the system copy.
const leastForSystem = 64 << 10

// copying returns the buffer for copying.
func (o *output) copying() []byte {
	if o.copied == nil {
		o.copied = make([]byte, 256<<10)
	}
	return o.copied
}

type onlyWriter struct{ io.Writer }

type onlyReader struct{ io.Reader }

// commit ends the output. A file has its name only after commit has returned nil.
func (o *output) commit() error {
	for _, layer := range o.layers {
		if err := layer.Close(); err != nil {
			return err
		}
	}
	if o.file == nil {
		return nil
	}
	if err := o.file.Commit(); err != nil {
		return hintForce(err)
	}
	o.file = nil
	return nil
}

// abort gives the output up, unless it was committed. What went to standard output stays there.
func (o *output) abort() {
	if o.giveUp != nil {
		o.giveUp()
	}
	if o.file == nil {
		return
	}
	o.file.Abort()
	o.file = nil
	o.app.unwritten = append(o.app.unwritten, o.name)
}

// hintForce says how to replace a file that is in the way.
func hintForce(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return withHint(err, "use --force to replace it")
	}
	return err
}

// compressionOf returns the encoding that a file of this name has.
func compressionOf(name string) compression {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".gz":
		return compressGzip
	case ".zst":
		return compressZstd
	}
	return compressNone
}

// newEncoder returns the encoder over w; nil for none. The same input gives the same bytes everywhere: no name, no
// time, no dependence on the number of cores.
func newEncoder(w io.Writer, encoding compression) (io.WriteCloser, error) {
	switch encoding {
	case compressGzip:
		return gzip.NewWriter(w), nil
	case compressZstd:
		return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	}
	return nil, nil
}

// stoppable is a file whose writes fail once the command is to stop, as those to standard output do.
type stoppable struct {
	streams *term.Streams
	file    io.Writer
}

func (s stoppable) Write(p []byte) (int, error) {
	if err := s.streams.Stopped(); err != nil {
		return 0, err
	}
	return s.file.Write(p)
}

type closerFunc func() error

func (f closerFunc) Close() error { return f() }
