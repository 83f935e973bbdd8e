package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dumptool/dumptool/export/apply"
)

// applyJournalSuffix is added to the name of what is applied to live databases.
const applyJournalSuffix = ".journal"

// openApplyJournal opens the journal of changes to go on with or to take back. What was being written when the last run
// ended is cut off.
func openApplyJournal(path string) (*os.File, *apply.Run, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, withHint(fmt.Errorf("there is no journal of changes: %w", err), "--journal names it, if it is elsewhere")
	}
	if err != nil {
		return nil, nil, err
	}
	run, err := apply.Open(f)
	if err == nil {
		err = f.Truncate(run.Size())
	}
	if err != nil {
		f.Close()
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, run, nil
}

// makeRoom refuses to begin where changes were begun and neither ended nor taken back. A journal that was begun before
// anything was written is removed, one that has ended stays under another name.
func makeRoom(path string) error {
	f, run, err := openApplyJournal(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, apply.ErrNoJournal):
		return os.Remove(path)
	case err != nil:
		return err
	}
	f.Close()
	if !run.Done && !run.Undone || run.Undoing && !run.Undone {
		return withHint(fmt.Errorf("%s: changes were begun and did not end", path), "go on with --resume, or take them back with --undo")
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	// Names of files tell the time of their last line.
	aside := path + "." + info.ModTime().UTC().Format("20060102T150405.000Z")
	if _, err := os.Lstat(aside); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: there is one already", aside)
	}
	return os.Rename(path, aside)
}

// writeApplyJournal begins a journal, and lets write do what it says. If nothing was written the journal goes, since there
// is nothing to go on with.
func writeApplyJournal(path string, plan *apply.Plan, about apply.About, write func(*apply.Run) error) error {
	f, run, err := beginApplyJournal(path, plan, about)
	if err != nil {
		return err
	}
	defer f.Close()
	err = write(run)
	var written *apply.WrittenError
	if err != nil && !run.Done && !errors.As(err, &written) {
		return errors.Join(err, os.Remove(path))
	}
	return err
}

// beginApplyJournal writes the journal of a plan, and returns when it is on disk.
func beginApplyJournal(path string, plan *apply.Plan, about apply.About) (*os.File, *apply.Run, error) {
	if err := makeRoom(path); err != nil {
		return nil, nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, err
	}
	if err = plan.Begin(f, about); err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	var run *apply.Run
	if err == nil {
		run, err = apply.Open(f)
	}
	if err != nil {
		f.Close()
		return nil, nil, errors.Join(err, os.Remove(path))
	}
	return f, run, nil
}

// syncFolder makes sure that a new file is found after a crash of the machine, where the system can do that.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}
