package mongo

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
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
		{topology.ServerSelectionError{Wrapped: errTest}, false, true},
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
func TestADoubtOutlastsATrialThatBeganBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &Database{options: options.Client(), proof: newProof()}
		d.doubt(errTest)
		if err := d.proven(); err != nil {
			t.Errorf("unready for ever, as nothing is tried again: %v", err)
		}
		d.proof.sets, d.proof.begun = []Set{WriteSet}, time.Now()
		d.doubt(errTest)
		if d.proven() == nil {
			t.Error("ready in spite of a denial")
		}
		time.Sleep(time.Second)
		if d.proveAgain(nil); d.proven() != nil {
			t.Error("unready after a trial that found nothing")
		}
		d.doubt(errTest)
		d.proof.doubted = time.Now().Add(time.Second) // After the next trial began.
		if d.proveAgain(nil); d.proven() == nil {
			t.Error("ready though the trial began before the denial")
		}
		d.proof.end()
	})
}
