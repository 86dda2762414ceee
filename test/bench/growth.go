package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/valyala/fasthttp"
	"golang.org/x/sync/errgroup"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/journal"
	"orders/domain/order"
	"orders/ports"
	"orders/test/bench/load"
	"orders/test/bench/report"
)

const (
	// growthConnections are those of the closed loop, which never ask two things of one order at
	// once.
	growthConnections = 4
	// commandsEach is how many commands an order gets: one while its past is cold, the others then.
	commandsEach = 11
)

// histories are orders of one length. Each command on one of them replaces its items by others that
// are as many, so that nothing but the number of commits grows.
type histories struct {
	f       filling
	orders  int // In a run more than fit into small caches.
	first   int // Index of the first order; the order after the last one warms up.
	commits int
}

// items are those that an order has at a version.
func items(version int) []order.Item {
	return []order.Item{
		{SKU: "sku_001", Quantity: whole(1 + version%2), Price: whole(25)},
		{SKU: "sku_002", Quantity: whole(3), Price: whole(100)},
	}
}

func (h histories) id(n int) order.ID { return h.f.id(h.first + n) }

// growth measures commands on orders of each length, on a database of its own in each round.
func (b *bench) growth(ctx context.Context) error {
	for round := range b.Rounds {
		if err := b.growthRound(ctx, round); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) growthRound(ctx context.Context, round int) error {
	b.tell.step("growth, round %d: filling the event store", round+1)
	db, err := b.db.fresh(ctx)
	if err != nil {
		return err
	}
	defer db.drop(ctx)
	var all []histories
	for i, commits := range b.Commits {
		all = append(all, histories{
			filling{orders: perUser}, b.PerLength, i * (b.PerLength + 1), commits,
		})
	}
	err = db.with(ctx, func(to *client.Database) error {
		for _, h := range all {
			if err := h.fill(ctx, to); err != nil {
				return err
			}
		}
		return nil
	})
	for _, h := range all {
		if err == nil {
			err = b.growthOf(ctx, db, h, round)
		}
	}
	return err
}

// fill puts the orders into the event store.
func (h histories) fill(ctx context.Context, db *client.Database) error {
	store := journal.NewEventStore(db, journal.NewBroadcast(), journal.GroupCommit{}, silent())
	all, ctx := errgroup.WithContext(ctx)
	for n := range h.orders + 1 {
		all.Go(func() error { return h.append(ctx, store, h.id(n)) })
	}
	return errors.Join(all.Wait(), store.Close(context.WithoutCancel(ctx)))
}

func (h histories) append(ctx context.Context, store ports.EventStore, id order.ID) error {
	past := ports.Stream{ID: id}
	for version := 1; version <= h.commits; version++ {
		var command order.Command = order.ChangeItems{Items: items(version)}
		if version == 1 {
			command = order.Create{UserID: "ann", Currency: "USD", Items: items(version)}
		}
		events, err := past.Order().Decide(command)
		if err != nil {
			return err
		}
		c := ports.Commit{
			OrderID: id, Version: version, At: timeOf(version), Events: events,
			ID: fmt.Sprintf("%s_%d", id[len("ord_"):], version),
		}
		if err := store.Append(ctx, past, c); err != nil {
			return err
		}
		past = ports.Stream{ID: id, Before: ports.ViewOf(past.With(c))}
	}
	return nil
}

// growthOf measures in a new process: first one command on each order, whose past it has to read,
// and then the others.
func (b *bench) growthOf(ctx context.Context, db *fresh, h histories, round int) error {
	b.tell.step("growth, round %d: orders of %d commits", round+1, h.commits)
	service, err := b.serve(ctx, db, nil)
	if err != nil {
		return err
	}
	defer service.Stop()
	if err := h.awaitShown(ctx, service.address); err != nil {
		return err
	}
	spare := load.Load{
		Address: service.address, Connections: 1, Requests: commandsEach, Want: 200,
		Ask: h.commands(h.orders, 1, h.commits+1),
	}
	if _, err := spare.Run(ctx, time.Minute); err != nil {
		return err
	}
	for _, warm := range []bool{false, true} {
		l := load.Load{
			Address: service.address, Connections: growthConnections, Want: 200,
			Requests: uint64(h.orders), Ask: h.commands(0, h.orders, h.commits+1),
		}
		if warm {
			l.Requests = uint64(h.orders * (commandsEach - 1))
			l.Ask = h.commands(0, h.orders, h.commits+2)
		}
		f, err := b.figures([]running{service}, func() (load.Result, error) {
			return l.Run(ctx, catchUpMax)
		})
		if err != nil {
			return fmt.Errorf("on %d commits: %w: %s", h.commits, err, service.Said())
		}
		b.noteHistory(h.commits, warm, f)
	}
	return nil
}

// commands asks for the next change of some orders, in turns; version is what the first makes.
func (h histories) commands(first, orders, version int) load.Ask {
	var bodies [2][]byte
	for i := range bodies {
		bodies[i] = changeBody(i)
	}
	return func(n uint64, r *fasthttp.Request) {
		turn, of := int(n)/orders, int(n)%orders
		r.Header.SetMethod(fasthttp.MethodPost)
		r.Header.SetContentType("application/json")
		r.SetRequestURI("/commands/orders/" + string(h.id(first+of)) + "/items")
		r.SetBodyRaw(bodies[(version+turn)%2])
	}
}

// changeBody is the body of the command that makes a version.
func changeBody(version int) []byte {
	type item struct {
		SKU   string      `json:"sku"`
		Qty   json.Number `json:"qty"`
		Price json.Number `json:"price"`
	}
	var body struct {
		Items []item `json:"items"`
	}
	for _, i := range items(version) {
		body.Items = append(body.Items, item{
			i.SKU, json.Number(i.Quantity.String()), json.Number(i.Price.String()),
		})
	}
	text, _ := json.Marshal(body) // Texts and numbers can be written.
	return text
}

// awaitShown waits until queries show each order as it was filled.
func (h histories) awaitShown(ctx context.Context, address string) error {
	for n := range h.orders + 1 {
		url := fmt.Sprintf("http://%s/queries/orders/%s?minVersion=%d", address, h.id(n), h.commits)
		for begun := time.Now(); ; {
			status, err := statusOf(ctx, url)
			if err != nil {
				return err
			}
			if status == http.StatusOK {
				break
			}
			if time.Since(begun) > catchUpMax {
				return errBehind
			}
		}
	}
	return nil
}

func statusOf(ctx context.Context, url string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

func (b *bench) noteHistory(commits int, warm bool, f report.Figures) {
	h := rowOf(&b.results.Histories, report.History{Commits: commits, Warm: warm},
		func(h report.History) bool { return h.Commits == commits && h.Warm == warm })
	h.Rounds = append(h.Rounds, f)
}
