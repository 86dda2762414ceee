package startup

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/mongo/migrate"

	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/x/mongo/driver/topology"
)

func TestWhatATrialProves(t *testing.T) {
	answer := func(code int32) error { return driver.CommandError{Code: code, Message: "no"} }
	for _, tt := range []struct {
		err             error
		lack, undecided bool
	}{
		{nil, false, false},
		{answer(13), true, false},
		{answer(8000), true, false},
		{answer(371), true, false},   // Writes are blocked.
		{answer(40573), true, false}, // No change streams.
		{answer(112), false, false},
		{answer(263), false, false},
		{answer(20), false, false},
		{driver.WriteException{WriteErrors: driver.WriteErrors{{Code: 121}}}, false, false},
		{driver.WriteException{WriteErrors: driver.WriteErrors{{Code: 11000}}}, false, false},
		{driver.WriteException{WriteErrors: driver.WriteErrors{{Code: 13}}}, true, false},
		{answer(10107), false, true},
		{answer(11600), false, true},
		{topology.ServerSelectionError{Wrapped: errTried}, false, true},
		{context.DeadlineExceeded, false, true},
		{driver.CommandError{Labels: []string{"NetworkError"}}, false, true},
	} {
		got := outcome(tt.err)
		if isUndecided := errors.Is(got, errUndecided); isUndecided != tt.undecided ||
			(got != nil && !isUndecided) != tt.lack {
			t.Errorf("%v: %v", tt.err, got)
		}
	}
}

// A denial of real work counts until a trial that began after it.
func TestADenialOutlastsATrialThatBeganBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newTrials(nil, "", Tasks{})
		r.ReportDenial(errTried)
		if err := r.lastFailure(); err != nil {
			t.Errorf("unready for ever, as nothing is tried again: %v", err)
		}
		r.sets, r.begun = []migrate.Set{{}}, time.Now()
		r.ReportDenial(errTried)
		if r.lastFailure() == nil {
			t.Error("ready in spite of a denial")
		}
		time.Sleep(time.Second)
		if r.tryAgain(nil); r.lastFailure() != nil {
			t.Error("unready after a trial that found nothing")
		}
		r.ReportDenial(errTried)
		r.deniedAt = time.Now().Add(time.Second) // After the next trial began.
		if r.tryAgain(nil); r.lastFailure() == nil {
			t.Error("ready though the trial began before the denial")
		}
		r.Close()
	})
}

var errTried = errors.New("as the test has it")
