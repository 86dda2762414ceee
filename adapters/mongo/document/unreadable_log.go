package document

import (
	"sync"
	"time"
)

// In each unreadTime an UnreadableLog admits at most unreadMax documents, each of them once.
const unreadMax, unreadTime = 100, time.Hour

// UnreadableLog remembers which unreadable documents were logged of late.
type UnreadableLog struct {
	mu     sync.Mutex
	logged map[string]bool
	since  time.Time
}

// ShouldLog reports whether the caller shall log the document with a key, and remembers it.
func (u *UnreadableLog) ShouldLog(key string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if time.Since(u.since) > unreadTime {
		u.logged, u.since = map[string]bool{}, time.Now()
	}
	if u.logged[key] || len(u.logged) >= unreadMax {
		return false
	}
	u.logged[key] = true
	return true
}
