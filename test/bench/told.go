package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"orders/test/bench/brokers"
	"orders/test/bench/load"
	"orders/test/bench/machine"
	"orders/test/bench/report"
	"orders/test/process"
)

// tellMax is how long a broker may take to be told of what was created before.
const tellMax = time.Minute

// telling is what came of a load whose orders a broker is told of.
type telling struct {
	figures  report.Figures
	halves   [2]*hdrhistogram.Histogram // The lags of the load's halves.
	left     int                        // Orders that the consumer lacked when the load ended.
	relayLag float64                    // The lag of the relay's position then, in seconds.
}

func (b *bench) measureTold(
	ctx context.Context, broker *brokers.Broker, t teller, l load.Load, long time.Duration,
) (told telling, err error) {
	db, err := b.db.fresh(ctx)
	if err != nil {
		return told, err
	}
	defer db.drop(ctx)
	topic := "bench." + rand.Text()
	p, stop, err := b.startTeller(ctx, broker, t, db, topic)
	if err != nil {
		return told, err
	}
	defer broker.Remove(ctx, topic)
	defer stop()
	l.Address = p.address
	var heard *brokers.Consumer
	if t.tells() {
		if heard, err = broker.Consume(ctx, topic); err != nil {
			return told, fmt.Errorf("consume: %w: %s", err, p.Said())
		}
		defer heard.Close()
		l.Answered = heard.Answered
	}
	warmed, err := l.Run(ctx, b.warmUp())
	if err == nil && heard != nil {
		err = awaitAll(heard, warmed)
		heard.Forget()
	}
	if err == nil {
		told, err = b.toldUnder(ctx, l, long, p, broker, heard)
	}
	if err != nil {
		err = fmt.Errorf("%w: %s", err, p.Said())
	}
	return told, err
}

func (b *bench) startTeller(
	ctx context.Context, broker *brokers.Broker, t teller, db *fresh, topic string,
) (p running, stop func(), err error) {
	port := process.FreePort()
	c := contender{store: true}
	if t.peer {
		c.peer = broker.Peer
	}
	program := b.program(c, port, db.uri, db.uri)
	if t.peer {
		program.Args = append(program.Args, broker.PeerArgs(topic)...)
	}
	if t.publish {
		program.Env = append(append(program.Env, "PUBLISH="+broker.Name), broker.Env(topic)...)
	}
	if t.feed {
		program.Env = append(program.Env, "FEED="+broker.Name)
	}
	p, err = launch(ctx, program, port)
	return p, func() { c.stop(p) }, err
}

// toldUnder measures from the first request until the consumer has heard of the last order.
func (b *bench) toldUnder(
	ctx context.Context, l load.Load, long time.Duration, p running, broker *brokers.Broker,
	heard *brokers.Consumer,
) (t telling, err error) {
	before, _ := machine.CPU(broker.ID())
	var answers, toldRate float64
	begun := time.Now()
	t.figures, err = b.figures([]running{p}, func() (load.Result, error) {
		r, err := l.Run(ctx, long)
		answers = float64(r.Answers)
		if err != nil || heard == nil {
			return r, err
		}
		t.left = max(0, int(r.Answers)-heard.Told())
		if t.relayLag = 0; long == b.fullLoad() { // Counting it takes a while.
			t.relayLag = relayLag(ctx, p)
		}
		err = awaitAll(heard, r)
		toldRate = answers / max(r.Took, heard.Last().Sub(begun)).Seconds()
		r.Lag = heard.Lag(begun, time.Now())
		return r, err
	})
	if err != nil {
		return t, err
	}
	after, _ := machine.CPU(broker.ID())
	f := &t.figures
	f.Told, f.BrokerCPU = toldRate, 1000*(after-before).Seconds()/answers
	if f.AllCPU > 0 && heard != nil {
		f.AllCPU += f.BrokerCPU
	}
	if half := begun.Add(long / 2); heard != nil {
		t.halves = [...]*hdrhistogram.Histogram{
			heard.Lag(begun, half), heard.Lag(half, time.Now()),
		}
	}
	return t, nil
}

// awaitAll waits until the consumer has heard of all that was answered.
func awaitAll(heard *brokers.Consumer, r load.Result) error {
	if !heard.Await(int(r.Answers), tellMax) {
		return fmt.Errorf("after %s the consumer knows %d of %d orders", tellMax, heard.Told(),
			r.Answers)
	}
	return nil
}

// relayLag is how old the oldest commit behind the saved position of the relay is, in seconds; 0
// where there is no relay.
func relayLag(ctx context.Context, p running) float64 {
	url := "http://" + p.address + "/admin/subscriptions"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	var shown struct {
		Subscriptions []struct {
			Lag struct {
				Seconds float64 `json:"seconds"`
			} `json:"lag"`
		} `json:"subscriptions"`
	}
	_ = json.NewDecoder(response.Body).Decode(&shown) // The peer has no such page.
	for _, s := range shown.Subscriptions {
		return s.Lag.Seconds
	}
	return 0
}
