package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/filter"
	"github.com/dumptool/dumptool/internal/spill"
)

// selectionOptions are the flags that say what is kept of a dump, for all commands that keep a part.
type selectionOptions struct {
	filter.Selection
	listFile string
}

// register adds the flags.
func (o *selectionOptions) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&o.OmitKeyspaces, "omit-keyspace", nil, "leave out keyspaces `NAME,...`")
	flags.StringSliceVar(&o.Keyspaces, "keyspace", nil, "keep no other keyspaces than `NAME,...`")
	flags.StringSliceVar(&o.Tables, "table", nil, "keep no other tables than `[KEYSPACE/]NAME,...`")
	flags.StringSliceVar(&o.OmitTables, "omit-table", nil, "leave out tables `[KEYSPACE/]NAME,...`")
	flags.StringSliceVar(&o.Types, "type", nil, "keep objects of `TYPE,...`")
	flags.StringSliceVar(&o.OmitTypes, "omit-type", nil, "leave out objects of `TYPE,...`")
	flags.StringSliceVar(&o.Objects, "object", nil, "keep the object `REF,...`")
	flags.StringSliceVar(&o.Subtrees, "subtree", nil, "keep the object `REF` and all below it; repeatable")
	flags.StringSliceVar(&o.OmitSubtree, "omit-subtree", nil, "leave out the object `REF,...`, all below it and what names them")
	flags.BoolVar(&o.Closure, "closure", false, "also keep everything that these objects need")
	flags.BoolVar(&o.OmitZooKeeper, "omit-zookeeper", false, "leave out all ZooKeeper nodes")
	flags.StringSliceVar(&o.ZKPaths, "zk-path", nil, "keep no other ZooKeeper nodes than those at and below `PATH,...`")
	flags.StringVar(&o.listFile, "use-list", "", "keep what `FILE` names, an edited output of 'ls -R'")
}

// selection reads the list, if there is one, and checks what can be checked without a dump. The returned function gives
// the list back.
func (o *selectionOptions) selection(app *app) (filter.Selection, func(), error) {
	sel, done := o.Selection, func() {}
	for i, path := range sel.ZKPaths {
		sel.ZKPaths[i] = strings.TrimPrefix(path, "zk:")
	}
	if o.listFile != "" {
		var in io.Reader = app.streams.In
		name := stdinName
		if o.listFile != "-" {
			f, err := os.Open(o.listFile)
			if err != nil {
				return sel, done, err
			}
			defer f.Close()
			in, name = f, o.listFile
		}
		list, err := filter.ReadList(in, name, spill.Dir(app.global.tempDir))
		if err != nil {
			return sel, done, err
		}
		sel.List = list
		done = func() { list.Close() }
	}
	if err := sel.Check(); err != nil {
		done()
		return sel, func() {}, usagef("%w", err)
	}
	return sel, done, nil
}

// note says on standard error what a reader of the flags may take for something else.
func (o *selectionOptions) note(app *app, report *filter.Report) {
	for _, name := range report.Unused {
		app.log.Info(fmt.Sprintf("there is no %s to leave out", name))
	}
}
