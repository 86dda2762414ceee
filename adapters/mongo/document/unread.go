package document

import (
	"sync"
	"time"
)

// Of at most unreadMax documents each is told once in unreadTime.
const unreadMax, unreadTime = 100, time.Hour

// Unread remembers which documents that cannot be read the log was told of.
type Unread struct {
	mu    sync.Mutex
	told  map[string]bool
	since time.Time
}

// IsNews reports whether the log is to be told of the document with a key, and remembers that.
func (u *Unread) IsNews(key string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if time.Since(u.since) > unreadTime {
		u.told, u.since = map[string]bool{}, time.Now()
	}
	if u.told[key] || len(u.told) >= unreadMax {
		return false
	}
	u.told[key] = true
	return true
}
