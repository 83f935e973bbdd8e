package zookeeper

import (
	"errors"
	"io"
	"net"

	"github.com/go-zookeeper/zk"
)

var errNoAnswer = errors.New("zookeeper does not answer")

// busyError is an error after which trying again later is worth it: no server leads, or the connection is gone.
type busyError struct{ error }

func (e *busyError) Unwrap() error { return e.error }

// Temporary tells that the request may succeed later.
func (e *busyError) Temporary() bool { return true }

// classify marks errors that trying again may cure. What was requested may have been done all the same.
func classify(err error) error {
	if err == nil {
		return nil
	}
	for _, passing := range []error{
		zk.ErrConnectionClosed, zk.ErrSessionExpired, zk.ErrSessionMoved, zk.ErrNoServer, zk.ErrClosing, io.EOF, io.ErrUnexpectedEOF,
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
