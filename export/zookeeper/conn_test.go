package zookeeper

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// What is written arrives whole and in order, and so does what is read.
func TestGatheringConn(t *testing.T) {
	near, far := net.Pipe()
	c := newGatheringConn(near)
	var want []byte
	for i := range 5000 {
		want = append(want, bytes.Repeat([]byte{byte(i)}, i%300)...)
	}
	want = append(want, bytes.Repeat([]byte("large"), 1<<19)...)
	go func() {
		got := make([]byte, len(want))
		if _, err := io.ReadFull(far, got); err != nil {
			t.Error(err)
		}
		if _, err := far.Write(got); err != nil {
			t.Error(err)
		}
	}()
	for rest := want; len(rest) > 0; {
		n := min(len(rest), 1+len(rest)%7919)
		if _, err := c.Write(rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v, or other bytes", err)
	}
	// The other side goes away.
	far.Close()
	if _, err := c.Read(got); !errors.Is(err, io.EOF) {
		t.Errorf("read: %v", err)
	}
	for begin := time.Now(); ; time.Sleep(time.Millisecond) {
		if _, err := c.Write([]byte("x")); err != nil {
			break
		}
		if time.Since(begin) > time.Minute {
			t.Fatal("writing goes on")
		}
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	c.Close()
}
