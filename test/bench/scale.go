package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"orders/domain/order"
	"orders/test/bench/machine"
	"orders/test/bench/report"
	"orders/test/mongotest/server"
)

// The parts that measure how cost grows.
const (
	partGrowth    = "growth"
	partWatchers  = "watchers"
	partEndurance = "endurance"
	partProcesses = "processes"
)

// A scale has the options of these parts.
type scale struct {
	Commits   []int   `default:"10,100,800" help:"Commits of the orders that get another command, in the part growth."`
	Watchers  []int   `default:"10,100,1000" help:"Clients of the stream of all orders, in the part watchers."`
	Created   float64 `default:"1000" help:"Orders that are created per second meanwhile."`
	Processes []int   `default:"1,2,3" help:"Command processes on one database, in the part processes."`
	Minutes   float64 `default:"0" help:"How long the part endurance takes; 0 for 30, or 2 in a whole run."`
}

// endure is how long endurance takes, by whether it is asked for by its name.
func (s scale) endure(named bool) time.Duration {
	minutes := s.Minutes
	switch {
	case minutes == 0 && named:
		minutes = 30
	case minutes == 0:
		minutes = 2
	}
	return time.Duration(minutes * float64(time.Minute))
}

func (s scale) check() error {
	switch {
	case len(s.Commits) == 0 || slices.Min(s.Commits) < 1 ||
		slices.Max(s.Commits)+commandsEach > order.CommitsGrow:
		return fmt.Errorf("an order has at least 1 commit, and at most %d to get more",
			order.CommitsGrow-commandsEach)
	case len(s.Watchers) == 0 || slices.Min(s.Watchers) < 1 || s.Created <= 0:
		return errors.New("there must be at least one watcher, and orders to watch")
	case len(s.Processes) == 0 || slices.Min(s.Processes) < 1:
		return errors.New("there must be at least one command process")
	case s.Minutes < 0:
		return errors.New("endurance takes some time")
	}
	return nil
}

// scaleSteps is how many steps these parts have.
func (p plan) scaleSteps() (n int) {
	if p.wants(partGrowth) {
		n += p.Rounds * (1 + len(p.Commits))
	}
	if p.wants(partWatchers) {
		n += p.Rounds * (1 + len(p.Watchers))
	}
	if p.wants(partProcesses) {
		n += p.Rounds * 2 * len(p.Processes)
	}
	if p.wants(partEndurance) {
		n++
	}
	return n
}

// A running service is one process of it.
type running struct {
	*machine.Process
	address string
}

// serve starts the service on a database, with these variables besides.
func (b *bench) serve(
	ctx context.Context, db *fresh, tell io.Writer, env ...string,
) (running, error) {
	port := server.FreePort()
	p, err := machine.Start(machine.Program{
		File: b.service, Dir: b.dir, Tell: tell, Env: append(env, "PORT="+strconv.Itoa(port),
			"LOG_LEVEL=warn", "MONGODB_URI="+db.uri, "MONGODB_READ_URI="+db.uri),
	})
	if err != nil {
		return running{}, err
	}
	r := running{p, server.Address(port)}
	if err := p.Answers(ctx, "http://"+r.address+"/health"); err != nil {
		p.Kill()
		return running{}, fmt.Errorf("start the service: %w", err)
	}
	return r, nil
}

// used returns the processor time of some processes together, and that of mongod.
func (b *bench) used(of []running) (services, mongod time.Duration) {
	for _, p := range of {
		service, _ := machine.CPU(p.ID()) // Not told by this system: shown as a dash.
		services += service
	}
	if b.db.id != 0 {
		mongod, _ = machine.CPU(b.db.id)
	}
	return services, mongod
}

// perThousand puts the processor time that so many answers took into f; of both only if the system
// tells both.
func perThousand(f report.Figures, service, mongod time.Duration, answers uint64) report.Figures {
	thousands := float64(answers) / 1000
	f.CPU, f.MongoCPU = service.Seconds()/thousands, mongod.Seconds()/thousands
	if f.CPU > 0 && f.MongoCPU > 0 {
		f.AllCPU = f.CPU + f.MongoCPU
	}
	return f
}
