package inlet

import (
	"log/slog"
	"sync"
	"time"
)

// outageEach is how often an outage is logged, at most.
const outageEach = time.Minute

// An outage logs that messages wait, and that they go on.
type outage struct {
	log *slog.Logger

	mu      sync.Mutex
	logged  time.Time // When it was logged last.
	lasting bool
}

// lasts notes that an attempt failed.
func (o *outage) lasts(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lasting = true
	if now := time.Now(); now.Sub(o.logged) >= outageEach {
		o.logged = now
		o.log.Warn("Commands by messages wait; trying again", slog.Any("error", err))
	}
}

// ended notes that an attempt succeeded.
func (o *outage) ended() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lasting {
		o.lasting = false
		o.log.Info("Commands by messages go on")
	}
}
