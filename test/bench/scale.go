package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"orders/domain/order"
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
	PerLength int     `default:"128" hidden:"" help:"Orders of each length. The page says 128; tests want fewer."`
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
	case s.PerLength < 1:
		return errors.New("there must be at least one order of each length")
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
