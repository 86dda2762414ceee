package report

import (
	"fmt"
	"slices"
	"time"
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
	Rate     float64 `json:"ordersPerSecond"`
	P99      float64 `json:"commandP99ms"`
	Events   float64 `json:"eventsPerSecond"` // That came, to all watchers.
	LagP50   float64 `json:"lagP50ms"`        // From the answer to a command to its event.
	LagP99   float64 `json:"lagP99ms"`
	Service  float64 `json:"serviceProcessors"`
	Mongod   float64 `json:"mongodProcessors"`
	Load     float64 `json:"loadProcessors"` // Of the one process that asks and watches.
	Watcher  float64 `json:"processorsPerWatcher"`
	PerEvent float64 `json:"microsecondsPerEvent"` // Of the service, beyond what no watcher costs.
	Ended    float64 `json:"streamsEnded"`         // By the service, as their clients are slow.
	Lost     float64 `json:"eventsLost"`           // Of the streams that went on.
}

// Processes are how many command processes wrote to one database, in each round.
type Processes struct {
	Processes int       `json:"processes"`
	Async     bool      `json:"async"`
	Rounds    []Figures `json:"rounds"`
}

// An Endurance is what the service used while it took orders for long.
type Endurance struct {
	Minutes float64  `json:"minutes"`
	Rate    float64  `json:"ordersPerSecond"` // Half of what a closed loop reached.
	P99     float64  `json:"p99ms"`
	LagP99  float64  `json:"lagP99ms"`
	Samples []Sample `json:"samples"`
}

// A Sample is what the service used at a time.
type Sample struct {
	At         time.Duration `json:"at"`
	Memory     float64       `json:"memoryMiB"`
	Heap       float64       `json:"heapMiB"` // In use after the last garbage collection.
	Goroutines float64       `json:"goroutines"`
	Files      float64       `json:"files"`
	Mongod     float64       `json:"mongodMemoryMiB"` // For information: it fills its cache.
}

// A use is one figure of samples.
type use struct {
	name string
	of   func(Sample) float64
	room float64 // So much more is flat in any case: less is the grain of what is measured.
	free bool    // Nothing is wanted of it.
}

var uses = []use{
	{name: "memory MiB", of: func(s Sample) float64 { return s.Memory }, room: 8},
	{name: "heap in use MiB", of: func(s Sample) float64 { return s.Heap }, room: 4},
	{name: "goroutines", of: func(s Sample) float64 { return s.Goroutines }, room: 16},
	{name: "file descriptors", of: func(s Sample) float64 { return s.Files }, room: 8},
	{name: "mongod memory MiB", of: func(s Sample) float64 { return s.Mongod }, free: true},
}

// flatMost is how much larger the last third may be than the first.
const flatMost = 1.1

// A trend is how a figure changed over time. It leaves out the first sixth, in which a process
// still warms up.
type trend struct {
	first, last float64 // The medians of the first and the last third.
	slope       float64 // Per hour, of the line that fits best.
	flat        bool
}

func trendOf(samples []Sample, u use) (t trend) {
	kept := samples[len(samples)/6:]
	if len(kept) < 3 {
		return trend{flat: true}
	}
	values := make([]float64, len(kept))
	for i, s := range kept {
		values[i] = u.of(s)
	}
	third := len(values) / 3
	t.first, t.last = Median(values[:third]), Median(values[len(values)-third:])
	t.slope = slope(kept, values)
	t.flat = t.last <= t.first*flatMost || t.last <= t.first+u.room
	return t
}

// slope is that of the line with the least squares, per hour.
func slope(samples []Sample, values []float64) float64 {
	var at, mean float64
	n := float64(len(samples))
	for i, s := range samples {
		at += s.At.Hours() / n
		mean += values[i] / n
	}
	var both, square float64
	for i, s := range samples {
		x := s.At.Hours() - at
		both += x * (values[i] - mean)
		square += x * x
	}
	return ratio(both, square)
}

func (r Results) history(commits int, warm bool) (Figures, bool) {
	i := slices.IndexFunc(r.Histories, func(h History) bool {
		return h.Commits == commits && h.Warm == warm
	})
	if i < 0 {
		return Figures{}, false
	}
	return Medians(r.Histories[i].Rounds), true
}

// scaleTargets are those of an order with a long history, and of a process that runs for long.
func (r Results) scaleTargets() (targets []Target) {
	var commits []int
	for _, h := range r.Histories {
		commits = append(commits, h.Commits)
	}
	if slices.Sort(commits); len(commits) > 0 && commits[0] < commits[len(commits)-1] {
		few, many := commits[0], commits[len(commits)-1]
		a, _ := r.history(few, true)
		b, _ := r.history(many, true)
		claim := fmt.Sprintf("of a command on %d commits : on %d, warm", many, few)
		targets = append(targets,
			Target{Claim: "p50 " + claim, Measured: ratio(b.P50, a.P50), AtMost: 2},
			Target{
				Claim:    "processor time " + claim,
				Measured: ratio(b.CPU+b.MongoCPU, a.CPU+a.MongoCPU), AtMost: 2,
			})
	}
	for _, e := range r.Endurances {
		for _, u := range uses {
			if t := trendOf(e.Samples, u); !u.free {
				targets = append(targets, Target{
					Claim: fmt.Sprintf("%s after %s min : at first", u.name, number(e.Minutes)),
					// What is flat by its grain has the ratio 1.
					Measured: t.ratio(), AtMost: flatMost,
				})
			}
		}
	}
	return targets
}

// ratio is the last third to the first; 1 where the grain alone makes it larger than flatMost.
func (t trend) ratio() float64 {
	if t.flat {
		return min(ratio(t.last, t.first), flatMost)
	}
	return ratio(t.last, t.first)
}
