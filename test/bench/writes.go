package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"orders/test/bench/load"
	"orders/test/bench/machine"
	"orders/test/bench/peers"
	"orders/test/bench/report"
	"orders/test/mongotest/server"
)

// A contender is a program that takes orders.
type contender struct {
	name   string
	peer   peers.Kind // Empty for the service.
	before bool       // It is the service of an earlier commit.
	store  bool       // It keeps its orders in MongoDB.
	async  bool       // It is asked to answer at once.
	lag    bool       // Its orders can be read.
	all    bool       // It keeps views and rows, behind the orders.
}

var contenders = []contender{
	{name: report.Ours, store: true, lag: true, all: true},
	{name: report.OursBefore, before: true, store: true, lag: true, all: true},
	{name: report.TwoInserts, peer: peers.TwoInserts, store: true, lag: true},
	{name: report.Transaction, peer: peers.Transaction, store: true, lag: true},
	{name: report.OursAsync, store: true, lag: true, all: true, async: true},
	{name: report.OneInsert, peer: peers.OneInsert, store: true, lag: true},
	{name: report.Batched, peer: peers.Batched, store: true, lag: true},
	{name: report.BatchedView, peer: peers.BatchedView, store: true, lag: true, all: true},
	{name: report.BatchedAll, peer: peers.BatchedAll, store: true, lag: true, all: true},
	{name: report.OursOnMemory, lag: true},
	{name: report.Bare, peer: peers.Bare},
}

// known are the contenders that can be measured.
func (p plan) known() []contender {
	return slices.DeleteFunc(slices.Clone(contenders), func(c contender) bool {
		return c.before && p.Before == ""
	})
}

// wanted are the known contenders that were asked for: all of them if none was named.
func (p plan) wanted() []contender {
	return slices.DeleteFunc(p.known(), func(c contender) bool {
		return len(p.Contenders) > 0 && !slices.Contains(p.Contenders, c.name)
	})
}

// turns are the contenders in the order of a round. Every other round goes backwards, so that what
// changes steadily on the machine favours nobody.
func (p plan) turns(round int) []contender {
	turns := p.wanted()
	if round%2 == 1 {
		slices.Reverse(turns)
	}
	return turns
}

// program returns the command that runs the contender.
func (b *bench) program(c contender, port int, uri, readURI string) machine.Program {
	at := strconv.Itoa(port)
	if c.peer != "" {
		return machine.Program{
			File: b.self, Dir: b.dir,
			Args: []string{"peer", string(c.peer), "--port", at, "--mongodb-uri", uri},
		}
	}
	env := []string{"PORT=" + at, "LOG_LEVEL=warn"}
	if c.store {
		env = append(env, "MONGODB_URI="+uri, "MONGODB_READ_URI="+readURI)
	}
	return machine.Program{File: b.serviceOf(c), Dir: b.dir, Env: env}
}

// start starts the contender and returns once it answers.
func (b *bench) start(
	ctx context.Context, c contender, uri, readURI string,
) (p *machine.Process, address string, err error) {
	port := server.FreePort()
	p, err = machine.Start(b.program(c, port, uri, readURI))
	if err != nil {
		return nil, "", err
	}
	address = server.Address(port)
	if err := p.Answers(ctx, "http://"+address+"/health"); err != nil {
		p.Kill()
		return nil, "", fmt.Errorf("start %s: %w", c.name, err)
	}
	return p, address, nil
}

// stop ends the contender's process: the service as its users do, so that it lets go of the
// database, and a peer at once.
func (c contender) stop(p *machine.Process) {
	if c.peer != "" {
		p.Kill()
		return
	}
	p.Stop()
}

// openConnections are those of the open loop: enough to send in time.
const openConnections = 256

// writes measures all contenders, under one load after the other, in turns.
func (b *bench) writes(ctx context.Context) error {
	for round := range b.Rounds {
		best := map[string]float64{}
		for _, connections := range append(slices.Clone(b.Connections), report.Open) {
			for _, c := range b.turns(round) {
				l := load.Load{
					Connections: connections, Ask: load.Creations(c.async), Want: 201, Lag: c.lag,
				}
				if connections == report.Open {
					l.Connections, l.Rate = openConnections, best[c.name]/2
				}
				figures, err := b.measureWrites(ctx, c, l, round)
				if err != nil {
					return fmt.Errorf("%s with %d connections: %w", c.name, l.Connections, err)
				}
				best[c.name] = max(best[c.name], figures.Rate)
				b.noteWrite(c.name, connections, figures)
			}
		}
	}
	return nil
}

