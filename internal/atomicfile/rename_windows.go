package atomicfile

import (
	"os"

	"golang.org/x/sys/windows"
)

// renameNew renames from to to unless to exists, which MoveFileEx refuses when it is not told to replace.
func renameNew(from, to string) error {
	source, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	target, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	if err := windows.MoveFileEx(source, target, windows.MOVEFILE_WRITE_THROUGH); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return nil
}

// syncDir does nothing: folders can't be synced here.
func syncDir(string) {}
