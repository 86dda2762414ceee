package relay_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orders/app/relay"
	"orders/app/subscribe"
	"orders/ports"
)

// A brokenBroker fails at everything while it is away.
type brokenBroker struct {
	*inMemory
	away atomic.Bool
}

var errAway = errors.New("nobody is there")

func (b *brokenBroker) Topic(ctx context.Context, id ports.TopicID) (ports.TopicID, error) {
	if b.away.Load() {
		return "", errAway
	}
	return b.inMemory.Topic(ctx, id)
}

func (b *brokenBroker) Publish(ctx context.Context, c ports.Commit) error {
	if b.away.Load() {
		return errAway
	}
	return b.inMemory.Publish(ctx, c)
}

// statusOf is what a process sees of a relay whose broker nobody may ask.
func (w *world) statusOf(t *testing.T) ports.RelayStatus {
	t.Helper()
	status, err := w.relay(t, nil, slog.New(slog.DiscardHandler)).Status(t.Context())
	if err != nil {
		t.Error(err)
	}
	return status
}

// Whichever way the broker fails, any process sees why and since when; and once it is told again,
// that it is.
func TestAStatusShowsWhyTheBrokerIsNotTold(t *testing.T) {
	for name, begin := range map[string]func(w *world, b *brokenBroker){
		"away from the start": func(_ *world, b *brokenBroker) { b.away.Store(true) },
		"away later":          func(*world, *brokenBroker) {},
		"away with a dead leader": func(w *world, b *brokenBroker) {
			b.away.Store(true)
			ctx, stop := context.WithTimeout(context.Background(), 3*time.Second)
			defer stop()
			shared, _ := w.subs.Open("relay-test")
			source := relay.Source{Feed: w.EventStore, History: w.EventStore}
			relay.New("relay-test", source, shared, b, quiet).Run(ctx)
			b.away.Store(false)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				b := &brokenBroker{inMemory: w.topic}
				w.grow(t, 0)
				begin(w, b)
				if s := w.statusOf(t); s.Leader != "" || s.Lag.Commits != 1 || s.Topic != "" {
					t.Errorf("at first: %+v", s)
				}
				w.isAwayForAnHour(t, b)
			})
		})
	}
}

func (w *world) isAwayForAnHour(t *testing.T, b *brokenBroker) {
	t.Helper()
	defer run(t, w.relay(t, b, quiet))()
	time.Sleep(time.Second)
	b.away.Store(true)
	w.grow(t, 0)
	w.grow(t, 1)
	began := time.Now()
	time.Sleep(time.Hour)
	w.wantFailing(t, began)
	b.away.Store(false)
	time.Sleep(10 * time.Second)
	s := w.statusOf(t)
	if s.Failure != (ports.Failure{}) || !s.Lag.CaughtUp() || s.Topic == "" || s.Position == "" ||
		s.Name != "relay-test" {
		t.Errorf("at last: %+v", s)
	}
}

// wantFailing wants a failure of a broker that is away since then, or a few seconds later.
func (w *world) wantFailing(t *testing.T, began time.Time) {
	t.Helper()
	s := w.statusOf(t)
	late := s.Failure.Since.Sub(began.UTC())
	if s.Leader == "" || s.Lag.Commits < 2 || !strings.Contains(s.Failure.Reason, "nobody is") ||
		late > 5*time.Second || late < -2*time.Second {
		t.Errorf("after an hour: %+v, since %v", s, late)
	}
}

// What is parked shows, with its reason, and is no failure.
func TestAStatusShowsWhatIsParked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.refusesSecond(id(0))
		defer run(t, w.relay(t, w.topic, quiet))()
		w.grow(t, 0)
		w.grow(t, 0)
		time.Sleep(10 * time.Second)
		s := w.statusOf(t)
		if len(s.Parked) != 1 || s.Parked[0].ID != id(0) || s.Failure.Reason != "" ||
			!s.Lag.CaughtUp() {
			t.Errorf("%+v", s)
		}
	})
}

// Without a broker, a retry of what is parked fails; if nothing is, it has nothing to ask.
func TestARetryWithoutABroker(t *testing.T) {
	w := newWorld()
	b := &brokenBroker{inMemory: w.topic}
	b.away.Store(true)
	r := w.relay(t, b, quiet)
	if done, err := r.Retry(t.Context()); err != nil || done != (subscribe.Retried{}) {
		t.Errorf("with nothing parked: %+v, %v", done, err)
	}
	parked := []ports.ParkedOrder{{ID: id(0), Version: 1, Reason: "x"}}
	if err := w.shared(t).Parked.Park(t.Context(), parked); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Retry(t.Context()); !errors.Is(err, errAway) {
		t.Errorf("error %v", err)
	}
	b.away.Store(false)
	if _, err := r.Retry(t.Context()); err == nil || !strings.Contains(err.Error(), "not the one") {
		t.Errorf("of another topic: error %v", err)
	}
}

// A reset is done also while the leader moves the position all the time.
func TestAResetDoesNotGiveWayToTheLeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.grow(t, 0)
		stop := run(t, w.relay(t, w.topic, quiet))
		time.Sleep(time.Second)
		stop()
		moving := w.shared(t)
		moves := &moved{Checkpoint: moving.Checkpoint, left: 5}
		moving.Checkpoint = moves
		source := relay.Source{Feed: w.EventStore, History: w.EventStore}
		r := relay.New("relay-test", source, moving, nil, quiet)
		had, err := r.Reset(t.Context())
		if at := w.statusOf(t); err != nil || !had || at.Position != "" || at.Topic == "" {
			t.Errorf("%t, %v: %+v", had, err, at)
		}
		if had, err := r.Reset(t.Context()); err != nil || had {
			t.Errorf("a second one: %t, %v", had, err)
		}
		moves.left = 1e6
		at, _ := moves.Load(t.Context())
		_ = moves.Checkpoint.Advance(t.Context(), at, "a b")
		if _, err := r.Reset(t.Context()); !errors.Is(err, ports.ErrUnavailable) {
			t.Errorf("error %v", err)
		}
	})
}

// A moved position was moved by another process, some times.
type moved struct {
	ports.Checkpoint
	left int
}

func (m *moved) Advance(ctx context.Context, from, to ports.Position) error {
	if m.left--; m.left >= 0 {
		return ports.ErrConflict
	}
	return m.Checkpoint.Advance(ctx, from, to)
}
