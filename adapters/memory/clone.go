package memory

import (
	"slices"

	"orders/domain/order"
	"orders/ports"
)

// The clones share no memory that can be changed, so neither callers nor readers can change
// what is kept here.

func cloneCommits(commits []ports.Commit) []ports.Commit {
	clones := make([]ports.Commit, len(commits))
	for i, c := range commits {
		clones[i] = cloneCommit(c)
	}
	return clones
}

func cloneCommit(c ports.Commit) ports.Commit {
	events := make([]order.Event, len(c.Events))
	for i, e := range c.Events {
		events[i] = cloneEvent(e)
	}
	c.Events = events
	return c
}

func cloneEvent(e order.Event) order.Event {
	if e, ok := e.(order.Created); ok {
		e.Lines = slices.Clone(e.Lines)
		return e
	}
	return e
}

func cloneView(v ports.OrderView) ports.OrderView {
	v.Order.Lines = slices.Clone(v.Order.Lines)
	return v
}
