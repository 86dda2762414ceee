package journal

import (
	"context"
	"log/slog"
	"testing"
	"time"
)

type seenKey struct{}

// A witness notes how many lines are logged within what an observer sees.
type witness struct {
	slog.Handler
	lines int
}

func (*witness) Enabled(context.Context, slog.Level) bool { return true }

func (w *witness) Handle(ctx context.Context, _ slog.Record) error {
	if ctx.Value(seenKey{}) != nil {
		w.lines++
	}
	return nil
}

func observed(t *testing.T) {
	d, w := newDesk(t, GroupCommit{Slots: 1}), &witness{}
	d.log = slog.New(w)
	var seen []Write
	ended := 0
	d.observer = func(ctx context.Context, w Write) (context.Context, func()) {
		seen = append(seen, w)
		return context.WithValue(ctx, seenKey{}, true), func() { ended++ }
	}
	d.sends(t.Context(), "first")
	d.sends(t.Context(), "a")
	time.Sleep(time.Second)
	d.sends(t.Context(), "b")
	d.ends(recorded)
	d.ends(unknown, recorded)
	if len(seen) != 2 || len(seen[1].Commits) != 2 || seen[1].Waited[0] != time.Second ||
		seen[1].Waited[1] != 0 {
		t.Errorf("it saw %v", seen)
	}
	if ended != 1 || w.lines != 1 {
		t.Errorf("%d writes have ended, and %d lines are of one", ended, w.lines)
	}
	if d.ends(recorded); ended != 2 {
		t.Error("the second write has not ended")
	}
}
