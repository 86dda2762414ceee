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
		r.rateTargets(), r.latencyTargets(), r.lagTargets(), r.readTargets(), r.growthTargets(),
		r.rebuildTargets(), r.startTargets(), r.scaleTargets(),
	)
}

// rateTargets are the least ratios of orders per second to those of a peer.
var rateTargets = []struct {
	pair
	connections int
	atLeast     float64
}{
	{pair{Ours, TwoInserts}, 4, 0.8},
	{pair{Ours, TwoInserts}, 16, 1.3},
	{pair{Ours, TwoInserts}, 64, 3},
	{pair{Ours, TwoInserts}, 256, 5},
	{pair{OursAsync, OneInsert}, 16, 1},
	{pair{OursAsync, OneInsert}, 64, 2.3},
	{pair{OursAsync, OneInsert}, 256, 3.9},
	{pair{OursOnMemory, Bare}, 64, 0.7},
}

func (r Results) rateTargets() (targets []Target) {
	for _, t := range rateTargets {
		a, ok := r.write(t.contender, t.connections)
		b, has := r.write(t.peer, t.connections)
		if ok && has {
			targets = append(targets, Target{
				Claim: fmt.Sprintf("orders/s of %s : %s, %s", t.contender, t.peer,
					loadName(t.connections)),
				Measured: ratio(a.Rate, b.Rate), AtLeast: t.atLeast,
			})
		}
	}
	return targets
}

func (r Results) latencyTargets() (targets []Target) {
	for _, connections := range r.Setup.Connections {
		a, ok := r.write(Ours, connections)
		b, has := r.write(TwoInserts, connections)
		if ok && has {
			targets = append(targets, Target{
				Claim: fmt.Sprintf("p99 of %s : %s, %s", Ours, TwoInserts,
					loadName(connections)),
				Measured: ratio(a.P99, b.P99), AtMost: 1,
			})
		}
	}
	return targets
}

func (r Results) lagTargets() (targets []Target) {
	for _, contender := range []string{Ours, OursAsync} {
		for _, t := range []struct {
			connections int
			atMost      float64
		}{{64, 50}, {Open, 20}} {
			f, ok := r.write(contender, t.connections)
			if ok && f.LagP99 > 0 {
				targets = append(targets, Target{
					Claim: fmt.Sprintf("lag p99 of %s in ms, %s", contender,
						loadName(t.connections)),
					Measured: f.LagP99, AtMost: t.atMost,
				})
			}
		}
	}
	return targets
}

func (r Results) readTargets() (targets []Target) {
	for _, read := range r.Reads {
		peer, has := r.read(peerOf(read.Question), read.Question, read.Orders)
		if read.Contender == Ours && has {
			targets = append(targets, Target{
				Claim: fmt.Sprintf("answers/s of %s : %s at %d orders", read.Question,
					peerOf(read.Question), read.Orders),
				Measured: ratio(Medians(read.Rounds).Rate, peer.Rate), AtLeast: 0.9,
			})
		}
	}
	return targets
}

// growthTargets compare the time that a list takes at the most orders to that at the fewest.
func (r Results) growthTargets() []Target {
	if len(r.Setup.Orders) < 2 {
		return nil
	}
	few, many := slices.Min(r.Setup.Orders), slices.Max(r.Setup.Orders)
	a, ok := r.read(Ours, ListOfUser, few)
	b, has := r.read(Ours, ListOfUser, many)
	if !ok || !has {
		return nil
	}
	return []Target{{
		Claim:    fmt.Sprintf("cost of a list at %d orders : at %d", many, few),
		Measured: ratio(a.Rate, b.Rate), AtMost: 1.3,
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
	t := table{header: []string{"target", "wanted", "measured", ""}}
	for _, target := range r.Targets() {
		wanted, met := "≥ "+number(target.AtLeast), "missed"
		if target.AtMost > 0 {
			wanted = "≤ " + number(target.AtMost)
		}
		if target.Met() {
			met = "met"
		}
		t.add(target.Claim, wanted, number(target.Measured), met)
	}
	return t.String()
}
