package main

import (
	"errors"

	"github.com/dumptool/dumptool/inspect"
)

// hintNear adds to an error for something that is not there what may have been meant.
func hintNear(err error) error {
	var missing *inspect.NotFound
	if !errors.As(err, &missing) || len(missing.Near) == 0 {
		return err
	}
	return withHint(err, "did you mean "+orList(missing.Near)+"?")
}

// nothingFound makes an error for something that is not there the answer of a search.
func nothingFound(err error) error {
	var missing *inspect.NotFound
	if !errors.As(err, &missing) {
		return err
	}
	return hintNear(&statusError{exitFound, err})
}
