package subscription_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/feed"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/subscription"
	"orders/app/subscribe"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

func TestSubscriptions(t *testing.T) {
	contract.Subscriptions(t, func(t *testing.T) contract.SubscriptionStores {
		uri := mongotest.URI(t)
		return contract.SubscriptionStores{
			subscription.NewSubscriptions(fixture.Connect(t, uri)),
			subscription.NewSubscriptions(fixture.Connect(t, uri)),
		}
	})
}

func openSubscription(t *testing.T, d *client.Database) ports.Subscription {
	t.Helper()
	s, err := subscription.NewSubscriptions(d).Open("test")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// All there is of a subscription is one document.
func TestASubscriptionIsOneDocument(t *testing.T) {
	uri := mongotest.URI(t)
	s := openSubscription(t, fixture.Connect(t, uri))
	there := mongotest.Database(t, uri).Collection("order_subscriptions")
	is := func(want bson.M) {
		t.Helper()
		var got bson.M
		if err := there.FindOne(t.Context(), bson.M{}).Decode(&got); err != nil {
			t.Fatal(err)
		}
		delete(got, "until")
		if !reflect.DeepEqual(got, want) {
			t.Errorf("the document is %v, want %v", got, want)
		}
	}
	if held, err := s.Lease.Hold(t.Context(), "ann", time.Minute); err != nil || !held {
		t.Fatal(held, err)
	}
	is(bson.M{"_id": "test", "holder": "ann"})
	if err := s.Checkpoint.Advance(t.Context(), "", "here"); err != nil {
		t.Fatal(err)
	}
	is(bson.M{"_id": "test", "holder": "ann", "position": "here"})
	if err := s.Lease.Release(t.Context(), "ann"); err != nil {
		t.Fatal(err)
	}
	is(bson.M{"_id": "test", "position": "here"})
	if n, err := there.CountDocuments(t.Context(), bson.M{}); err != nil || n != 1 {
		t.Errorf("%d documents, %v", n, err)
	}
}

// A position that somebody damaged is no reason to hand everything over again unasked; a lease
// whose end is no time has ended.
func TestADamagedSubscription(t *testing.T) {
	uri := mongotest.URI(t)
	s := openSubscription(t, fixture.Connect(t, uri))
	there := mongotest.Database(t, uri).Collection("order_subscriptions")
	for name, value := range fixture.NotTimes {
		fixture.Drop(t, there)
		_, err := there.InsertOne(t.Context(),
			bson.M{"_id": "test", "holder": "x", "until": value, "position": bson.M{"a": 1}})
		if err != nil {
			t.Fatal(err)
		}
		if held, err := s.Lease.Hold(t.Context(), "ann", time.Minute); err != nil || !held {
			t.Errorf("%s: held %t, %v", name, held, err)
		}
	}
	if at, err := s.Checkpoint.Load(t.Context()); err == nil {
		t.Errorf("the position is %q", at)
	}
	if err := s.Checkpoint.Advance(t.Context(), "", "x"); !errors.Is(err, ports.ErrConflict) {
		t.Errorf("error %v, want ErrConflict", err)
	}
}

// Whatever the server does with the command, nobody is told that it happened when it did not.
func TestNothingIsSaidOfASubscriptionThatIsNot(t *testing.T) {
	for name, how := range map[string]bson.M{
		"refused with a label that the driver takes for success": {
			"failCommands": bson.A{"update"}, "errorCode": 8000,
			"errorLabels": bson.A{"NoWritesPerformed"},
		},
		"cut": {"failCommands": bson.A{"update"}, "closeConnection": true},
	} {
		t.Run(name, func(t *testing.T) {
			uri, fail := fixture.Breakable(t)
			s := openSubscription(t, fixture.Connect(t, uri))
			heal := fail(0, how)
			if err := s.Checkpoint.Advance(t.Context(), "", "here"); err == nil {
				t.Error("it advanced")
			}
			if held, err := s.Lease.Hold(t.Context(), "ann", time.Minute); err == nil && held {
				t.Error("it is held")
			}
			heal()
			if at, err := s.Checkpoint.Load(t.Context()); err != nil || at != "" {
				t.Errorf("the position is %q, %v", at, err)
			}
		})
	}
}

// One answer of a server that is no primary any more is survived. After a cut it is not known
// whether the position moved, so that the subscriber has to look.
func TestAPositionAdvancesAcrossAChangeOfPrimary(t *testing.T) {
	uri, fail := fixture.Breakable(t)
	s := openSubscription(t, fixture.Connect(t, uri))
	heal := fail(1, bson.M{"failCommands": bson.A{"update"}, "errorCode": 10107})
	if err := s.Checkpoint.Advance(t.Context(), "", "here"); err != nil {
		t.Error(err)
	}
	heal()
	heal = fail(1, bson.M{"failCommands": bson.A{"update"}, "closeConnection": true})
	err := s.Checkpoint.Advance(t.Context(), "here", "there")
	if !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("error %v, want ErrUnavailable", err)
	}
	heal()
}

// A subscriber of the commits in a database is handed all of them, goes on where it stopped, and
// begins anew when its document is gone.
func TestASubscriberOfTheCommits(t *testing.T) {
	t.Parallel()
	uri := mongotest.URI(t)
	d := fixture.Migrated(t, uri, journal.Set)
	store := fixture.StoreOf(t, d, journal.GroupCommit{})
	first := []ports.Commit{fixture.Create(t, store, "ann"), fixture.Create(t, store, "ann")}
	isHanded(t, d, first...)
	second := []ports.Commit{fixture.Create(t, store, "ann"), fixture.Create(t, store, "ann")}
	isHanded(t, d, second...)
	fixture.Drop(t, mongotest.Database(t, uri).Collection("order_subscriptions"))
	isHanded(t, d, append(first, second...)...)
}

// isHanded runs a subscriber until it was handed the commits, each once, and has saved that.
func isHanded(t *testing.T, d *client.Database, commits ...ports.Commit) {
	t.Helper()
	var mu sync.Mutex
	left, after := map[string]bool{}, map[ports.Position]bool{} // After are positions behind all.
	for _, c := range commits {
		left[c.ID] = true
	}
	h := subscribe.Func(func(_ context.Context, b ports.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range b.Commits {
			if !left[c.ID] {
				t.Errorf("commit %s was handed over again", c.ID)
			}
			delete(left, c.ID)
		}
		after[b.Next] = len(left) == 0 && b.Next != ""
		return nil
	})
	quiet := slog.New(slog.DiscardHandler)
	feed, s := feed.New(d, fixture.BroadcastOf(d), quiet), openSubscription(t, d)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { subscribe.New("test", feed, s, h, quiet).Run(ctx) })
	fixture.Eventually(t, func() error {
		at, err := s.Checkpoint.Load(t.Context())
		mu.Lock()
		defer mu.Unlock()
		if err == nil && !after[at] {
			err = fmt.Errorf("%d commits are left, and the position is %q", len(left), at)
		}
		return err
	})
	stop()
	fixture.Await(t, "the subscriber to end", running.Wait)
}
