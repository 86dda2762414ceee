package memory

import (
	"slices"

	"orders/domain/order"
	"orders/ports"
)

// A clone shares no memory that can be changed, so that no caller can change what is kept here.

func cloneCommits(commits []*ports.Commit) []ports.Commit {
	clones := make([]ports.Commit, len(commits))
	for i, c := range commits {
		clones[i] = cloneCommit(*c)
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
	switch e := e.(type) {
	case order.Created:
		e.Lines = slices.Clone(e.Lines)
		return e
	case order.ItemsChanged:
		e.Lines = slices.Clone(e.Lines)
		return e
	case order.ItemsShipped:
		e.Items = slices.Clone(e.Items)
		return e
	default: // The others hold no memory that can be changed.
		return e
	}
}

func cloneView(v ports.OrderView) ports.OrderView {
	o := &v.Order
	o.Lines = slices.Clone(o.Lines)
	o.Payments = slices.Clone(o.Payments)
	for i := range o.Payments {
		p := &o.Payments[i]
		p.Captures, p.Refunds = slices.Clone(p.Captures), slices.Clone(p.Refunds)
	}
	o.Shipments = slices.Clone(o.Shipments)
	for i := range o.Shipments {
		o.Shipments[i].Items = slices.Clone(o.Shipments[i].Items)
	}
	return v
}
