package pretty

import (
	"context"
	"io"

	"github.com/dumptool/dumptool/dump"
)

// Options are the ways of printing. The zero value prints each element on a
// line of its own, without indentation.
type Options struct {
	Indent  int  // blanks for each level; json.tool has 4
	Tab     bool // a tab for each level instead of blanks
	OneLine bool // no line breaks, blanks after commas and colons
	Compact bool // no white space at all
	// KeepUnicode leaves characters beyond ASCII as they are instead of
	// escaping them. Halves of surrogate pairs have no other form than the
	// escape.
	KeepUnicode bool
	// SortKeys sorts the members of each object by the code points of their
	// names. It reads the document twice.
	SortKeys bool
	// Expand prints strings that hold a JSON object or array as that object or
	// array.
	Expand bool

	small int64 // what SortKeys holds in memory; tests have other ideas of it
}

// Print prints the document that was opened as d, and a line break. What was
// printed before an error stays printed. Errors are a *dump.Problem where the
// document is at fault.
func Print(ctx context.Context, w io.Writer, d *dump.Dump, o Options) error {
	if o.SortKeys {
		d.Keep()
	}
	text, err := d.Text(ctx)
	if err != nil {
		return err
	}
	defer text.Close()
	if o.small == 0 {
		o.small = smallText
	}
	out := newOutput(w)
	if o.SortKeys {
		err = printSorted(newWriter(out, o), d, text)
	} else {
		err = printAsRead(newWriter(out, o), d, text)
	}
	if err == nil {
		out.byte('\n')
	}
	if flushErr := out.flush(); flushErr != nil {
		return flushErr
	}
	return err
}
