package cassandra

import (
	"context"
	"errors"

	"github.com/gocql/gocql"

	"github.com/dumptool/dumptool/export/internal/retry"
)

// classify marks errors that trying again may cure. What was requested may have been done all the same.
func classify(err error) error {
	var request gocql.RequestError
	if errors.As(err, &request) {
		switch request.Code() {
		case gocql.ErrCodeUnavailable, gocql.ErrCodeOverloaded, gocql.ErrCodeBootstrapping, gocql.ErrCodeWriteTimeout,
			gocql.ErrCodeReadTimeout, gocql.ErrCodeReadFailure, gocql.ErrCodeWriteFailure, gocql.ErrCodeTruncate,
			gocql.ErrCodeServer, gocql.ErrCodeUnprepared:
			return retry.Busy(err)
		}
		return err
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return retry.Classify(err, gocql.ErrTimeoutNoResponse, gocql.ErrTooManyTimeouts, gocql.ErrConnectionClosed, gocql.ErrNoStreams,
		gocql.ErrNoConnections, gocql.ErrUnavailable, context.DeadlineExceeded)
}
