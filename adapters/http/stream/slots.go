package stream

import (
	"sync"

	"orders/app/access"
	"orders/ports"
)

const (
	// shares is into how many shares the streams of a process are divided. A caller whom a token
	// names has at most one, so that nobody takes all of them.
	shares = 8
	// shareLeast is the least share, where a process has few streams.
	shareLeast = 4
)

// slots count the streams that are open.
type slots struct {
	most int // At once.

	mu   sync.Mutex
	open int
	of   map[ports.Actor]int // Of each caller whom a token names.
}

// acquire takes a slot for a caller; release gives it back.
func (s *slots) acquire(caller access.Caller) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	who := nameOf(caller)
	switch {
	case s.open >= s.most:
		return errTooManyStreams
	case !who.IsAnonymous() && s.of[who] >= max(s.most/shares, shareLeast):
		return errOwnStreams
	}
	s.open++
	s.of[who]++
	return nil
}

func (s *slots) release(caller access.Caller) {
	s.mu.Lock()
	defer s.mu.Unlock()
	who := nameOf(caller)
	s.open--
	if s.of[who]--; s.of[who] == 0 {
		delete(s.of, who)
	}
}

func (s *slots) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open
}

// nameOf is who the caller is, by whatever client.
func nameOf(caller access.Caller) ports.Actor {
	return ports.Actor{Subject: caller.Subject, Issuer: caller.Issuer}
}
