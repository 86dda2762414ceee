package service

import (
	"testing"
	"time"

	"orders/ports"
)

func TestTheStatusIsSpelled(t *testing.T) {
	behind := ports.Lag{Commits: 1, Time: 1500 * time.Millisecond}
	for want, s := range map[string]ports.ProjectionStatus{
		"orders: generation 1 is live; caught up; 0 parked\n    position \n": {
			Name: "orders", Generations: ports.GenerationStatus{Live: 1},
		},
		"orders: generation 1 is live, 2 can be rolled back to; 1 commit behind, by 1.5s; " +
			"0 parked\n    position p\n": {
			Name: "orders", Lag: behind,
			Generations: ports.GenerationStatus{Live: 1, Previous: 2, Position: "p"},
		},
		"orders: generation 1 is live, 2 is filled beside it; " +
			"more than 100 commits behind, by 1s; 1 parked\n    position p\n" +
			"    ord_x version 2, since 2026-11-22T13:44:48Z, tried 1 time: it is odd\n": {
			Name: "orders", Lag: ports.Lag{Commits: 100, More: true, Time: time.Second},
			Generations: ports.GenerationStatus{Live: 1, Open: 2, Position: "p"},
			Parked: []ports.ParkedOrder{{
				ID: "ord_x", Version: 2, Tries: 1, Reason: "it is odd",
				Since: time.Date(2026, 11, 22, 13, 44, 48, 0, time.UTC),
			}},
		},
	} {
		if got := spellStatus(s); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}
