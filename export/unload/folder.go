package unload

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Folder keeps what an export has read, so that another can go on where it was
// interrupted: the plan, and a file for each unit, which is there once the unit
// has been read to its end. The folder and its files are for their owner only.
type Folder struct{ root *os.Root }

// NewFolder returns a Folder in an opened folder of the file system.
func NewFolder(root *os.Root) *Folder { return &Folder{root} }

const (
	planFile = "plan.json"
	// tempSuffix ends the name of what is not whole yet.
	tempSuffix = ".tmp"
)

// plan returns the plan of an earlier run; nil if there is none.
func (f *Folder) plan() (*Plan, error) {
	b, err := f.root.ReadFile(planFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var p Plan
	if err := json.Unmarshal(b, &p); err != nil || p.Schema != planSchema {
		return nil, fmt.Errorf("%s is not the plan of an export that can go on", planFile)
	}
	return &p, nil
}

func (f *Folder) savePlan(p *Plan) error {
	b, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		return err
	}
	temp := planFile + tempSuffix
	file, err := f.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(b)
	if err == nil {
		err = file.Sync()
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = f.root.Rename(temp, planFile)
	}
	if err != nil {
		err = errors.Join(err, f.root.Remove(temp))
	}
	return err
}

func partName(number int) string { return fmt.Sprintf("unit-%06d", number) }

// part opens a unit that was kept; nil if there is none, or none that is whole.
func (f *Folder) part(number int) (*Part, error) {
	file, err := f.root.Open(partName(number))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p, err := openPart(file)
	if err != nil || p == nil {
		file.Close()
	}
	return p, err
}
