package zookeeper

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"
)

// The first session is the one that counts: what others don't know, or don't answer, it is asked for.
func TestSessions(t *testing.T) {
	for name, does := range map[string]int{"as good": knowing, "behind": behind, "failing": failing, "silent": silently} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			var accepted atomic.Int32
			go func() {
				for {
					conn, err := listener.Accept()
					if err != nil {
						return
					}
					if accepted.Add(1) == 1 {
						go answer(conn, knowing)
					} else {
						go answer(conn, does)
					}
				}
			}()
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			r, err := OpenReader(ctx, Config{Addresses: []string{listener.Addr().String()}, Session: 3 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			for accepted.Load() <= moreSessions {
				time.Sleep(time.Millisecond)
			}
			for range 50 {
				if n, err := r.Node(ctx, "/some/node"); err != nil || n == nil || len(n.Data) != 36 {
					t.Fatal(n, err)
				}
				time.Sleep(time.Millisecond)
			}
		})
	}
}

// A connection that is lost is made anew, also after the time that there was for the first one.
func TestReconnects(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for does := failing; ; does = knowing {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go answer(conn, does)
		}
	}()
	waiting, enough := context.WithCancel(context.Background())
	w, err := Open(waiting, Config{Addresses: []string{listener.Addr().String()}, Session: 10 * time.Second})
	enough()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if n, err := (&Reader{w: w}).Node(ctx, "/some/node"); err != nil || n == nil {
		t.Fatal(n, err)
	}
}
