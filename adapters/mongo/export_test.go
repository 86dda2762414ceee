package mongo

import "time"

// Waiting is how many appends are queued.
func (s *EventStore) Waiting() int {
	s.group.mu.Lock()
	defer s.group.mu.Unlock()
	return len(s.group.queue)
}

// Hold keeps the only slot, once it is idle, from what is queued, until it is released.
func (s *EventStore) Hold() (release func()) {
	for ; ; time.Sleep(time.Millisecond) { // The last verdict is told before the slot is idle.
		s.group.mu.Lock()
		held := s.group.busy == 0
		if held {
			s.group.busy++
		}
		s.group.mu.Unlock()
		if held {
			return func() { go s.group.work() }
		}
	}
}
