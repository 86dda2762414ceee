package brokers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"orders/test/issuer"
	"orders/test/mongotest"
)

// patience is how long something may take that happens by itself, also where much else runs.
const patience = 2 * time.Minute

// A world is two programs that serve the same customers and tell a topic of a broker, from which
// their read models follow what happened.
type world struct {
	*customers
	topic
	uri      string
	env      []string
	programs []*program
	mayStray bool // See consumer.
}

// newWorld makes a world of a fresh topic and a fresh database.
func newWorld(t *testing.T, b *broker) *world {
	t.Helper()
	return newWorldIn(t, mongotest.URI(t), b)
}

// newWorldIn makes one in a database, with more of what programs are told.
func newWorldIn(t *testing.T, uri string, b *broker, more ...string) *world {
	t.Helper()
	w := &world{customers: newCustomers(t), topic: b.fresh(t), uri: uri}
	w.env = append(w.topic.env(),
		"MONGODB_URI="+uri, "PUBLISH="+b.name, "FEED="+b.name, "EVENTS_SOURCE=/faults",
		"PUBLIC_URL=https://orders.example", "REQUEST_TIMEOUT=2s",
		"AUTH=jwt", "AUTH_ISSUER="+w.issuer.URL, "AUTH_AUDIENCE="+issuer.Audience)
	w.env = append(w.env, more...) // The last one of a name counts.
	w.programs = []*program{serve(t, w.env), serve(t, w.env)}
	w.sendTo(slices.Clone(w.programs))
	t.Cleanup(func() {
		w.leave()
		for n, p := range w.programs {
			if t.Failed() {
				t.Logf("program %d: %s", n, p.warnings())
			}
		}
	})
	w.come()
	w.areServed(t, 100)
	return w
}

// leader waits until one of the programs tells the topic, and returns its index.
func (w *world) leader(t *testing.T, but int) (leader int) {
	t.Helper()
	eventually(t, "a program leads the relay", func() bool {
		leader = slices.IndexFunc(w.programs, func(p *program) bool {
			return (but < 0 || p != w.programs[but]) && p.leads(w.relay())
		})
		return leader >= 0
	})
	return leader
}

// replace starts a program in place of one that was killed.
func (w *world) replace(t *testing.T, n int) {
	t.Helper()
	w.programs[n] = serve(t, w.env)
	w.sendTo(slices.Clone(w.programs))
}

// goesOn wants customers to be served and the programs to be ready, whatever the broker does.
func (w *world) goesOn(t *testing.T) {
	t.Helper()
	w.areServed(t, 30)
	for n, p := range w.programs {
		w.get(t, p.base+"/readyz", &struct{}{})
		if t.Failed() {
			t.Fatalf("program %d is not ready", n)
		}
	}
}

// hasTold waits until the position is behind so many commits.
func (w *world) hasTold(t *testing.T, least int64) {
	t.Helper()
	eventually(t, fmt.Sprint("commits are told: ", least), func() bool {
		acked := w.acked.Load() // Of a commit each, at least.
		var relay struct{ Lag struct{ Commits int64 } }
		is, said := run(t, w.env, "subscription", "status", w.relay(), "--json")
		if !is || json.Unmarshal([]byte(said), &relay) != nil {
			t.Fatalf("no status: %s", said)
		}
		return acked-relay.Lag.Commits >= least
	})
}

// check waits until a consumer has everything that was acknowledged, and wants it to have exactly
// what the service shows, which comes right by itself.
func (w *world) check(t *testing.T) {
	t.Helper()
	w.leave()
	begun := time.Now()
	c := w.await(t)
	told := time.Since(begun)
	for id, o := range c.orders {
		if _, is := w.versions[id]; !is {
			t.Errorf("order %s is told at %d, and nobody made it", id, o.at.version)
		}
	}
	w.awaitVerified(t)
	w.compare(t, c)
	w.wantHidden(t, c)
	for _, fault := range slices.Concat(w.faults, c.faults[:min(len(c.faults), 20)]) {
		t.Error(fault)
	}
	t.Logf("%d orders, %d commands, %d sent again; %d events told after %v, %d messages again; "+
		"all right after %v", len(w.versions), w.acked.Load(), w.again.Load(), len(c.contents),
		told.Round(time.Millisecond), c.again, time.Since(begun).Round(time.Millisecond))
}

// await returns a consumer that has read the topic from its beginning, once it lacks nothing. Each
// try is a consumer of its own.
func (w *world) await(t *testing.T) (c *consumer) {
	t.Helper()
	for begun := time.Now(); ; time.Sleep(500 * time.Millisecond) {
		c = newConsumer()
		c.mayStray = w.mayStray
		all, err := w.messages(t)
		for _, m := range all {
			c.read(m)
		}
		lacks := c.lacks(w.versions)
		if err == nil && lacks == "" {
			return c
		}
		if time.Since(begun) > patience || len(c.faults) > 0 {
			t.Fatalf("after %v, %d messages and %d faults such as %.2000q: %s, %v",
				time.Since(begun), len(all), len(c.faults), c.faults[:min(len(c.faults), 3)],
				lacks, err)
		}
	}
}

// awaitVerified waits until the read models are as the orders are.
func (w *world) awaitVerified(t *testing.T) {
	t.Helper()
	for begun := time.Now(); ; {
		is, said := run(t, w.env, "projection", "verify")
		if is {
			return
		}
		if time.Since(begun) > patience {
			t.Fatalf("the read models are wrong: %s", said)
		}
	}
}

// get asks until there is an answer other than that it cannot be given now, and wants it to be 200.
func (w *world) get(t *testing.T, url string, answer any) {
	t.Helper()
	for begun := time.Now(); ; {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		status := w.do(r, answer)
		if status == http.StatusOK {
			return
		}
		again := status == 0 || status == http.StatusServiceUnavailable
		if !again || time.Since(begun) > patience {
			t.Errorf("%s gets %d", url, status)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}
