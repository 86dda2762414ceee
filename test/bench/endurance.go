package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"orders/test/bench/load"
	"orders/test/bench/machine"
	"orders/test/bench/report"
)

const (
	// enduranceConnections are those of the closed loop whose rate is halved.
	enduranceConnections = 64
	// samplesMax is how many samples are taken at most, and sampleLeast the least time between two.
	samplesMax, sampleLeast = 180, 50 * time.Millisecond
)

// endurance creates orders for long, at half of the rate that a closed loop reaches, and now and
// then looks at what the service uses.
func (b *bench) endurance(ctx context.Context) error {
	long := b.endure(slices.Contains(b.Only, partEndurance))
	b.tell.step("endurance: %s at half load", long)
	db, err := b.db.fresh(ctx)
	if err != nil {
		return err
	}
	defer db.drop(ctx)
	every := max(long/samplesMax, sampleLeast)
	var trace machine.Trace
	service, err := b.serve(ctx, db, &trace, machine.TraceEvery(every))
	if err != nil {
		return err
	}
	defer service.Stop()
	l := load.Load{
		Address: service.address, Connections: enduranceConnections, Want: 201, Lag: true,
		Ask: load.Creations(false),
	}
	full, err := l.Run(ctx, b.long())
	if err != nil {
		return fmt.Errorf("%w: %s", err, service.Said())
	}
	l.Rate = full.Rate() / 2
	return b.endureUnder(ctx, l, long, every, func(at time.Duration) (report.Sample, error) {
		return b.sample(service, &trace, at)
	})
}

// endureUnder takes samples while the load lasts.
func (b *bench) endureUnder(
	ctx context.Context, l load.Load, long, every time.Duration,
	sample func(at time.Duration) (report.Sample, error),
) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	type ended struct {
		load.Result
		err error
	}
	done := make(chan ended, 1)
	go func() {
		result, err := l.Run(ctx, long)
		done <- ended{result, err}
	}()
	e := report.Endurance{Minutes: long.Minutes()}
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	for begun := time.Now(); ; {
		select {
		case end := <-done:
			e.Rate, e.P99, e.LagP99 = end.Rate(), at(end.Latency, 99), at(end.Lag, 99)
			b.results.Endurances = append(b.results.Endurances, e)
			return end.err
		case <-ticks.C:
			s, err := sample(time.Since(begun))
			if err != nil {
				stop()
				return errors.Join(err, (<-done).err)
			}
			e.Samples = append(e.Samples, s)
			b.tell.part("endurance", int(time.Since(begun)), int(long))
		}
	}
}

// sample is what the service uses now.
func (b *bench) sample(
	service running, trace *machine.Trace, at time.Duration,
) (report.Sample, error) {
	const mega = 1 << 20
	memory, err := machine.Memory(service.ID())
	files, failed := machine.Files(service.ID())
	var mongod int64
	if b.db.id != 0 {
		mongod, _ = machine.Memory(b.db.id)
	}
	return report.Sample{
		At: at, Memory: float64(memory) / mega, Heap: float64(trace.Heap()) / mega,
		Goroutines: float64(trace.Goroutines()), Files: float64(files),
		Mongod: float64(mongod) / mega,
	}, errors.Join(err, failed)
}
