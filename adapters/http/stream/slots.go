package stream

import (
	"maps"
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
	by   map[string]int      // By operation.
}

func newSlots() slots {
	return slots{
		of: map[ports.Actor]int{}, by: map[string]int{opOne: 0, opAll: 0},
	}
}

// acquire takes a slot for a caller of an operation; release gives it back.
func (s *slots) acquire(caller access.Caller, operation string) error {
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
	s.by[operation]++
	return nil
}

func (s *slots) release(caller access.Caller, operation string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	who := nameOf(caller)
	s.open--
	s.by[operation]--
	if s.of[who]--; s.of[who] == 0 {
		delete(s.of, who)
	}
}

func (s *slots) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open
}

func (s *slots) byOperation() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.by)
}

// nameOf is who the caller is, by whatever client.
func nameOf(caller access.Caller) ports.Actor {
	return ports.Actor{Subject: caller.Subject, Issuer: caller.Issuer}
}
