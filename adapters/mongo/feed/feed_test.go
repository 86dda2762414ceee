package feed_test

import (
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/feed"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/ports"
	"orders/test/mongotest"
)

func TestTheFeedOutlastsTheServer(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t)
	d := fixture.Migrated(t, server.URI("orders"), journal.Set)
	s := fixture.StoreOf(t, d, journal.GroupCommit{})
	first := fixture.Create(t, s, "ann")
	r, stop := fixture.Follow(t, fixture.ChangeStreamFeed(d), "")
	r.CatchesUp(t)
	server.Kill()
	server.Restart()
	fixture.Eventually(t, func() error { // The client has to find it again.
		_, err := s.Load(t.Context(), first.OrderID)
		return err
	})
	second := fixture.Create(t, s, "ann")
	r.Has(t, first, second)
	server.Freeze()
	time.Sleep(time.Second)
	server.Thaw()
	third := fixture.Create(t, s, "ann")
	r.Has(t, third)
	stop()
	fourth := fixture.Create(t, s, "ann")
	again, stop := fixture.Follow(t, fixture.ChangeStreamFeed(d), r.Position())
	again.Has(t, fourth)
	stop()
	if n := len(again.Commits); n != 1 {
		t.Errorf("after its position %d commits came, want the last one only", n)
	}
}

func TestTheFeedBeginsAnewWhenItsCollectionIsReplaced(t *testing.T) {
	for name, replace := range map[string]func(*driver.Database) error{
		"dropped": func(d *driver.Database) error {
			return d.Collection("order_writes").Drop(t.Context())
		},
		"renamed": func(d *driver.Database) error {
			return d.Client().Database("admin").RunCommand(t.Context(), bson.D{
				{Key: "renameCollection", Value: d.Name() + ".order_writes"},
				{Key: "to", Value: d.Name() + ".old"},
			}).Err()
		},
		"dropped with its database": func(d *driver.Database) error { return d.Drop(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			uri := mongotest.URI(t)
			d := fixture.Migrated(t, uri, journal.Set)
			s := fixture.StoreOf(t, d, journal.GroupCommit{})
			before := fixture.Create(t, s, "ann")
			r, _ := fixture.Follow(t, fixture.ChangeStreamFeed(d), "")
			r.Has(t, before)
			r.CatchesUp(t)
			old := r.Position()
			if err := replace(mongotest.Database(t, uri)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(300 * time.Millisecond) // For a while there is no collection at all.
			after := fixture.Create(t, s, "ann")
			r.Has(t, after)
			late, _ := fixture.Follow(t, fixture.ChangeStreamFeed(d), old)
			late.Has(t, after)
			more := fixture.Create(t, s, "ann")
			r.Has(t, more)
			late.Has(t, more)
		})
	}
}

func TestAPositionThatCannotBeResumedFromIsTheEmptyOne(t *testing.T) {
	uri := mongotest.URI(t)
	d := fixture.Migrated(t, uri, journal.Set)
	s := fixture.StoreOf(t, d, journal.GroupCommit{})
	r, stop := fixture.Follow(t, fixture.ChangeStreamFeed(d), "")
	r.CatchesUp(t)
	stop()
	ofOld, _, _ := strings.Cut(string(r.Position()), ".")
	fixture.Drop(t, mongotest.Database(t, uri).Collection("order_writes"))
	c := fixture.Create(t, s, "ann")
	r, stop = fixture.Follow(t, fixture.ChangeStreamFeed(d), "")
	r.Has(t, c)
	r.CatchesUp(t)
	stop()
	ofNew, token, _ := strings.Cut(string(r.Position()), ".")
	rubbish, err := bson.Marshal(bson.M{"_data": "rubbish"})
	if err != nil {
		t.Fatal(err)
	}
	for name, position := range map[string]string{
		"another collection's": ofOld + "." + token,
		"rubbish":              ofNew + "." + base64.RawURLEncoding.EncodeToString(rubbish),
		"half":                 ofNew + "." + token[:len(token)/2],
	} {
		r, stop := fixture.Follow(t, fixture.ChangeStreamFeed(d), ports.Position(position))
		r.CatchesUp(t)
		stop()
		if len(r.Commits) != 1 {
			t.Errorf("from %s position came %d commits, want all", name, len(r.Commits))
		}
	}
}

func TestTheFeedDoesNotWaitForASilentServer(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t)
	d := fixture.Migrated(t, server.URI("orders"), journal.Set)
	told := make(chan string, 100)
	log := slog.New(slog.NewTextHandler(lines(told), nil))
	r, _ := fixture.Follow(t, feed.New(d, fixture.BroadcastOf(d), log), "")
	r.CatchesUp(t)
	other, stop := fixture.Follow(t, fixture.ChangeStreamFeed(d), "")
	other.CatchesUp(t)
	server.Freeze()
	defer server.Thaw()
	stop() // Which does not wait either.
	select {
	case line := <-told:
		t.Log(line)
	case <-time.After(fixture.Promptly):
		t.Error("it still waits")
	}
}

