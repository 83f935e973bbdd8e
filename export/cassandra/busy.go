package cassandra

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/gocql/gocql"
)

// busyError is an error after which trying again later is worth it: the server is overloaded, or a node is down.
type busyError struct{ error }

func (e *busyError) Unwrap() error { return e.error }

// Temporary tells that the request may succeed later.
func (e *busyError) Temporary() bool { return true }

// classify marks errors that trying again may cure. What was requested may have been done all the same.
func classify(err error) error {
	if err == nil {
		return nil
	}
	var request gocql.RequestError
	if errors.As(err, &request) {
		switch request.Code() {
		case gocql.ErrCodeUnavailable, gocql.ErrCodeOverloaded, gocql.ErrCodeBootstrapping, gocql.ErrCodeWriteTimeout,
			gocql.ErrCodeReadTimeout, gocql.ErrCodeReadFailure, gocql.ErrCodeWriteFailure, gocql.ErrCodeTruncate,
			gocql.ErrCodeServer, gocql.ErrCodeUnprepared:
			return &busyError{err}
		}
		return err
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	for _, passing := range []error{
		gocql.ErrTimeoutNoResponse, gocql.ErrTooManyTimeouts, gocql.ErrConnectionClosed, gocql.ErrNoStreams, gocql.ErrNoConnections,
		gocql.ErrUnavailable, io.EOF, io.ErrUnexpectedEOF, context.DeadlineExceeded,
	} {
		if errors.Is(err, passing) {
			return &busyError{err}
		}
	}
	var network net.Error
	if errors.As(err, &network) {
		return &busyError{err}
	}
	return err
}
