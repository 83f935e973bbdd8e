package term

import (
	"errors"

	"golang.org/x/term"
)

// ReadPassword reads a line from the terminal behind In without showing it.
func (s *Streams) ReadPassword() (string, error) {
	if s.in.file == nil || !s.in.tty {
		return "", errors.New("standard input is not a terminal")
	}
	text, err := term.ReadPassword(int(s.in.file.Fd()))
	return string(text), err
}
