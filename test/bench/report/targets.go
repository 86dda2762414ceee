package report

import (
	"cmp"
	"fmt"
	"slices"
)

// A Target is what is to be reached, beside what was measured.
type Target struct {
	Claim    string  `json:"claim"`
	Measured float64 `json:"measured"`
	AtLeast  float64 `json:"atLeast,omitempty"`
	AtMost   float64 `json:"atMost,omitempty"`
	Lowest   float64 `json:"lowest,omitempty"` // Of the rounds, if Measured is a median of ratios.
	Highest  float64 `json:"highest,omitempty"`
}

// Met reports whether it was reached.
func (t Target) Met() bool {
	if t.AtMost > 0 {
		return t.Measured <= t.AtMost
	}
	return t.Measured >= t.AtLeast
}

// Targets are those of which something was measured.
func (r Results) Targets() []Target {
	return slices.Concat(
		r.writeTargets(), r.readTargets(), r.growthTargets(),
		r.rebuildTargets(), r.startTargets(), r.historyTargets(),
		r.brokerTargets(), r.enduranceTargets(),
	)
}

func (r Results) readTargets() (targets []Target) {
	for _, read := range r.Reads {
		rounds := r.toPeer(read)
		if read.Contender == Ours && len(rounds) > 0 {
			t := Target{
				Claim: fmt.Sprintf("answers/s of %s : %s at %d orders", read.Question,
					peerOf(read.Question), read.Orders),
				AtLeast: 0.9,
			}
			targets = append(targets, rounds.measure(t))
		}
	}
	return targets
}

// toPeer sets the rate of a read in relation to that of its peer.
func (r Results) toPeer(read Read) ratios {
	peer := r.read(peerOf(read.Question), read.Question, read.Orders)
	return paired(read.Rounds, peer, rate)
}

// growthTargets compare the time that a list takes at the most orders to that at the fewest.
func (r Results) growthTargets() []Target {
	if len(r.Setup.Orders) < 2 {
		return nil
	}
	few, many := slices.Min(r.Setup.Orders), slices.Max(r.Setup.Orders)
	a, b := r.read(Ours, ListOfUser, few), r.read(Ours, ListOfUser, many)
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	return []Target{{
		Claim:    fmt.Sprintf("cost of a list at %d orders : at %d", many, few),
		Measured: ratio(Medians(a).Rate, Medians(b).Rate), AtMost: 1.3,
	}}
}

func (r Results) rebuildTargets() (targets []Target) {
	for _, b := range r.Rebuilds {
		targets = append(targets, Target{
			Claim:    "rebuild of " + b.of() + ", orders/s",
			Measured: b.Rate(), AtLeast: 50_000,
		})
	}
	if len(r.Rebuilds) > 1 {
		size := func(a, b Rebuild) int { return cmp.Compare(a.Orders, b.Orders) }
		few, many := slices.MinFunc(r.Rebuilds, size), slices.MaxFunc(r.Rebuilds, size)
		targets = append(targets, Target{
			Claim: fmt.Sprintf("peak memory of a rebuild of %d orders : of %d", many.Orders,
				few.Orders),
			Measured: ratio(many.Memory, few.Memory), AtMost: 1.2,
		})
	}
	return targets
}

func (r Results) startTargets() (targets []Target) {
	for _, s := range r.Starts {
		atMost := 1.0
		if s.On == OnMongoDB {
			atMost = 2
		}
		targets = append(targets, Target{
			Claim:    "start on " + s.On + " to the first answer, in s",
			Measured: Median(s.Rounds), AtMost: atMost,
		})
	}
	return targets
}

func (r Results) targetTable() string {
	t := table{header: []string{"target", "wanted", "measured", "rounds", ""}}
	for _, target := range r.Targets() {
		wanted, met := "≥ "+number(target.AtLeast), "missed"
		if target.AtMost > 0 {
			wanted = "≤ " + number(target.AtMost)
		}
		if target.Met() {
			met = "met"
		}
		t.add(target.Claim, wanted, number(target.Measured),
			spread(target.Lowest, target.Highest), met)
	}
	return t.String()
}
