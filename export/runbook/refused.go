package runbook

import (
	"errors"
	"syscall"
)

// refused tells if a connection was refused by the host: it is there, and nothing listens.
func refused(err error) bool {
	const windowsRefused = syscall.Errno(10061) // WSAECONNREFUSED
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, windowsRefused)
}
