package zookeeper

import (
	"context"
	"slices"
	"sync"
)

// moreSessions is how many sessions there are beside the first.
const moreSessions = 3

// sessions are sessions beside another one. They come when they are there, and go when they fail: nothing waits for them.
type sessions struct {
	stop    context.CancelFunc
	opening sync.WaitGroup

	mu   sync.Mutex
	list []*Writer
	turn int
}

// open begins to open sessions, also if the context ends before they are there.
func (s *sessions) open(ctx context.Context, c Config) {
	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	for range moreSessions {
		s.opening.Go(func() {
			w, err := Open(ctx, c)
			if err != nil {
				return // as where so many are not allowed
			}
			s.mu.Lock()
			s.list = append(s.list, w)
			s.mu.Unlock()
		})
	}
}

// next returns the session whose turn it is; nil if it is that of the other one.
func (s *sessions) next() *Writer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn = (s.turn + 1) % (len(s.list) + 1)
	if s.turn == 0 {
		return nil
	}
	return s.list[s.turn-1]
}

// drop ends a session that does not answer.
func (s *sessions) drop(w *Writer) {
	s.mu.Lock()
	i := slices.Index(s.list, w)
	if i >= 0 {
		s.list = slices.Delete(s.list, i, i+1)
	}
	s.mu.Unlock()
	if i >= 0 {
		go w.Close() // it waits for a server that may be gone
	}
}

// close ends all sessions.
func (s *sessions) close() {
	s.stop()
	s.opening.Wait()
	s.mu.Lock()
	list := s.list
	s.list = nil
	s.mu.Unlock()
	for _, w := range list {
		w.Close()
	}
}
