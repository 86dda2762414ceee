package changestream_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/changestream"
)

var errBroken = errors.New("broken")

// A stream that breaks is opened again, ever later, until a batch was handed over; the log is told
// once.
func TestAStreamThatBreaksIsOpenedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		f := changestream.NewFollower("The feed", slog.New(slog.NewTextHandler(&log, nil)))
		began, runs, waited := time.Now(), 0, ""
		ctx, stop := context.WithCancel(t.Context())
		err := f.Follow(ctx, func(context.Context) error {
			waited += fmt.Sprint(time.Since(began).Milliseconds(), " ")
			began = time.Now()
			switch runs++; runs {
			case 8:
				_ = f.Handed(nil)
			case 10:
				stop()
			}
			return errBroken
		}, func() { t.Error("its place is lost") })
		if want := "0 50 100 200 400 800 1600 2000 50 100 "; waited != want {
			t.Errorf("it waited %s, want %s", waited, want)
		}
		if n := strings.Count(log.String(), "broke and is opened again"); n != 2 {
			t.Errorf("the log is told %d times: %s", n, &log)
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	})
}

// An error of the handler ends the feed, and only that.
func TestAHandlerThatFails(t *testing.T) {
	f := changestream.NewFollower("The feed", slog.New(slog.DiscardHandler))
	err := f.Follow(t.Context(), func(context.Context) error {
		return fmt.Errorf("run: %w", f.Handed(errBroken))
	}, func() { t.Error("its place is lost") })
	if err != errBroken { //nolint:errorlint // It is handed on as it is.
		t.Errorf("error %v", err)
	}
}

func TestPlacesThatAreLost(t *testing.T) {
	for _, tt := range []struct {
		err    error
		isLost bool
	}{
		{errBroken, false},
		{driver.CommandError{Code: 11600}, false},
		{driver.CommandError{Code: 286}, true},
		{fmt.Errorf("run: %w", changestream.LostError("")), true},
		{driver.CommandError{Labels: []string{"NonResumableChangeStreamError"}}, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := changestream.NewFollower("The feed", slog.New(slog.DiscardHandler))
			lost := false
			ctx, stop := context.WithCancel(t.Context())
			runs := 0
			_ = f.Follow(ctx, func(context.Context) error {
				if runs++; runs == 2 {
					stop()
				}
				return tt.err
			}, func() { lost = true })
			if lost != tt.isLost {
				t.Errorf("after %v: lost is %v", tt.err, lost)
			}
		})
	}
}
