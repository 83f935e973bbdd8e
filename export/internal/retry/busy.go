package retry

import (
	"errors"
	"io"
	"net"
)

// busyError is an error after which trying again later is worth it.
type busyError struct{ error }

func (e *busyError) Unwrap() error { return e.error }

// Temporary tells that the request may succeed later.
func (e *busyError) Temporary() bool { return true }

// Busy marks an error as temporary: a server is overloaded, away or without a leader.
func Busy(err error) error { return &busyError{err} }

// Classify marks an error as temporary if it is one of the connection, or one of those that are known to pass. What was
// requested may have been done all the same.
func Classify(err error, passing ...error) error {
	if err == nil {
		return nil
	}
	for _, p := range passing {
		if errors.Is(err, p) {
			return Busy(err)
		}
	}
	var network net.Error
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &network) {
		return Busy(err)
	}
	return err
}
