package report

import (
	"math"
	"strings"
	"testing"
)

func brokersExample(rounds func(rate, p99 float64) []Figures) Messages {
	telling := func(rate, p99 float64) []Figures {
		all := rounds(rate, p99)
		for i := range all {
			all[i].Told, all[i].BrokerCPU = all[i].Rate/2, 100/all[i].Rate
			all[i].AllCPU += all[i].BrokerCPU
		}
		return all
	}
	return Messages{
		Told: []Told{
			{"kafka", Ours, 64, rounds(8000, 20)},
			{"kafka", OursPublishes, 64, telling(6000, 30)},
			{"kafka", InsertPublish, 64, telling(2000, 60)},
			{"kafka", OursPublishes, Open, telling(3000, 16)},
		},
		KeptUp: []KeptUp{
			{"kafka", 60, 6000, [2]Half{{4, 20}, {8, 25}}, 60, 0.125},
			{"rabbitmq", 60, 6000, [2]Half{{10, 40}, {900, 1800}}, 12_000, 2},
		},
	}
}

func TestTheTargetsOfBrokers(t *testing.T) {
	measured := map[string]Target{}
	for _, target := range example().Targets() {
		measured[target.Claim] = target
	}
	for claim, want := range map[string]struct {
		measured float64
		met      bool
	}{
		"orders told/s of ours, PUBLISH : insert, then publish, kafka, 64 connections": {3, true},
		"processor time per order of ours, PUBLISH : insert, then publish, kafka, " +
			"64 connections": {1. / 3, true},
		"processor time per order of ours, PUBLISH : ours, kafka, 64 connections": {
			1.1 * 8 / 6, true},
		"lag p99 of kafka in ms, open loop":                                     {2, true},
		"lag p50 of the second half : first, kafka, 60.0 s at full load":        {1, true},
		"lag p50 of the second half : first, rabbitmq, 60.0 s at full load":     {90, false},
		"orders left to be told, in s of orders, kafka, 60.0 s at full load":    {0.01, true},
		"orders left to be told, in s of orders, rabbitmq, 60.0 s at full load": {2, false},
	} {
		got, is := measured[claim]
		if !is || math.Abs(got.Measured-want.measured) > 1e-9 || got.Met() != want.met {
			t.Errorf("%s: %+v", claim, got)
		}
	}
}

// Nothing is told where nothing is published, and what the handler publishes has no lag.
func TestTheTablesOfBrokersShowWhatApplies(t *testing.T) {
	r := example()
	got := r.toldTables() + r.keptUpTable()
	for _, want := range []string{
		"| kafka, 64 connections | orders/s | told/s |",
		"| ours | 8000 | – | 5.00 |",
		"| kafka, open loop |",
		"| rabbitmq | 60.0 | 6000 | 10.0 | 900 | 40.0 | 1800 | 12000 | 2.00 |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if again := (Results{}).toldTables(); again != "" {
		t.Errorf("of nothing it shows %s", again)
	}
}
