package message

import (
	"context"
	"log/slog"
	"sync"
)

// loggedMax is how many ignored names are logged: a client that makes them up would fill the log.
const loggedMax = 100

// IgnoredNames logs each unknown name that was ignored, once.
type IgnoredNames struct {
	to *slog.Logger

	mu     sync.Mutex
	known  map[string]bool
	isFull bool
}

// NewIgnoredNames returns IgnoredNames that are logged to log.
func NewIgnoredNames(log *slog.Logger) *IgnoredNames {
	return &IgnoredNames{to: log, known: map[string]bool{}}
}

// Log logs the names that are new, and once that it logs no more.
func (i *IgnoredNames) Log(ctx context.Context, names []string, requestID string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	id := slog.String("requestId", requestID)
	for _, name := range names {
		if i.known[name] || i.isFull {
			continue
		}
		if i.isFull = len(i.known) == loggedMax; i.isFull {
			i.to.InfoContext(ctx, "Further unknown names are not logged", id)
			continue
		}
		i.known[name] = true
		i.to.InfoContext(ctx, "Ignored an unknown name in a new order",
			slog.String("name", name), id)
	}
}
