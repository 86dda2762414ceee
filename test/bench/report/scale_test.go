package report

import (
	"math"
	"strings"
	"testing"
	"time"
)

func scaleExample(rounds func(rate, p99 float64) []Figures) Scale {
	return Scale{
		Histories: []History{
			{10, false, rounds(800, 8)}, {10, true, rounds(1000, 6)},
			{800, false, rounds(80, 80)}, {800, true, rounds(400, 9)},
		},
		Watches: []Watch{
			{0, []WatchFigures{{Rate: 1000, P99: 9, Service: 0.25, Mongod: 0.5, Load: 0.125}}},
			{10, []WatchFigures{{Rate: 1000, P99: 9, Events: 10_000, LagP50: 1, LagP99: 4,
				Service: 0.5, Mongod: 0.5, Load: 0.25, PerWatcher: 25, PerEvent: 25, Ended: 1,
				Lost: 7}}},
		},
		Processes: []Processes{
			{1, false, rounds(3000, 40)}, {2, false, rounds(4500, 30)},
		},
		Endurances: []Endurance{{
			Minutes: 30, Rate: 2000, P99: 9, LagP99: 4, Samples: samplesExample(),
		}},
	}
}

// samplesExample has goroutines that leak, memory that was less at first, and a heap that was
// larger for a moment.
func samplesExample() (all []Sample) {
	for n := range 60 {
		s := Sample{At: time.Duration(n) * time.Minute / 2, Memory: 60, Heap: 5, Files: 90,
			Goroutines: 100 + float64(n), Mongod: 600 + 10*float64(n)}
		if n < 10 {
			s.Memory = 6
		}
		if n == 40 {
			s.Heap = 500
		}
		all = append(all, s)
	}
	return all
}

func TestTheTargetsOfScale(t *testing.T) {
	measured := map[string]Target{}
	for _, target := range example().Targets() {
		measured[target.Claim] = target
	}
	for claim, want := range map[string]struct {
		measured float64
		met      bool
	}{
		"p50 of a command on 800 commits : on 10, warm":            {1.5, true},
		"processor time of a command on 800 commits : on 10, warm": {2.5, false},
		"memory MiB after 30.0 min : at first":                     {1, true},
		"heap in use MiB after 30.0 min : at first":                {1, true},
		"goroutines after 30.0 min : at first":                     {151.5 / 117.5, false},
		"file descriptors after 30.0 min : at first":               {1, true},
	} {
		got, is := measured[claim]
		if !is || math.Abs(got.Measured-want.measured) > 1e-9 || got.Met() != want.met {
			t.Errorf("%s: %+v", claim, got)
		}
	}
}

func TestTheTrendOfWhatIsUsed(t *testing.T) {
	samples := samplesExample()
	for name, slope := range map[string]float64{"goroutines": 120, "file descriptors": 0} {
		for _, m := range metrics {
			if m.name != name {
				continue
			}
			if got := trendOf(samples, m); math.Abs(got.slope-slope) > 1e-6 {
				t.Errorf("the slope of %s is %v per hour, want %v", name, got.slope, slope)
			}
		}
	}
	for n := range samples {
		samples[n].Heap = 5 + float64(n)/20 // Within the grain.
	}
	if got := trendOf(samples, metrics[1]); !got.flat || got.ratio() > flatMost {
		t.Errorf("%+v is not flat", got)
	}
	if got := trendOf(nil, metrics[0]); !got.flat {
		t.Errorf("%+v of no samples", got)
	}
}

// A short run collects no garbage, so that nobody knows the heap.
func TestWhatWasNotSampledIsNeitherFlatNorMet(t *testing.T) {
	samples := samplesExample()
	for n := range samples {
		samples[n].Heap = 0
	}
	r := Results{Scale: Scale{Endurances: []Endurance{{Minutes: 1, Samples: samples}}}}
	got := r.targetTable() + r.enduranceTables()
	if strings.Contains(got, "heap in use MiB after") ||
		!strings.Contains(got, "| heap in use MiB | – | – | – |  |") {
		t.Errorf("it shows\n%s", got)
	}
}

// The service may happen to use less with watchers than it did without them.
func TestTheCostOfAWatcherMayBeNegative(t *testing.T) {
	r := Results{Scale: Scale{Watches: []Watch{{3, []WatchFigures{{PerEvent: -130.852}}}}}}
	if got := r.watchTable(); !strings.Contains(got, "| -131 |") {
		t.Errorf("it shows\n%s", got)
	}
}
