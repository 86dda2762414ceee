package report

import (
	"fmt"
	"slices"
)

// A Scale is what was measured of how cost grows: with an order's history, with the clients that
// watch, with time, and with processes.
type Scale struct {
	Histories  []History   `json:"histories,omitempty"`
	Watches    []Watch     `json:"watches,omitempty"`
	Endurances []Endurance `json:"endurances,omitempty"`
	Processes  []Processes `json:"processes,omitempty"`
}

// A History is what the next command on orders of so many commits cost, in each round.
type History struct {
	Commits int       `json:"commits"`
	Warm    bool      `json:"warm"` // The process carried out a command on them before.
	Rounds  []Figures `json:"rounds"`
}

// A Watch is how so many clients of the stream of all orders fared while orders were created, in
// each round.
type Watch struct {
	Watchers int            `json:"watchers"`
	Rounds   []WatchFigures `json:"rounds"`
}

// WatchFigures are what is measured of watchers. Processors count whole ones: 2 is all of two.
type WatchFigures struct {
	Rate       float64 `json:"ordersPerSecond"`
	P99        float64 `json:"commandP99ms"`
	Events     float64 `json:"eventsPerSecond"` // That came, to all watchers.
	LagP50     float64 `json:"lagP50ms"`        // From the answer to a command to its event.
	LagP99     float64 `json:"lagP99ms"`
	Service    float64 `json:"serviceProcessors"`
	Mongod     float64 `json:"mongodProcessors"`
	Load       float64 `json:"loadProcessors"` // Of the one process that asks and watches.
	PerWatcher float64 `json:"millisecondsPerSecondAndWatcher"`
	PerEvent   float64 `json:"microsecondsPerEvent"` // More of the service than without watchers.
	Ended      float64 `json:"streamsEnded"`         // By the service, as their clients are slow.
	Lost       float64 `json:"eventsLost"`           // Of the streams that went on.
}

// Processes are how many command processes wrote to one database, in each round.
type Processes struct {
	Processes int       `json:"processes"`
	Async     bool      `json:"async"`
	Rounds    []Figures `json:"rounds"`
}

// history is what the next command cost in each round.
func (r Results) history(commits int, warm bool) []Figures {
	for _, h := range r.Histories {
		if h.Commits == commits && h.Warm == warm {
			return h.Rounds
		}
	}
	return nil
}

// commits are the lengths that were measured, the shortest first.
func (r Results) commits() (all []int) {
	for _, h := range r.Histories {
		all = append(all, h.Commits)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// historyTargets set the longest history in relation to the shortest, whose pasts are warm.
func (r Results) historyTargets() (targets []Target) {
	all := r.commits()
	if len(all) < 2 {
		return nil
	}
	few, many := all[0], all[len(all)-1]
	for _, cost := range []struct {
		name string
		of   figure
	}{
		{"p50", func(f *Figures) *float64 { return &f.P50 }},
		{"processor time", allCPU},
	} {
		rounds := paired(r.history(many, true), r.history(few, true), cost.of)
		if len(rounds) > 0 {
			targets = append(targets, rounds.measure(Target{
				Claim: fmt.Sprintf("%s of a command on %d commits : on %d, warm", cost.name, many,
					few),
				AtMost: 2,
			}))
		}
	}
	return targets
}
