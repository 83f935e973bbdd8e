package atomicfile

import (
	"errors"
	"syscall"
	"testing"
)

func TestFullDevice(t *testing.T) {
	if err := WriteFile("/dev/full", Options{}, writeText("x")); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v, want ENOSPC", err)
	}
}
