package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"orders/test/bench/load"
	"orders/test/bench/machine"
	"orders/test/bench/report"
	"orders/test/process"
)

// A running program is a process that answers at an address.
type running struct {
	*machine.Process
	address string
}

// start starts the contender and returns once it answers.
func (b *bench) start(ctx context.Context, c contender, uri, readURI string) (running, error) {
	port := process.FreePort()
	return launch(ctx, b.program(c, port, uri, readURI), port)
}

// serve starts the service on a database, with these variables besides.
func (b *bench) serve(
	ctx context.Context, db *fresh, tell io.Writer, env ...string,
) (running, error) {
	port := process.FreePort()
	program := b.program(contender{name: report.Ours, store: true}, port, db.uri, db.uri)
	program.Tell, program.Env = tell, append(program.Env, env...)
	return launch(ctx, program, port)
}

func launch(ctx context.Context, program machine.Program, port int) (running, error) {
	p, err := machine.Start(program)
	if err != nil {
		return running{}, err
	}
	r := running{p, process.Address(port)}
	if err := p.Answers(ctx, "http://"+r.address+"/health"); err != nil {
		p.Kill()
		return running{}, fmt.Errorf("start %s: %w", program.File, err)
	}
	return r, nil
}

// warmUp is how long a load runs before it is measured.
func (p plan) warmUp() time.Duration { return min(time.Second, p.long()/2) }

// underLoad warms one process up, and then measures it.
func (b *bench) underLoad(
	ctx context.Context, p running, l load.Load,
) (f report.Figures, err error) {
	l.Address = p.address
	if _, err := l.Run(ctx, b.warmUp()); err != nil {
		return f, err
	}
	f, err = b.figures([]running{p}, func() (load.Result, error) { return l.Run(ctx, b.long()) })
	if err != nil {
		return f, fmt.Errorf("%w: %s", err, p.Said())
	}
	memory, _ := machine.PeakMemory(p.ID()) // Not told by this system: shown as a dash.
	f.Memory = float64(memory) / (1 << 20)
	return f, nil
}

// figures runs a load, and tells what came of it and what the processes and mongod used meanwhile.
func (b *bench) figures(
	of []running, run func() (load.Result, error),
) (f report.Figures, err error) {
	before := b.used(of...)
	r, err := run()
	if err != nil {
		return f, err
	}
	used, thousands := b.used(of...).since(before), float64(r.Answers)/1000
	f = report.Figures{
		Rate: r.Rate(),
		P50:  at(r.Latency, 50), P99: at(r.Latency, 99), P999: at(r.Latency, 99.9),
		LagP50: at(r.Lag, 50), LagP99: at(r.Lag, 99),
		CPU:      used.processes.Seconds() / thousands,
		MongoCPU: used.mongod.Seconds() / thousands,
	}
	if f.CPU > 0 && b.db.id != 0 {
		f.AllCPU = f.CPU + f.MongoCPU
	}
	return f, nil
}

// A usage is processor time; 0 where the system does not tell it, which is shown as a dash.
type usage struct{ processes, mongod time.Duration }

// used returns what some processes have used together, and mongod.
func (b *bench) used(of ...running) (u usage) {
	for _, p := range of {
		used, _ := machine.CPU(p.ID())
		u.processes += used
	}
	if b.db.id != 0 {
		u.mongod, _ = machine.CPU(b.db.id)
	}
	return u
}

func (u usage) since(before usage) usage {
	return usage{u.processes - before.processes, u.mongod - before.mongod}
}

// at returns a percentile in milliseconds.
func at(h *hdrhistogram.Histogram, percentile float64) float64 {
	return float64(h.ValueAtPercentile(percentile)) / 1000
}

// rowOf returns the row that is the one wanted. If there is none, it adds the new one.
func rowOf[R any](rows *[]R, added R, is func(R) bool) *R {
	i := slices.IndexFunc(*rows, is)
	if i < 0 {
		i = len(*rows)
		*rows = append(*rows, added)
	}
	return &(*rows)[i]
}
