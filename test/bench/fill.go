package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/orders"
	"orders/domain/order"
	"orders/ports"
)

// perUser is how many orders a user has in a store that is filled, about.
const perUser = 100

const (
	fillAtOnce  = 1024 // Appends, which the store puts together.
	saveAtOnce  = 3    // Writes of views.
	viewsAtOnce = 512
)

// A filling is a store of orders, the same ones each time.
type filling struct {
	orders int
	keys   bool // They were made with an Idempotency-Key.
	whole  bool // They were also confirmed, paid, shipped and delivered.
}

func whole(n int) order.Decimal {
	d, _ := order.ParseDecimal(strconv.Itoa(n)) // Digits are a number.
	return d
}

// stream is the n-th order, as its only commit has it.
func (f filling) stream(n int) (ports.Stream, error) {
	bits := hash(n)
	items := make([]order.Item, 1+bits[0]%3)
	for i := range items {
		items[i] = order.Item{
			SKU:      fmt.Sprintf("sku_%03d", bits[1+i]),
			Quantity: whole(1 + int(bits[4+i]%5)),
			Price:    whole(1 + int(bits[7+i])),
		}
	}
	events, err := order.Order{}.Decide(order.Create{
		UserID: f.user(uint64(n)), Currency: "USD", Items: items,
	})
	if err != nil {
		return ports.Stream{}, err
	}
	id := f.id(n)
	c := ports.Commit{
		OrderID: id, Version: 1, At: timeOf(n), ID: string(id[4:]), Events: events,
	}
	if f.keys {
		c.Key, c.Request = fmt.Sprint("key ", n), base64.RawStdEncoding.EncodeToString(bits[:])
	}
	return ports.Stream{ID: id, Commits: []ports.Commit{c}}, nil
}

// user is whose the n-th order is: anybody's.
func (f filling) user(n uint64) string {
	bits := hash(int(n))
	number := binary.BigEndian.Uint64(bits[16:]) % uint64(max(1, f.orders/perUser))
	return fmt.Sprintf("user_%06d", number)
}

// id is as the service makes it: it begins with the time, unless it follows from a key.
func (f filling) id(n int) order.ID {
	bits := hash(n)
	if f.keys {
		return order.MakeID(bits[:])
	}
	return order.MakeIDAt(timeOf(n).UnixMilli(), bits[:])
}

func timeOf(n int) time.Time {
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return first.Add(time.Duration(n) * time.Second)
}

func hash(n int) [sha256.Size]byte {
	return sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(n)))
}

// commits puts the orders into the event store.
func (f filling) commits(ctx context.Context, db *client.Database, tell func(done int)) error {
	store := journal.NewEventStore(db, journal.NewBroadcast(), journal.GroupCommit{}, silent())
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(fillAtOnce)
	for n := range f.orders {
		if ctx.Err() != nil {
			break
		}
		if n%10_000 == 0 {
			tell(n)
		}
		all.Go(func() error {
			s, err := f.stream(n)
			if err != nil {
				return err
			}
			past := ports.Stream{ID: s.ID}
			if err := store.Append(ctx, past, s.Commits[0]); err != nil || !f.whole {
				return err
			}
			return appendLife(ctx, store, past.With(s.Commits[0]))
		})
	}
	return errors.Join(all.Wait(), store.Close(context.WithoutCancel(ctx)))
}

// views puts the orders into the read model.
func (f filling) views(ctx context.Context, db *client.Database, tell func(done int)) error {
	to := orders.New(db)
	defer to.Close()
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(saveAtOnce)
	for from := 0; from < f.orders && ctx.Err() == nil; from += viewsAtOnce {
		tell(from)
		all.Go(func() error { return f.saveViews(ctx, to, from) })
	}
	return all.Wait()
}

func (f filling) saveViews(ctx context.Context, to *orders.Views, from int) error {
	var views []ports.OrderView
	for n := from; n < min(from+viewsAtOnce, f.orders); n++ {
		s, err := f.stream(n)
		if err != nil {
			return err
		}
		views = append(views, ports.ViewOf(s))
	}
	return errors.Join(to.Save(ctx, views)...)
}

// appendLife records the rest of an order's life, a commit for each command.
func appendLife(ctx context.Context, store ports.EventStore, past ports.Stream) error {
	o := past.Order()
	var shipped []order.ShipItem
	total, at := 0, map[string]int{} // A SKU is shipped once, whatever its lines.
	for _, l := range o.Lines {
		total += l.Quantity * int(l.Price.Minor) / 100
		at[l.SKU] += l.Quantity
	}
	for sku, quantity := range at {
		shipped = append(shipped, order.ShipItem{SKU: sku, Quantity: whole(quantity)})
	}
	for _, command := range []order.Command{
		order.Confirm{},
		order.AuthorizePayment{PaymentID: "pay_1", Amount: whole(total)},
		order.CapturePayment{PaymentID: "pay_1", Amount: whole(total)},
		order.ShipItems{ShipmentID: "ship_1", Items: shipped},
		order.DeliverShipment{ShipmentID: "ship_1"},
	} {
		events, err := past.Order().Decide(command)
		if err != nil {
			return err
		}
		c := ports.Commit{
			OrderID: past.ID, Version: past.Version() + 1, At: past.Commits[0].At, Events: events,
			ID: fmt.Sprintf("%s_%d", past.ID[len("ord_"):], past.Version()+1),
		}
		if err := store.Append(ctx, past, c); err != nil {
			return err
		}
		past = past.With(c)
	}
	return nil
}
