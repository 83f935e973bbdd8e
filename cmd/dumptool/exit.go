package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dumptool/dumptool/cmd/internal/term"
)

// The exit codes, all of them. Scripts rely on their meaning.
const (
	exitDone        = 0   // done, no difference, no finding
	exitFound       = 1   // differences, findings, or nothing found by a search
	exitFailed      = 2   // could not do what was asked
	exitPartial     = 3   // done in part, and said so
	exitInterrupted = 130 // stopped by a signal
	exitClosedPipe  = 141 // nobody reads the output any more
)

// statusError is an error that decides about the exit code. Without an inner error it says nothing: the answer that was
// printed has said it.
type statusError struct {
	code int
	err  error
}

func (e *statusError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *statusError) Unwrap() error { return e.err }

// found is what a command returns after it has printed differences or findings.
func found() error { return &statusError{code: exitFound} }

// notFoundf returns the error of a search that found nothing.
func notFoundf(format string, args ...any) error {
	return &statusError{exitFound, fmt.Errorf(format, args...)}
}

// partialf returns the error of work that was done in part.
func partialf(format string, args ...any) error {
	return &statusError{exitPartial, fmt.Errorf(format, args...)}
}

// usageError is a command line that makes no sense.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// hintError adds a second line that helps: what to do, or what was probably meant.
type hintError struct {
	error
	hint string
}

func (e *hintError) Unwrap() error { return e.error }
func (e *hintError) Hint() string  { return e.hint }

// withHint adds a hint to err. An empty hint adds nothing.
func withHint(err error, hint string) error {
	if err == nil || hint == "" {
		return err
	}
	return &hintError{err, hint}
}

// located is implemented by errors that know where in which file they arose. An empty file or path and a negative
// offset are unknown.
type located interface {
	Location() (file string, offset int64, path string)
}

// errInterrupted is why the context of a command ends when the user or the system asks it to stop.
var errInterrupted = errors.New("interrupted")

// exitCode is the one place that turns an error into an exit code.
func exitCode(ctx context.Context, err error) int {
	var status *statusError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &status):
		return status.code
	case errors.Is(err, term.ErrClosedPipe):
		return exitClosedPipe
	case errors.Is(context.Cause(ctx), errInterrupted):
		return exitInterrupted
	default:
		return exitFailed
	}
}

// report shows err as the command line asked for it and returns the exit code.
func (a *app) report(ctx context.Context, cmd *cobra.Command, args []string, err error) int {
	code := exitCode(ctx, err)
	if message := a.message(code, err); message != "" {
		if wantsJSON(cmd, args) {
			a.reportJSON(message, hintOf(cmd, err), err)
		} else {
			a.reportText(message, hintOf(cmd, err))
		}
	}
	if code == exitFound && flagIs(cmd, "exit-zero", "true") {
		return exitDone
	}
	return code
}

// message returns what to say about err, "" for nothing.
func (a *app) message(code int, err error) string {
	var status *statusError
	switch {
	case code == exitDone, code == exitClosedPipe:
		return ""
	case code == exitInterrupted:
		message := errInterrupted.Error()
		if len(a.unwritten) > 0 {
			message += ": " + strings.Join(a.unwritten, ", ") + " not written"
		}
		return message
	case errors.As(err, &status) && status.err == nil:
		return ""
	}
	return err.Error()
}

func hintOf(cmd *cobra.Command, err error) string {
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		return hinted.Hint()
	}
	var usage *usageError
	if errors.As(err, &usage) {
		return "see '" + cmd.CommandPath() + " --help'"
	}
	return ""
}

func (a *app) reportText(message, hint string) {
	style := a.streams.ErrStyle()
	text := style.Error("dumptool:") + " " + term.EscapeLines(message) + "\n"
	if hint != "" {
		text += style.Faint("hint:") + " " + term.Escape(hint) + "\n"
	}
	// There is nowhere left to report a failure of this.
	fmt.Fprint(a.streams.Err, text)
}

// errorJSON is the object that stands for an error with --json. Scripts read it: fields are only ever added.
type errorJSON struct {
	Message string  `json:"message"`
	File    *string `json:"file"`
	Offset  *int64  `json:"offset"` // in bytes
	Path    *string `json:"path"`   // inside the dump
	Hint    string  `json:"hint,omitempty"`
}

func (a *app) reportJSON(message, hint string, err error) {
	body := errorJSON{Message: message, Hint: hint}
	var where located
	if errors.As(err, &where) {
		file, offset, path := where.Location()
		if file != "" {
			body.File = &file
		}
		if offset >= 0 {
			body.Offset = &offset
		}
		if path != "" {
			body.Path = &path
		}
	}
	enc := json.NewEncoder(a.streams.Err)
	enc.SetEscapeHTML(false)
	// There is nowhere left to report a failure of this.
	_ = enc.Encode(map[string]errorJSON{"error": body})
}

// wantsJSON reports whether the command was asked for JSON. A command line that could not be parsed counts by its words.
func wantsJSON(cmd *cobra.Command, args []string) bool {
	if flagIs(cmd, "json", "true") || flagIs(cmd, "format", "json", "jsonl") {
		return true
	}
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	return slices.Contains(args, "--json")
}

func flagIs(cmd *cobra.Command, name string, values ...string) bool {
	flag := cmd.Flags().Lookup(name)
	return flag != nil && slices.Contains(values, flag.Value.String())
}