func (b *bench) noteWrite(name string, connections int, f report.Figures) {
	writes := b.results.Writes
	i := slices.IndexFunc(writes, func(w report.Write) bool {
		return w.Contender == name && w.Connections == connections
	})
	if i < 0 {
		i = len(writes)
		writes = append(writes, report.Write{Contender: name, Connections: connections})
	}
	writes[i].Rounds = append(writes[i].Rounds, f)
	b.results.Writes = writes
}

func (b *bench) measureWrites(
	ctx context.Context, c contender, l load.Load, round int,
) (f report.Figures, err error) {
	b.tell.step("writes, round %d, %d connections: %s", round+1, l.Connections, c.name)
	db := &fresh{}
	if c.store {
		if db, err = b.freshFor(ctx, c); err != nil {
			return f, err
		}
		defer db.drop(ctx)
	}
	p, address, err := b.start(ctx, c, db.uri, db.uri)
	if err != nil {
		return f, err
	}
	defer c.stop(p)
	l.Address = address
	if f, err = b.underLoad(ctx, p, l); err != nil || !c.store {
		return f, err
	}
	f.Disk, err = perOrder(ctx, c, db)
	return f, err
}

// underLoad warms the process up, and then measures it.
func (b *bench) underLoad(
	ctx context.Context, p *machine.Process, l load.Load,
) (f report.Figures, err error) {
	if _, err := l.Run(ctx, min(time.Second, b.long()/2)); err != nil {
		return f, err
	}
	ours, mongods := b.cpu(p)
	result, err := l.Run(ctx, b.long())
	if err != nil {
		return f, fmt.Errorf("%w: %s", err, p.Said())
	}
	oursAfter, mongodsAfter := b.cpu(p)
	memory, _ := machine.PeakMemory(p.ID()) // Not told by this system: shown as a dash.
	thousands := float64(result.Answers) / 1000
	f = report.Figures{
		Rate: result.Rate(),
		P50:  at(result.Latency, 50), P99: at(result.Latency, 99), P999: at(result.Latency, 99.9),
		LagP50: at(result.Lag, 50), LagP99: at(result.Lag, 99),
		CPU:      (oursAfter - ours).Seconds() / thousands,
		MongoCPU: (mongodsAfter - mongods).Seconds() / thousands,
		Memory:   float64(memory) / (1 << 20),
	}
	if f.CPU > 0 && b.db.id != 0 {
		f.AllCPU = f.CPU + f.MongoCPU
	}
	return f, nil
}

// cpu returns the processor time of a contender and mongod; 0 if the system does not report it.
func (b *bench) cpu(p *machine.Process) (ours, mongods time.Duration) {
	ours, _ = machine.CPU(p.ID())
	if b.db.id != 0 {
		mongods, _ = machine.CPU(b.db.id)
	}
	return ours, mongods
}

// at returns a percentile in milliseconds.
func at(h *hdrhistogram.Histogram, percentile float64) float64 {
	return float64(h.ValueAtPercentile(percentile)) / 1000
}

var errBehind = errors.New("the read model does not catch up")

const catchUpMax = time.Minute

// perOrder returns the bytes on disk per order, once all the documents of each are there.
func perOrder(ctx context.Context, c contender, db *fresh) (float64, error) {
	orders, err := db.count(ctx, "order_writes")
	if err != nil || orders == 0 {
		return 0, err
	}
	for begun := time.Now(); c.all; time.Sleep(50 * time.Millisecond) {
		views, err := db.count(ctx, "order_reads")
		rows, failed := db.count(ctx, "customer_orders")
		switch {
		case err != nil || failed != nil:
			return 0, errors.Join(err, failed)
		case views >= orders && rows >= orders:
		case time.Since(begun) > catchUpMax:
			return 0, errBehind
		default:
			continue
		}
		break
	}
	bytes, err := db.bytesOnDisk(ctx)
	return bytes / float64(orders), err
}
