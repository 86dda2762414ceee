package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"orders/test/bench/brokers"
	"orders/test/bench/load"
	"orders/test/bench/report"
)

// brokerConnections are those of the closed loop.
const brokerConnections = 64

// A teller is a program that takes orders and may tell a broker of them.
type teller struct {
	name          string
	peer          bool
	publish, feed bool // The service's settings PUBLISH and FEED name the broker.
}

func (t teller) tells() bool { return t.peer || t.publish }

var tellers = []teller{
	{name: report.Ours},
	{name: report.OursPublishes, publish: true},
	{name: report.OursFollows, publish: true, feed: true},
	{name: report.InsertPublish, peer: true},
}

// brokers measures what it takes that a broker is told of orders, one broker after the other.
func (b *bench) brokers(ctx context.Context) error {
	for _, name := range b.brokersWanted() {
		b.tell.step("starting %s", name)
		broker, err := brokers.Start(ctx, name, filepath.Join(b.dir, name))
		if errors.Is(err, brokers.ErrMissing) {
			b.results.Notes = append(b.results.Notes,
				fmt.Sprintf("There was no %s to be measured.", name))
			continue
		}
		if err != nil {
			return err
		}
		err = b.throughBroker(ctx, name, broker)
		broker.Kill() // Its data is removed.
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (b *bench) throughBroker(ctx context.Context, name string, broker *brokers.Broker) error {
	for round := range b.Rounds {
		turns := slices.Clone(tellers)
		if round%2 == 1 {
			slices.Reverse(turns)
		}
		for _, t := range turns {
			l := load.Load{Connections: brokerConnections, Ask: load.Creations(false), Want: 201}
			for _, connections := range []int{brokerConnections, report.Open} {
				if connections == report.Open {
					l.Connections = openConnections
				}
				b.tell.step("brokers, %s, round %d, %s: %s", name, round+1,
					report.LoadName(connections), t.name)
				told, err := b.measureTold(ctx, broker, t, l, b.long())
				if err != nil {
					return fmt.Errorf("%s, %s: %w", t.name, report.LoadName(connections), err)
				}
				l.Rate = told.figures.Rate / 2
				b.noteTold(name, t.name, connections, told.figures)
			}
		}
	}
	return b.keepUp(ctx, name, broker)
}

// keepUp asks whether the relay tells as much as the service takes, for longer.
func (b *bench) keepUp(ctx context.Context, name string, broker *brokers.Broker) error {
	b.tell.step("brokers, %s: %s at full load", name, b.fullLoad())
	l := load.Load{Connections: brokerConnections, Ask: load.Creations(false), Want: 201}
	told, err := b.measureTold(ctx, broker, teller{publish: true}, l, b.fullLoad())
	if err != nil {
		return fmt.Errorf("full load: %w", err)
	}
	k := report.KeptUp{
		Broker: name, Seconds: b.FullLoad, Rate: told.figures.Rate, Left: float64(told.left),
		RelayLag: told.relayLag,
	}
	for i, lag := range told.halves {
		k.Halves[i] = report.Half{LagP50: at(lag, 50), LagP99: at(lag, 99)}
	}
	b.results.KeptUp = append(b.results.KeptUp, k)
	return nil
}

func (b *bench) noteTold(broker, name string, connections int, f report.Figures) {
	added := report.Told{Broker: broker, Contender: name, Connections: connections}
	row := rowOf(&b.results.Told, added, func(t report.Told) bool {
		return t.Broker == broker && t.Contender == name && t.Connections == connections
	})
	row.Rounds = append(row.Rounds, f)
}
