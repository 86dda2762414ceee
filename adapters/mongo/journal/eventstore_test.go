package journal_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/ports"
	"orders/test/mongotest"
)

func TestNobodyIsToldThatALostWriteSucceeded(t *testing.T) {
	insert := bson.A{"insert"}
	for name, how := range map[string]bson.M{
		"refused with a label that the driver takes for success": {
			"failCommands": insert, "errorCode": 8, "errorLabels": bson.A{"NoWritesPerformed"},
		},
		"refused for the want of a primary": {
			"failCommands": insert, "errorCode": 10107,
			"errorLabels": bson.A{"NoWritesPerformed", "RetryableWriteError"},
		},
		"not acknowledged by a majority": {
			"failCommands":      insert,
			"writeConcernError": bson.M{"code": 64, "errmsg": "waiting for replication timed out"},
		},
		"cut before it arrived": {"failCommands": insert, "closeConnection": true},
		"and the look at its taken key fails": {
			"failCommands": bson.A{"find"}, "closeConnection": true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			uri, fail := fixture.Breakable(t)
			s := fixture.MigratedStore(t, uri, journal.GroupCommit{})
			past := ports.Stream{ID: fixture.NewID()}
			c, rival := fixture.Next(past, fixture.Created("ann")), fixture.Create(t, s, "bob")
			late := fixture.Next(ports.Stream{ID: rival.OrderID}, fixture.Created("ann"))
			fail(3, how)
			for range 2 {
				if err := s.Append(t.Context(), past, c); err != nil {
					t.Error(err)
				}
			}
			err := s.Append(t.Context(), ports.Stream{ID: late.OrderID}, late)
			if !errors.Is(err, ports.ErrConflict) {
				t.Errorf("whoever came late got %v, want ErrConflict", err)
			}
			fixture.WantCommits(t, s, c.OrderID, c)
			fixture.WantCommits(t, s, rival.OrderID, rival)
		})
	}
}

func TestACallerWhoLeavesDoesNotKnowButTheAppendGoesOn(t *testing.T) {
	for name, how := range map[string]bson.M{
		"while it is cut": {"failCommands": bson.A{"insert"}, "closeConnection": true},
		"while no majority acknowledges it": {
			"failCommands":      bson.A{"insert"},
			"writeConcernError": bson.M{"code": 64, "errmsg": "waiting for replication timed out"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			uri, fail := fixture.Breakable(t)
			s := fixture.MigratedStore(t, uri, journal.GroupCommit{})
			heal := fail(0, how)
			past := ports.Stream{ID: fixture.NewID()}
			c := fixture.Next(past, fixture.Created("ann"))
			if err := s.Append(untilSent(t, s), past, c); !errors.Is(err, ports.ErrOutcomeUnknown) {
				t.Errorf("error %v, want ErrOutcomeUnknown", err)
			}
			heal()
			if err := s.Close(t.Context()); err != nil {
				t.Error(err)
			}
			fixture.WantCommits(t, s, c.OrderID, c)
		})
	}
}

// untilSent ends when s has been sending its first write for a while.
func untilSent(t *testing.T, s *journal.EventStore) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	s.OnWrite(func(writing context.Context, _ journal.Write) (context.Context, func()) {
		time.AfterFunc(300*time.Millisecond, cancel)
		return writing, func() {}
	})
	return ctx
}

func TestACallerWhoHasLeftRecordsNothing(t *testing.T) {
	s := fixture.EventStore(t)
	left, leave := context.WithCancel(t.Context())
	leave()
	var callers sync.WaitGroup
	for range 64 {
		callers.Go(func() {
			for range 20 {
				past := ports.Stream{ID: fixture.NewID()}
				err := s.Append(left, past, fixture.Next(past, fixture.Created("ann")))
				if !errors.Is(err, left.Err()) {
					t.Errorf("error %v, want the context's", err)
				}
				fixture.WantCommits(t, s, past.ID)
			}
		})
	}
	callers.Wait()
}

func TestWithoutServerAnAppendIsUnavailableAndNotRecorded(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t)
	s := fixture.MigratedStore(t, server.URI("orders"), journal.GroupCommit{})
	server.Stop()
	past := ports.Stream{ID: fixture.NewID()}
	fixture.Eventually(t, func() error { // The first try may still find an open connection.
		past.ID = fixture.NewID()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		err := s.Append(ctx, past, fixture.Next(past, fixture.Created("ann")))
		if !errors.Is(err, ports.ErrUnavailable) {
			return err
		}
		return nil
	})
	server.Restart()
	fixture.Create(t, s, "ann")
	fixture.WantCommits(t, s, past.ID)
}

func TestWhatAFrozenPrimaryWasSentIsRecordedOnceItThaws(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t)
	s := fixture.MigratedStore(t, server.URI("orders"), journal.GroupCommit{Slots: 1})
	fixture.Create(t, s, "ann")
	server.Freeze()
	past := ports.Stream{ID: fixture.NewID()}
	c := fixture.Next(past, fixture.Created("ann"))
	if err := s.Append(untilSent(t, s), past, c); !errors.Is(err, ports.ErrOutcomeUnknown) {
		t.Errorf("error %v, want ErrOutcomeUnknown", err)
	}
	server.Thaw()
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	fixture.WantCommits(t, s, c.OrderID, c)
}
