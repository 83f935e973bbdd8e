//go:build !linux

package spill

import "errors"

// Elsewhere sorters work in Go's heap.

func reserve(int) ([]byte, error) { return nil, errors.ErrUnsupported }

func makeUsable([]byte, bool) error { return errors.ErrUnsupported }

func free([]byte) {}
