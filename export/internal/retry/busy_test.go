package retry

import (
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
)

// What is classified stays the error that it was, with the same text.
func TestClassify(t *testing.T) {
	noLeader, noNode := errors.New("no leader"), errors.New("no node")
	for _, c := range []struct {
		err       error
		temporary bool
	}{
		{noNode, false},
		{noLeader, true},
		{fmt.Errorf("read: %w", noLeader), true},
		{io.EOF, true},
		{io.ErrUnexpectedEOF, true},
		{io.ErrShortWrite, false},
		{fmt.Errorf("read: %w", &net.OpError{Op: "dial", Err: errors.New("refused")}), true},
	} {
		got := Classify(c.err, noLeader, errors.New("other"))
		if !errors.Is(got, c.err) || got.Error() != c.err.Error() || Temporary(got) != c.temporary {
			t.Errorf("%v: became %v, temporary %v, want %v", c.err, got, Temporary(got), c.temporary)
		}
	}
	if err := Classify(nil, noLeader); err != nil {
		t.Errorf("no error became %v", err)
	}
	if err := Busy(noNode); !errors.Is(err, noNode) || !Temporary(err) {
		t.Errorf("%v is not temporary", err)
	}
}
