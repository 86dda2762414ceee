package client

import (
	"log/slog"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/mongo/description"
)

// shortestOutage is how long no server takes writes before that is an outage. Commands outlast
// less.
const shortestOutage = time.Second

// An outage is the time in which no server takes writes. The driver tells it what it finds out, and
// it logs the beginning and the end, once each.
type outage struct {
	mu      sync.Mutex
	log     *slog.Logger // Nil while nothing is to be logged.
	up      bool
	began   time.Time
	pending *time.Timer // Logs the beginning.
	logged  bool
}

func takesWrites(t description.Topology) bool {
	for _, s := range t.Servers {
		switch s.Kind {
		case description.RSPrimary, description.Mongos, description.LoadBalancer:
			return true
		default:
		}
	}
	return false
}

func (o *outage) update(up bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.log == nil || up == o.up {
		return
	}
	o.up = up
	if !up {
		o.began = time.Now()
		o.pending = time.AfterFunc(shortestOutage, o.begin)
		return
	}
	if o.pending != nil {
		o.pending.Stop()
	}
	if o.logged {
		o.logged = false
		o.log.Info("MongoDB is back", "durationMs", time.Since(o.began).Milliseconds())
	}
}

func (o *outage) begin() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.log != nil && !o.up && !o.logged && time.Since(o.began) >= shortestOutage {
		o.logged = true
		o.log.Warn("MongoDB is away: no server takes writes")
	}
}

// logTo makes o log from now on, as a server takes writes. With nil it logs nothing any more.
func (o *outage) logTo(log *slog.Logger) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.log, o.up = log, true
	if log == nil && o.pending != nil {
		o.pending.Stop()
	}
}

// LogOutages makes d log when its servers cease to take writes, and when they do so again. It is to
// be called when they were reached.
func (d *Database) LogOutages() { d.outage.logTo(d.Log.With("hosts", d.Hosts())) }
