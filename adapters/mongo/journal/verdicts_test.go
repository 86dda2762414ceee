package journal_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/ports"
	"orders/test/mongotest"
)

// mixed is a group of first commits that meet different fates, and what their callers get.
type mixed struct {
	store *journal.EventStore
	uri   string

	theirs, ours      ports.Commit // Recorded before.
	good              []ports.Commit
	rival, sent, evil ports.Commit // After theirs, ours once more, and what the server refuses.
	verdicts          []chan error // What the callers get, in this order.
}

const good = 5

func mix(t *testing.T, uri, through string) *mixed {
	t.Helper()
	m := &mixed{uri: uri, store: fixture.MigratedStore(t, through, journal.GroupCommit{Slots: 1})}
	fixture.Refuse(t, mongotest.Database(t, uri), "order_writes", bson.M{"actor": "mallory"})
	m.theirs, m.ours = fixture.Create(t, m.store, "ann"), fixture.Create(t, m.store, "ann")
	for range good {
		past := ports.Stream{ID: fixture.NewID()}
		m.good = append(m.good, fixture.Next(past, fixture.Created("ann")))
	}
	m.rival = fixture.Next(ports.Stream{ID: m.theirs.OrderID}, fixture.Created("bob"))
	m.sent = m.ours
	m.evil = fixture.Next(ports.Stream{ID: fixture.NewID()}, fixture.Created("ann"))
	m.evil.Actor.Subject = "mallory"
	return m
}

// queue appends all at once while the only slot is busy, so that the next write takes them all.
func (m *mixed) queue(t *testing.T) {
	t.Helper()
	all := append([]ports.Commit{m.rival, m.sent, m.evil}, m.good...)
	for _, c := range all {
		verdict := make(chan error, 1)
		go func() { verdict <- m.store.Append(t.Context(), ports.Stream{ID: c.OrderID}, c) }()
		m.verdicts = append(m.verdicts, verdict)
	}
	fixture.Eventually(t, func() error {
		if n := m.store.Waiting(); n != len(all) {
			return fmt.Errorf("%d appends wait, want %d", n, len(all))
		}
		return nil
	})
}

// check wants each caller to have a verdict of his own, and recorded what was acknowledged, once,
// and nothing else. It returns the verdict on evil.
func (m *mixed) check(t *testing.T) error {
	t.Helper()
	late, again, never := <-m.verdicts[0], <-m.verdicts[1], <-m.verdicts[2]
	if !errors.Is(late, ports.ErrConflict) {
		t.Errorf("whoever came late got %v, want ErrConflict", late)
	}
	if again != nil {
		t.Errorf("a commit of ours that was sent again got %v", again)
	}
	for _, verdict := range m.verdicts[3:] {
		if err := <-verdict; err != nil {
			t.Error(err)
		}
	}
	kept := append([]ports.Commit{m.theirs, m.ours}, m.good...)
	for _, c := range kept {
		fixture.WantCommits(t, m.store, c.OrderID, c)
	}
	fixture.WantCommits(t, m.store, m.evil.OrderID)
	n, err := mongotest.Database(t, m.uri).Collection("order_writes").
		CountDocuments(t.Context(), bson.M{})
	if err != nil || n != int64(len(kept)) {
		t.Errorf("%d commits are recorded, %v; want %d", n, err, len(kept))
	}
	return never
}

func wantRefused(t *testing.T, err error) {
	t.Helper()
	if err == nil || errors.Is(err, ports.ErrConflict) || errors.Is(err, ports.ErrUnavailable) ||
		errors.Is(err, ports.ErrOutcomeUnknown) || !strings.Contains(err.Error(), "refuses") {
		t.Errorf("what the server will never take got %v", err)
	}
}

func TestCommitsOfOneWriteHaveVerdictsOfTheirOwn(t *testing.T) {
	uri := mongotest.BreakableURI(t)
	m := mix(t, uri, uri)
	profile := fixture.StartProfile(t, uri)
	hang := mongotest.HangInserts(t, uri, "order_writes")
	first := fixture.Next(ports.Stream{ID: fixture.NewID()}, fixture.Created("ann"))
	done := make(chan error, 1)
	go func() { done <- m.store.Append(t.Context(), ports.Stream{ID: first.OrderID}, first) }()
	hang.AwaitHung()
	m.queue(t)
	hang.Release()
	if err := <-done; err != nil {
		t.Error(err)
	}
	m.good = append(m.good, first)
	wantRefused(t, m.check(t))
	if n := len(profile.Find(t, "insert", "order_writes")); n != 2 {
		t.Errorf("they took %d writes, want one for the first and one for all others", n)
	}
}

// What one attempt leaves in doubt, the next one finds out, for each of those who share a write.
// Only what is never taken stays in doubt, as another attempt may have fared otherwise; whoever
// asks again is refused.
func TestCommitsOfOneWriteThatWasInDoubt(t *testing.T) {
	insert := bson.A{"insert"}
	for name, how := range map[string]bson.M{
		"the driver takes its refusal for success": {
			"failCommands": insert, "errorCode": 8, "errorLabels": bson.A{"NoWritesPerformed"},
		},
		"no majority acknowledges it": {
			"failCommands":      insert,
			"writeConcernError": bson.M{"code": 64, "errmsg": "waiting for replication timed out"},
		},
		"it is cut before it arrives": {"failCommands": insert, "closeConnection": true},
		"its reply is lost":           nil,
	} {
		t.Run(name, func(t *testing.T) {
			uri, fail := fixture.Breakable(t)
			c, through := fixture.Lossy(t, uri)
			through += uri[strings.LastIndex(uri, "&appName"):]
			m := mix(t, uri, through)
			release := m.store.Hold()
			m.queue(t)
			if how == nil {
				c.DropNext.Store(1)
			} else {
				fail(1, how)
			}
			release()
			if err := m.check(t); !errors.Is(err, ports.ErrOutcomeUnknown) {
				t.Errorf("what was refused after a doubt got %v, want ErrOutcomeUnknown", err)
			}
			if n := c.Dropped.Load(); how == nil && n != 1 {
				t.Errorf("%d replies were lost, so this test proves nothing", n)
			}
			past := ports.Stream{ID: m.evil.OrderID}
			wantRefused(t, m.store.Append(t.Context(), past, m.evil))
		})
	}
}
