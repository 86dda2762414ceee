package report

import (
	"fmt"
	"slices"
)

// A ratioTarget is a bound of a ratio, under one load.
type ratioTarget struct {
	pair
	connections int
	atLeast     float64
	atMost      float64
}

// rateTargets are of orders per second. With 64 and more connections MongoDB and the documents set
// the pace, so there the service is held to the limits, which write the same and check nothing.
// Equal runs differ by a tenth.
var rateTargets = []ratioTarget{
	{pair{Ours, OursBefore}, 1, 1.2, 0},
	{pair{Ours, OursBefore}, 4, 1.2, 0},
	{pair{Ours, OursBefore}, 16, 1.1, 0},
	{pair{Ours, OursBefore}, 64, 1, 0},
	{pair{Ours, OursBefore}, 256, 1, 0},
	{pair{Ours, TwoInserts}, 4, 0.8, 0},
	{pair{Ours, TwoInserts}, 16, 1.3, 0},
	{pair{Ours, BatchedView}, 64, 0.9, 0},
	{pair{Ours, BatchedView}, 256, 0.9, 0},
	{pair{OursAsync, OneInsert}, 16, 1, 0},
	{pair{OursAsync, BatchedAll}, 64, 0.9, 0},
	{pair{OursAsync, BatchedAll}, 256, 0.9, 0},
	{pair{OursOnMemory, Bare}, 64, 0.7, 0},
}

var latencyTargets = []ratioTarget{
	{pair{Ours, TwoInserts}, 4, 0, 1},
	{pair{Ours, TwoInserts}, 16, 0, 1},
	{pair{Ours, TwoInserts}, 64, 0, 1},
	{pair{Ours, TwoInserts}, 256, 0, 1},
}

// cpuTargets are of the processor time of the contender and mongod for an order, which depends
// least on the machine.
var cpuTargets = []ratioTarget{
	{pair{Ours, TwoInserts}, 64, 0, 0.30},
	{pair{Ours, TwoInserts}, 256, 0, 0.22},
}

// blindTargets are of the processor time of the service alone for an order: what it costs that
// metrics are counted, and scraped every 5 s.
var blindTargets = []ratioTarget{
	{pair{Ours, OursBlind}, 16, 0, 1.03},
	{pair{Ours, OursBlind}, 64, 0, 1.03},
}

// tracedTargets are of the same: what it costs that one order in a hundred is traced.
var tracedTargets = []ratioTarget{
	{pair{OursTraced, Ours}, 16, 0, 1.05},
	{pair{OursTraced, Ours}, 64, 0, 1.05},
}

func (r Results) writeTargets() []Target {
	return slices.Concat(
		r.ratioTargets("orders/s", rate, rateTargets),
		r.ratioTargets("p99", p99, latencyTargets),
		r.ratioTargets("processor time per order", allCPU, cpuTargets),
		r.ratioTargets("service's processor time per order", cpu,
			slices.Concat(blindTargets, tracedTargets)),
		r.lagTargets(),
	)
}

// ratioTargets are those of which both contenders were measured.
func (r Results) ratioTargets(what string, of figure, all []ratioTarget) (targets []Target) {
	for _, t := range all {
		rounds := paired(r.write(t.contender, t.connections), r.write(t.peer, t.connections), of)
		if len(rounds) > 0 {
			targets = append(targets, rounds.measure(Target{
				Claim:   fmt.Sprintf("%s of %s, %s", what, t.pair, LoadName(t.connections)),
				AtLeast: t.atLeast, AtMost: t.atMost,
			}))
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
			if f := Medians(r.write(contender, t.connections)); f.LagP99 > 0 {
				targets = append(targets, Target{
					Claim: fmt.Sprintf("lag p99 of %s in ms, %s", contender,
						LoadName(t.connections)),
					Measured: f.LagP99, AtMost: t.atMost,
				})
			}
		}
	}
	return targets
}
