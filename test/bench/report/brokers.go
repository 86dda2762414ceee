package report

import (
	"fmt"
	"slices"
)

// Messages are what was measured of brokers that are told of orders.
type Messages struct {
	Told   []Told   `json:"told,omitempty"`
	KeptUp []KeptUp `json:"keptUp,omitempty"`
}

// A Told is how a contender took orders, and told a broker of them, in each round.
type Told struct {
	Broker      string    `json:"broker"`
	Contender   string    `json:"contender"`
	Connections int       `json:"connections"` // Or Open.
	Rounds      []Figures `json:"rounds"`
}

// A KeptUp is how a relay fared while the service was at full load.
type KeptUp struct {
	Broker   string  `json:"broker"`
	Seconds  float64 `json:"seconds"`
	Rate     float64 `json:"ordersPerSecond"`
	Halves   [2]Half `json:"halves"`
	Left     float64 `json:"ordersLeft"`      // That were answered and not yet told at the end.
	RelayLag float64 `json:"relayLagSeconds"` // Of its position at the end.
}

// A Half has the lags of the orders that were answered in one half of the time.
type Half struct {
	LagP50 float64 `json:"lagP50ms"`
	LagP99 float64 `json:"lagP99ms"`
}

// lagGrain is by how many milliseconds more a lag is the same.
const lagGrain = 5

// growth is the lag of the second half to that of the first, of which less than the grain counts as
// the grain. So much more as the grain is no growth.
func (k KeptUp) growth() float64 {
	first, second := max(k.Halves[0].LagP50, lagGrain), max(k.Halves[1].LagP50, lagGrain)
	if second <= first+lagGrain {
		return min(1, ratio(second, first))
	}
	return ratio(second, first)
}

// brokersTold are the brokers that were told of orders.
func (r Results) brokersTold() (all []string) {
	for _, t := range r.Told {
		if !slices.Contains(all, t.Broker) {
			all = append(all, t.Broker)
		}
	}
	return all
}

func (r Results) told(broker, contender string, connections int) []Figures {
	for _, t := range r.Told {
		if t.Broker == broker && t.Contender == contender && t.Connections == connections {
			return t.Rounds
		}
	}
	return nil
}

// brokerRatios are of two contenders that were measured beside the same broker, at 64 connections.
var brokerRatios = []struct {
	what string
	of   figure
	pair
	atLeast, atMost float64
}{
	{"orders told/s", told, pair{OursPublishes, InsertPublish}, 1, 0},
	{"processor time per order", allCPU, pair{OursPublishes, InsertPublish}, 0, 1},
	{"processor time per order", allCPU, pair{OursPublishes, Ours}, 0, 2},
}

func (r Results) brokerTargets() (targets []Target) {
	const connections, lagMost, leftMost, growthMost = 64, 100, 1, 1.5
	for _, broker := range r.brokersTold() {
		for _, t := range brokerRatios {
			rounds := paired(r.told(broker, t.contender, connections),
				r.told(broker, t.peer, connections), t.of)
			if len(rounds) > 0 {
				targets = append(targets, rounds.measure(Target{
					Claim: fmt.Sprintf("%s of %s, %s, %s", t.what, t.pair, broker,
						LoadName(connections)),
					AtLeast: t.atLeast, AtMost: t.atMost,
				}))
			}
		}
		if lag := Medians(r.told(broker, OursPublishes, Open)).LagP99; lag > 0 {
			targets = append(targets, Target{
				Claim:    fmt.Sprintf("lag p99 of %s in ms, open loop", broker),
				Measured: lag, AtMost: lagMost,
			})
		}
	}
	for _, k := range r.KeptUp {
		at := fmt.Sprintf("%s, %s s at full load", k.Broker, number(k.Seconds))
		targets = append(targets, Target{
			Claim:    "lag p50 of the second half : first, " + at,
			Measured: k.growth(), AtMost: growthMost,
		}, Target{
			Claim:    "orders left to be told, in s of orders, " + at,
			Measured: ratio(k.Left, k.Rate), AtMost: leftMost,
		})
	}
	return targets
}
