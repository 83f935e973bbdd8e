package main

import (
	"fmt"
	"io"
	"os"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
	"github.com/dumptool/dumptool/internal/spill"
)

// stdinName is standard input in messages.
const stdinName = "(standard input)"

// fileOperand returns the one FILE of a command that reads standard input when none is given. Waiting for somebody to
// type a document is not what is meant on a terminal, unless they say "-".
func (a *app) fileOperand(args []string) (string, error) {
	if len(args) > 0 {
		return args[0], nil
	}
	if a.streams.InTerminal() {
		return "", withHint(usagef("missing FILE"), `name a file, or "-" for standard input`)
	}
	return "-", nil
}

// openDump opens the FILE of a command line: a path, or "-" for standard input. It shows the progress of reading and
// says once for each kind of problem that is no damage that it was met; damage ends the reading. The returned function
// closes everything.
func (a *app) openDump(name string) (*dump.Dump, func(), error) {
	in, file, err := a.input(name)
	if err != nil {
		return nil, nil, err
	}
	d, err := dump.Open(in, dump.Options{
		OnProblem: a.problemNotes(),
		Temp:      spill.Dir(a.global.tempDir),
		Memory:    a.global.memory,

		IgnoreIndex: a.global.noIndex,
	})
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	sidecar, err := a.attachSidecar(d, name)
	if err != nil {
		d.Close()
		file.Close()
		return nil, nil, err
	}
	progress := a.streams.Progress("reading "+in.Name, in.Size)
	d.OnProgress(progress.Set)
	return d, func() {
		progress.Done()
		d.Close()
		sidecar.Close()
		file.Close()
	}, nil
}

// attachSidecar gives a plain dump the index that lies beside it, if there is one that belongs to it.
func (a *app) attachSidecar(d *dump.Dump, name string) (io.Closer, error) {
	none := io.NopCloser(nil)
	if name == "-" || d.Encoding() != dump.Plain || a.global.noIndex {
		return none, nil
	}
	f, err := os.Open(name + sidecarSuffix)
	if err != nil {
		return none, nil //nolint:nilerr // there is none, or none for us
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		f.Close()
		return none, nil //nolint:nilerr // what can't be looked at is none for us
	}
	src, err := plainSource(d, name)
	if err != nil {
		f.Close()
		return nil, err
	}
	c, err := index.OpenSidecar(f, info.Size(), src)
	if err != nil {
		f.Close()
		a.log.Info(name + sidecarSuffix + " is not used: " + err.Error())
		return none, nil //nolint:nilerr // the dump is read without it
	}
	d.Attach(c)
	return f, nil
}

// input finds the bytes behind the FILE of a command line, for random access where that is possible. Those of a manifest
// are those of its volumes.
func (a *app) input(name string) (dump.Input, io.Closer, error) {
	if name == liveName {
		return a.liveInput()
	}
	in, file, err := a.rawInput(name)
	if err != nil {
		return in, file, err
	}
	manifest, ok := manifestOf(&in)
	if !ok {
		return in, file, nil
	}
	defer file.Close()
	set, closer, err := a.openVolumes(a.streams.Context(), manifest, in, name)
	if err != nil {
		return dump.Input{}, nil, err
	}
	return set.Input(), closer, nil
}

// rawInput is input that takes a manifest for what it is.
func (a *app) rawInput(name string) (dump.Input, io.Closer, error) {
	if name == "-" {
		in := dump.Input{Name: stdinName, Stream: a.streams.In}
		var err error
		if f, ok := a.streams.In.(*os.File); ok {
			err = randomAccess(&in, f)
		}
		return in, io.NopCloser(nil), err
	}
	f, err := os.Open(name)
	if err != nil {
		return dump.Input{}, nil, err
	}
	in := dump.Input{Name: name, Stream: f}
	if err := randomAccess(&in, f); err != nil {
		f.Close()
		return dump.Input{}, nil, err
	}
	return in, f, nil
}

// randomAccess makes a regular file readable at any offset, from where it stands on: of standard input something may
// have been read before.
func randomAccess(in *dump.Input, f *os.File) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("read %s: is a directory", in.Name)
	case !info.Mode().IsRegular() || info.Size() == 0: // files of /proc have no size
		return nil
	}
	from, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	in.Size = max(0, info.Size()-from)
	in.At = io.NewSectionReader(f, from, in.Size)
	return nil
}

// problemNotes returns a handler of problems that stops at damage and mentions anything else once.
func (a *app) problemNotes() func(*dump.Problem) error {
	said := map[string]bool{}
	return func(p *dump.Problem) error {
		if p.Damage {
			return p
		}
		if !said[p.ID] {
			said[p.ID] = true
			a.log.Info(p.Error())
		}
		return nil
	}
}
