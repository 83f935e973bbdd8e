package atomicfile

import (
	"fmt"
	"io/fs"
	"os"
)

// SameFileError says that an output is also an input.
type SameFileError struct {
	Output string
	Input  string // as it was given; "" if the input is known only as an open file
}

func (e *SameFileError) Error() string {
	if e.Input == "" || e.Input == e.Output {
		return fmt.Sprintf("output %s is also the input", e.Output)
	}
	return fmt.Sprintf("output %s is the same file as input %s", e.Output, e.Input)
}

// CheckInputs returns a *SameFileError if the open file described by output is one of the inputs. Create does this for
// its own path; a caller that writes to an already open file (a redirected standard output) asks here. Only regular
// files can clash: reading and writing the same terminal or device is fine. Identities are compared, not names, so hard
// links, symbolic links and spellings with ".." are seen.
func (o Options) CheckInputs(name string, output fs.FileInfo) error {
	if output == nil || !output.Mode().IsRegular() {
		return nil
	}
	for _, input := range o.Inputs {
		if info, err := os.Stat(input); err == nil && os.SameFile(info, output) {
			return &SameFileError{Output: name, Input: input}
		}
	}
	for _, info := range o.Opened {
		if info != nil && os.SameFile(info, output) {
			return &SameFileError{Output: name}
		}
	}
	return nil
}
