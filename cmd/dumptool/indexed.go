package main

import (
	"context"
	"io"

	"github.com/dumptool/dumptool/contrail/objindex"
	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/dump/index"
	"github.com/dumptool/dumptool/internal/spill"
)

// indexOptions are those of every index that the program writes.
func (a *app) indexOptions(name string) index.Options {
	return index.Options{
		Tool:   toolName(),
		Feeder: objindex.New(),
		Name:   name,
		Dump: dump.Options{
			OnProblem: a.problemNotes(),
			Temp:      spill.Dir(a.global.tempDir),
			Memory:    a.global.memory,
		},
	}
}

// toolName is what files say of the program that wrote them.
func toolName() string {
	const most = 32
	name := "dumptool " + buildVersion().Version
	return name[:min(len(name), most)]
}

// indexedWriter writes a dump in the indexed form. close ends it and abort gives it up.
func (a *app) indexedWriter(w io.Writer, name string) *index.Writer {
	o := a.indexOptions(name)
	o.Dump.OnProblem = nil // the command that writes has said what there is to say
	return index.NewWriter(context.Background(), w, o)
}
