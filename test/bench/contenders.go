package main

import (
	"slices"
	"strconv"

	"orders/test/bench/machine"
	"orders/test/bench/peers"
	"orders/test/bench/report"
)

// A contender is a program that takes orders.
type contender struct {
	name   string
	peer   peers.Kind // Empty for the service.
	before bool       // It is the service of an earlier commit.
	blind  bool       // It is the service without metrics.
	traced bool       // It sends traces of one order in a hundred.
	store  bool       // It keeps its orders in MongoDB.
	async  bool       // It is asked to answer at once.
	lag    bool       // Its orders can be read.
	all    bool       // It keeps views and rows, behind the orders.
}

var contenders = []contender{
	{name: report.Ours, store: true, lag: true, all: true},
	{name: report.OursBefore, before: true, store: true, lag: true, all: true},
	{name: report.OursBlind, blind: true, store: true, lag: true, all: true},
	{name: report.OursTraced, traced: true, store: true, lag: true, all: true},
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
		return c.before && p.Before == "" || c.blind && !p.Unobserved || c.traced && !p.Traced
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
	if b.scrapes(c) {
		env = append(env, "METRICS=true")
	}
	if c.traced {
		env = append(env, b.sampling()...)
	}
	if c.store {
		env = append(env, "MONGODB_URI="+uri, "MONGODB_READ_URI="+readURI)
	}
	return machine.Program{File: b.serviceOf(c), Dir: b.dir, Env: env}
}

// stop ends the contender's process: the service as its users do, so that it lets go of the
// database, and a peer at once.
func (c contender) stop(p running) {
	if c.peer != "" {
		p.Kill()
		return
	}
	p.Stop()
}
