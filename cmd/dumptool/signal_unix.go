//go:build unix

package main

import (
	"os"
	"syscall"
)

func stopSignals() []os.Signal {
	return []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
}

func progressSignal() os.Signal { return syscall.SIGUSR1 }
