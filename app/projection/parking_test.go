package projection

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"orders/adapters/memory"
	"orders/ports"
)

// An order that is parked again before its view is durable is released by the next view that is.
func TestAnOrderThatIsParkedAgainIsReleasedLater(t *testing.T) {
	ctx, parked := t.Context(), memory.NewParked()
	l := newParkingList(parked, slog.New(slog.DiscardHandler))
	park := func(version int) {
		t.Helper()
		err := l.park(ctx, []ports.ParkedOrder{{ID: "o", Version: version, Reason: "no"}})
		if err != nil {
			t.Fatal(err)
		}
	}
	release := func(left int) {
		t.Helper()
		if err := l.releaseShown(ctx); err != nil {
			t.Fatal(err)
		}
		if now, err := parked.List(ctx, "", 2); err != nil || len(now) != left {
			t.Errorf("parked are %v, %v; want %d", now, err, left)
		}
	}
	park(1)
	l.noteShown("o", 1)
	park(2)
	release(1)
	l.noteShown("o", 3)
	release(0)
	if len(l.known) > 0 || len(l.shown) > 0 {
		t.Errorf("it still knows %v, shown %v", l.known, l.shown)
	}
}

// What was shown before the projection begins again may be gone: it releases nothing.
func TestWhatWasShownBeforeIsNotReleased(t *testing.T) {
	ctx, parked := t.Context(), memory.NewParked()
	l := newParkingList(parked, slog.New(slog.DiscardHandler))
	err := l.park(ctx, []ports.ParkedOrder{{ID: "o", Version: 1, Reason: "no"}})
	l.noteShown("o", 1)
	if err := errors.Join(err, l.load(ctx), l.releaseShown(ctx)); err != nil {
		t.Fatal(err)
	}
	if now, err := parked.List(ctx, "", 2); err != nil || len(now) != 1 || !l.known["o"] {
		t.Errorf("parked are %v, %v", now, err)
	}
}

type withinKey struct{}

// A witness wants its lines to be logged with the context of what they are about.
type witness struct {
	slog.Handler
	t *testing.T
}

func (witness) Enabled(context.Context, slog.Level) bool { return true }

func (w witness) Handle(ctx context.Context, r slog.Record) error {
	if ctx.Value(withinKey{}) == nil {
		w.t.Errorf("%s: it is logged without its context", r.Message)
	}
	return nil
}

func TestTheLineOfAParkedOrderNamesItsTrace(t *testing.T) {
	l := newParkingList(memory.NewParked(), slog.New(witness{t: t}))
	ctx := context.WithValue(t.Context(), withinKey{}, true)
	if err := l.park(ctx, []ports.ParkedOrder{{ID: "o", Version: 1, Reason: "no"}}); err != nil {
		t.Fatal(err)
	}
}
