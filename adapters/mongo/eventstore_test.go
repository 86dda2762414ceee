package mongo_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo"
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
			uri, fail := fragile(t)
			s := migratedStore(t, uri, mongo.GroupCommit{})
			past := ports.Stream{ID: newID()}
			c, rival := next(past, created("ann")), create(t, s, "bob")
			late := next(ports.Stream{ID: rival.OrderID}, created("ann"))
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
			wantCommits(t, s, c.OrderID, c)
			wantCommits(t, s, rival.OrderID, rival)
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
			uri, fail := fragile(t)
			s := migratedStore(t, uri, mongo.GroupCommit{})
			heal := fail(0, how)
			past := ports.Stream{ID: newID()}
			c := next(past, created("ann"))
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			if err := s.Append(ctx, past, c); !errors.Is(err, ports.ErrOutcomeUnknown) {
				t.Errorf("error %v, want ErrOutcomeUnknown", err)
			}
			heal()
			if err := s.Close(t.Context()); err != nil {
				t.Error(err)
			}
			wantCommits(t, s, c.OrderID, c)
		})
	}
}

func TestACallerWhoHasLeftRecordsNothing(t *testing.T) {
	s := eventStore(t)
	left, leave := context.WithCancel(t.Context())
	leave()
	var callers sync.WaitGroup
	for range 64 {
		callers.Go(func() {
			for range 20 {
				past := ports.Stream{ID: newID()}
				err := s.Append(left, past, next(past, created("ann")))
				if !errors.Is(err, left.Err()) {
					t.Errorf("error %v, want the context's", err)
				}
				wantCommits(t, s, past.ID)
			}
		})
	}
	callers.Wait()
}

func TestWithoutServerAnAppendIsUnavailableAndNotRecorded(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t)
	s := migratedStore(t, server.URI("orders"), mongo.GroupCommit{})
	server.Stop()
	past := ports.Stream{ID: newID()}
	eventually(t, func() error { // The first try may still find an open connection.
		past.ID = newID()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		err := s.Append(ctx, past, next(past, created("ann")))
		if !errors.Is(err, ports.ErrUnavailable) {
			return err
		}
		return nil
	})
	server.Restart()
	create(t, s, "ann")
	wantCommits(t, s, past.ID)
}

func TestWhatAFrozenPrimaryWasSentIsRecordedOnceItThaws(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t)
	s := migratedStore(t, server.URI("orders"), mongo.GroupCommit{Slots: 1})
	create(t, s, "ann")
	server.Freeze()
	past := ports.Stream{ID: newID()}
	c := next(past, created("ann"))
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if err := s.Append(ctx, past, c); !errors.Is(err, ports.ErrOutcomeUnknown) {
		t.Errorf("error %v, want ErrOutcomeUnknown", err)
	}
	server.Thaw()
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	wantCommits(t, s, c.OrderID, c)
}
