package feed_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/feed"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/domain/order"
	"orders/ports"
	"orders/test/mongotest"
)

// What a process appends comes as soon as it is durable, and not again with the change stream.
func TestABroadcastIsDeliveredOnce(t *testing.T) {
	t.Parallel()
	d := fixture.Migrated(t, mongotest.URI(t), journal.Set)
	s := fixture.StoreOf(t, d, journal.GroupCommit{})
	r, stop := fixture.Follow(t, feed.New(d, fixture.BroadcastOf(d), slog.Default()), "")
	r.CatchesUp(t)
	var all []ports.Commit
	for range 50 {
		first := fixture.Create(t, s, "ann")
		past := ports.Stream{ID: first.OrderID}.With(first)
		second := fixture.Next(past, order.Confirmed{})
		if err := s.Append(t.Context(), past, second); err != nil {
			t.Fatal(err)
		}
		all = append(all, first, second)
	}
	r.Has(t, all...)
	settled := r.Position() // The change stream may not have told of the last ones yet.
	fixture.Eventually(t, func() error {
		if r.Position() == settled {
			return errors.New("the position does not move on")
		}
		return nil
	})
	if stop(); r.Delivered != len(all) {
		t.Errorf("%d commits were delivered, want %d", r.Delivered, len(all))
	}
}

func TestABroadcastDoesNotWaitForTheChangeStream(t *testing.T) {
	t.Parallel()
	uri, fail := fixture.Breakable(t)
	d := fixture.Migrated(t, uri, journal.Set)
	s := fixture.StoreOf(t, d, journal.GroupCommit{})
	r, _ := fixture.Follow(t, feed.New(d, fixture.BroadcastOf(d), slog.Default()), "")
	r.CatchesUp(t)
	const late = 10 * time.Second
	begun := time.Now()
	heal := fail(1000, bson.M{ // Each poll from here on ends after late.
		"failCommands":    bson.A{"getMore"},
		"blockConnection": true, "blockTimeMS": late.Milliseconds(),
	})
	defer heal()
	time.Sleep(300 * time.Millisecond) // The poll that was under way ends.
	r.Has(t, fixture.Create(t, s, "ann"))
	if took := time.Since(begun); took >= late {
		t.Errorf("it took %v", took)
	}
}

// What a listener has no time for comes from the change stream.
func TestABroadcastMayBeMissed(t *testing.T) {
	t.Parallel()
	const more = 400
	d := fixture.Migrated(t, mongotest.URI(t), journal.Set)
	s := fixture.StoreOf(t, d, journal.GroupCommit{})
	came := map[string]bool{}
	enough := errors.New("enough")
	var all []ports.Commit
	err := feed.New(d, fixture.BroadcastOf(d), slog.Default()).Follow(fixture.Patient(t), "",
		func(_ context.Context, b ports.Batch) error {
			for len(all) < more && b.CaughtUp { // Meanwhile nobody listens.
				all = append(all, fixture.Create(t, s, "ann"))
			}
			for _, c := range b.Commits {
				came[c.ID] = true
			}
			if len(came) == more {
				return enough
			}
			return nil
		})
	if !errors.Is(err, enough) {
		t.Error(fmt.Errorf("%d of %d commits came: %w", len(came), more, err))
	}
}
