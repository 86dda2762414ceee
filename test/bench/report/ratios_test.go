package report

import (
	"slices"
	"strings"
	"testing"
)

// The machine was twice as fast in the second round, and half as fast in the third. A ratio of the
// medians would compare the second round of one with the first of the other.
func TestRatiosAreThoseOfRounds(t *testing.T) {
	ours, theirs := rates(100, 220, 45), rates(100, 200, 50)
	got := paired(ours, theirs, rate)
	if !slices.Equal(got, ratios{1, 1.1, 0.9}) || Median(got) != 1 {
		t.Errorf("they are %v, %v in the middle", got, Median(got))
	}
	cut := paired(rates(100, 0, 300), rates(100, 200, 0, 7), rate)
	if !slices.Equal(cut, ratios{1}) {
		t.Errorf("%v has rounds of only one", cut)
	}
	target := got.measure(Target{AtLeast: 1})
	if target.Lowest != 0.9 || target.Highest != 1.1 {
		t.Errorf("the rounds are of %v to %v", target.Lowest, target.Highest)
	}
}

func rates(all ...float64) (rounds []Figures) {
	for _, one := range all {
		rounds = append(rounds, Figures{Rate: one})
	}
	return rounds
}

func TestTheTableSaysWhichTargetsWereMissed(t *testing.T) {
	for ours, want := range map[float64]string{
		1190: "1 connection | ≥ 1.20 | 1.19 | 1.19 to 1.19 | missed |",
		1210: "1 connection | ≥ 1.20 | 1.21 | 1.21 to 1.21 | met |",
	} {
		r := Results{Writes: []Write{
			{Ours, 1, rates(ours)}, {OursBefore, 1, rates(1000)},
		}}
		if got := r.targetTable(); !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

// Where the system does not tell the processor time, nothing was reached and nothing missed.
func TestATargetNeedsBothFigures(t *testing.T) {
	r := Results{Setup: Setup{Connections: []int{64}}, Writes: []Write{
		{Ours, 64, []Figures{{Rate: 1}}}, {TwoInserts, 64, []Figures{{Rate: 1, AllCPU: 2}}},
	}}
	if got := r.Targets(); len(got) != 0 {
		t.Errorf("there are targets: %v", got)
	}
	if got := r.ratioTable(); !strings.Contains(got, "| 1.00 to 1.00 | 1.00 |") {
		t.Errorf("the ratio is missing from\n%s", got)
	}
}

// Each bound is one of the two, and compares contenders whose ratios the page shows.
func TestTargetsOfRatiosAreOfThePagesPairs(t *testing.T) {
	for _, target := range slices.Concat(rateTargets, latencyTargets, cpuTargets) {
		if target.atLeast > 0 == (target.atMost > 0) || !slices.Contains(pairs, target.pair) {
			t.Errorf("%+v", target)
		}
	}
}
