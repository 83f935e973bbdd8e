package main

import (
	"bufio"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"

	"github.com/dumptool/dumptool/cmd/internal/term"
)

// app is what every command is given.
type app struct {
	streams *term.Streams
	log     *slog.Logger // Info is shown as a note unless --quiet; Debug with --verbose
	global  globalOptions
	live    liveOptions // where the databases are

	logFile   io.Closer     // behind log; nil if that is standard error
	unwritten []string      // files that were begun and given up
	volumes   []fs.FileInfo // what the manifests that are read consist of: never written to
}

func newApp(streams *term.Streams) *app {
	return &app{
		streams: streams,
		log:     slog.New(term.NewLogHandler(streams.Err, "dumptool", slog.LevelInfo)),
	}
}

func (a *app) close() error {
	if a.logFile == nil {
		return nil
	}
	return a.logFile.Close()
}

// print gives write a buffered standard output and flushes it, also when write fails: what was found out before stays
// printed.
func (a *app) print(write func(w *bufio.Writer) error) error {
	w := bufio.NewWriterSize(a.streams.Out, 64<<10)
	err := write(w)
	if flushErr := w.Flush(); err == nil {
		err = flushErr
	}
	return err
}

// page is print for answers that may be longer than the screen.
func (a *app) page(write func(w *bufio.Writer) error) error {
	a.streams.Page()
	return a.print(write)
}

// printTo is page for an answer that can also go to a file, or be compressed. Inputs are as for create.
func (a *app) printTo(o outputOptions, write func(w *bufio.Writer) error, inputs ...string) error {
	if o.stdout() && (o.compress == compressAuto || o.compress == compressNone || o.compress == "") {
		return a.page(write)
	}
	out, err := a.create(o, inputs...)
	if err != nil {
		return err
	}
	defer out.abort()
	w := bufio.NewWriterSize(out, 64<<10)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return out.commit()
}

// printJSON prints v, indented, as the one JSON document of an answer. Its first field is to be the schema.
func (a *app) printJSON(v any) error {
	return a.page(func(w *bufio.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(v)
	})
}