func TestAFailingHandlerDoesNotWaitForASilentServer(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t)
	d := fixture.Migrated(t, server.URI("orders"), journal.Set)
	failure := errors.New("the server is silent")
	var frozen time.Time
	followed := fixture.ChangeStreamFeed(d)
	err := followed.Follow(t.Context(), "", func(_ context.Context, b ports.Batch) error {
		if !b.CaughtUp {
			return nil
		}
		server.Freeze()
		frozen = time.Now()
		return failure
	})
	took := time.Since(frozen)
	server.Thaw()
	if !errors.Is(err, failure) || took > fixture.Promptly {
		t.Errorf("error %v after %v, want the handler's at once", err, took)
	}
}

// lines is a writer that hands over what is written to it.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}

func TestTheFeedDeliversWhatItCannotRead(t *testing.T) {
	uri := mongotest.URI(t)
	d := fixture.Migrated(t, uri, journal.Set)
	s := fixture.StoreOf(t, d, journal.GroupCommit{})
	raw := mongotest.Database(t, uri).Collection("order_writes")
	damaged := func(fields bson.M) ports.Commit {
		id := fixture.NewID()
		fields["_id"] = string(id) + "/000003"
		if _, err := raw.InsertOne(t.Context(), fields); err != nil {
			t.Fatal(err)
		}
		return ports.Commit{OrderID: id}
	}
	worst := bson.M{"events": "none"}
	bad := []ports.Commit{damaged(bson.M{}), damaged(worst)}
	good := []ports.Commit{fixture.Create(t, s, "ann")}
	r, stop := fixture.Follow(t, fixture.ChangeStreamFeed(d), "")
	r.CatchesUp(t)
	bad = append(bad, damaged(bson.M{}), damaged(worst))
	good = append(good, fixture.Create(t, s, "ann"))
	r.Has(t, append(bad, good...)...)
	stop()
	for _, c := range bad {
		got := r.Commits[fixture.CommitKey(c)]
		unreadable := errors.Is(got.Unreadable, ports.ErrUnreadable)
		if !unreadable || got.Version != 3 || got.OrderID != c.OrderID {
			t.Errorf("got %+v, want version 3 of %s, unreadable", got, c.OrderID)
		}
	}
	for _, c := range good {
		if got := r.Commits[fixture.CommitKey(c)]; got.Unreadable != nil || len(got.Events) != 1 {
			t.Errorf("got %+v, want a commit like any other", got)
		}
	}
}

func TestADeadlineEndsTheFeed(t *testing.T) {
	d := fixture.Migrated(t, mongotest.URI(t), journal.Set)
	r := &fixture.Follower{Commits: map[string]ports.Commit{}}
	// What is far away for a machine that is busy with other things is found by trying.
	for far := time.Second; r.CaughtUp == 0 && far < fixture.Patience; far *= 4 {
		ctx, cancel := context.WithTimeout(t.Context(), far)
		err := fixture.ChangeStreamFeed(d).Follow(ctx, "", r.Take)
		if cancel(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want the context's", err)
		}
	}
	if r.CaughtUp == 0 {
		t.Error("a deadline far away kept it from catching up")
	}
}
