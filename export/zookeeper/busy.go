package zookeeper

import (
	"errors"

	"github.com/go-zookeeper/zk"

	"github.com/dumptool/dumptool/export/internal/retry"
)

var errNoAnswer = errors.New("zookeeper does not answer")

// classify marks errors that trying again may cure. What was requested may have been done all the same.
func classify(err error) error {
	return retry.Classify(err, zk.ErrConnectionClosed, zk.ErrSessionExpired, zk.ErrSessionMoved, zk.ErrNoServer, zk.ErrClosing)
}
