package projection

import (
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
}
