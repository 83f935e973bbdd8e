package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dumptool/dumptool/dump"
	"github.com/dumptool/dumptool/export/restore"
	"github.com/dumptool/dumptool/filter"
	"github.com/dumptool/dumptool/internal/spill"
)

// words returns the flags of the selection as they were given, in the order of their names: "--type=tag". They go into a
// plan and a journal, so that an import of a part can go on with the same part.
func (o *selectionOptions) words(flags *pflag.FlagSet) []string {
	own := &cobra.Command{}
	new(selectionOptions).register(own)
	var words []string
	own.Flags().VisitAll(func(f *pflag.Flag) {
		given := flags.Lookup(f.Name)
		if given == nil || !given.Changed {
			return
		}
		list, many := given.Value.(pflag.SliceValue)
		if !many {
			words = append(words, "--"+f.Name+"="+given.Value.String())
			return
		}
		for _, value := range list.GetSlice() {
			words = append(words, "--"+f.Name+"="+value)
		}
	})
	return words
}

// parse takes the flags from what words has returned.
func (o *selectionOptions) parse(words []string) error {
	own := &cobra.Command{}
	o.register(own)
	for _, word := range words {
		name, value, _ := strings.Cut(strings.TrimPrefix(word, "--"), "=")
		f := own.Flags().Lookup(name)
		if f == nil {
			return fmt.Errorf("the selection %q is of another version of this program", word)
		}
		if list, many := f.Value.(pflag.SliceValue); many {
			if err := list.Append(value); err != nil {
				return err
			}
			continue
		}
		if err := f.Value.Set(value); err != nil {
			return err
		}
	}
	return nil
}

// adoptSelection takes over the part that the import was begun with, unless the command line names one: then it has to
// be the same.
func (o *importOptions) adoptSelection(from *restore.Progress) error {
	begun := from.Plan.Dump.Selection
	if len(o.selected) > 0 && !slices.Equal(o.selected, begun) {
		return withHint(fmt.Errorf("the import was begun with another part of the dump: %s", orWhole(begun)), "leave the selection out, the journal has it")
	}
	o.selected = begun
	o.selection = selectionOptions{}
	return o.selection.parse(begun)
}

func orWhole(selection []string) string {
	if len(selection) == 0 {
		return "all of it"
	}
	return strings.Join(selection, " ")
}

// openPart opens a dump, or the part of it that is selected: a temporary file.
func (o *importOptions) openPart(ctx context.Context, app *app, file string) (*dump.Dump, func(), error) {
	d, closeDump, err := app.openDump(file)
	if err != nil || len(o.selected) == 0 {
		return d, closeDump, err
	}
	defer closeDump()
	sel, done, err := o.selection.selection(app)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	part, err := spill.Dir(app.global.tempDir).Create()
	if err != nil {
		return nil, nil, err
	}
	report, err := filter.Apply(ctx, part, d, sel, filter.Options{Types: true})
	if err != nil {
		part.Close()
		return nil, nil, err
	}
	o.selection.note(app, &report)
	o.noteParts(app, &report)
	selected, err := openSelected(d, part)
	if err != nil {
		part.Close()
		return nil, nil, err
	}
	return selected, closeAll(selected, part), nil
}

// openSelected opens the file of a part of a dump.
func openSelected(whole *dump.Dump, part *spill.File) (*dump.Dump, error) {
	options := whole.Options()
	options.OnProblem = func(p *dump.Problem) error { // others than damage were told of when the whole was read
		if p.Damage {
			return p
		}
		return nil
	}
	return dump.Open(dump.Input{Name: whole.Name(), At: part, Size: part.Size()}, options)
}

func closeAll(list ...io.Closer) func() {
	return func() {
		for _, c := range list {
			c.Close()
		}
	}
}

// noteParts says how much of the dump is selected.
func (o *importOptions) noteParts(app *app, r *filter.Report) {
	var kept, all int64
	for _, c := range r.Types {
		kept += c.Kept
		all += c.Kept + c.Dropped
	}
	app.log.Info(fmt.Sprintf("selected: %d of %s", kept, plural(all, "object")))
}
