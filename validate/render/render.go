package render

import (
	"bufio"

	"github.com/dumptool/dumptool/validate"
)

// Renderer writes a report. Findings come in the order in which they are to
// stand there.
type Renderer interface {
	// Begin is called before the first finding.
	Begin() error
	Finding(*validate.Finding) error
	// End is called after the last finding.
	End(*validate.Summary) error
}

// Look is how text looks: each function is given a text and returns it dressed.
type Look struct {
	Heading, Bad, Warn, Faint, Name func(string) string
	// Escape makes texts out of a dump harmless for a terminal.
	Escape func(string) string
}

// Report is what a report is about.
type Report struct {
	File    string
	Version string // of the program
	Rules   []*validate.Rule
}

// flushed returns the error of a writer that keeps its first one.
func flushed(w *bufio.Writer) error { return w.Flush() }
