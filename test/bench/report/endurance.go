package report

import (
	"fmt"
	"time"
)

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

// A metric is one figure of samples.
type metric struct {
	name string
	of   func(Sample) float64
	room float64 // So much more is flat in any case: less is the grain of what is measured.
	free bool    // Nothing is wanted of it.
}

var metrics = []metric{
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

func trendOf(samples []Sample, m metric) (t trend) {
	kept := samples[len(samples)/6:]
	if len(kept) < 3 {
		return trend{flat: true}
	}
	values := make([]float64, len(kept))
	for i, s := range kept {
		values[i] = m.of(s)
	}
	third := len(values) / 3
	t.first, t.last = Median(values[:third]), Median(values[len(values)-third:])
	t.slope = slope(kept, values)
	t.flat = t.last <= t.first*flatMost || t.last <= t.first+m.room
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

// ratio is the last third to the first; at most flatMost where the grain alone makes it larger.
func (t trend) ratio() float64 {
	if t.flat {
		return min(ratio(t.last, t.first), flatMost)
	}
	return ratio(t.last, t.first)
}

// enduranceTargets want what the service uses to be flat.
func (r Results) enduranceTargets() (targets []Target) {
	for _, e := range r.Endurances {
		for _, m := range metrics {
			if measured := trendOf(e.Samples, m).ratio(); measured > 0 && !m.free {
				targets = append(targets, Target{
					Claim:    fmt.Sprintf("%s after %s min : at first", m.name, number(e.Minutes)),
					Measured: measured, AtMost: flatMost,
				})
			}
		}
	}
	return targets
}

// enduranceTables has a line and a table for each run.
func (r Results) enduranceTables() (text string) {
	for _, e := range r.Endurances {
		text += fmt.Sprintf("%s minutes at %s orders/s: p99 %s ms, lag p99 %s ms, %d samples.\n\n",
			number(e.Minutes), number(e.Rate), number(e.P99), number(e.LagP99), len(e.Samples))
		t := table{header: []string{
			"what is used", "first third", "last third", "slope per hour", "",
		}}
		for _, m := range metrics {
			trend, flat := trendOf(e.Samples, m), "grows"
			switch {
			case m.free || trend.last == 0:
				flat = ""
			case trend.flat:
				flat = "flat"
			}
			t.add(m.name, number(trend.first), number(trend.last), signed(trend.slope), flat)
		}
		text += t.String()
	}
	return text
}

// signed is number for what may be negative.
func signed(x float64) string {
	const least = 0.0005 // Less is shown as nothing, and has no sign.
	if x <= -least {
		return "-" + number(-x)
	}
	return number(max(x, 0))
}
