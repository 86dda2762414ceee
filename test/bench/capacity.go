package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/client"
	"orders/test/bench/machine"
)

// capacity prints what orders take on disk and in memory, as a table for docs/operations.md. It
// measures no time, so it may run beside other work.
type capacity struct {
	Orders     int    `default:"100000" help:"Orders to record, of each kind."`
	MongoDBURI string `name:"mongodb-uri" placeholder:"URI" help:"Use this replica set, in databases that are dropped, instead of starting a mongod."`
}

// Validate is called by kong.
func (c capacity) Validate() error {
	if c.Orders < perUser {
		return fmt.Errorf("there must be at least %d orders", perUser)
	}
	return nil
}

func (c capacity) Run(ctx context.Context) error {
	b := &bench{
		plan: plan{MongoDBURI: c.MongoDBURI, Orders: []int{c.Orders}},
		tell: &progress{to: io.Discard},
	}
	defer b.close()
	if err := b.open(ctx); err != nil {
		return err
	}
	m := b.results.Machine
	fmt.Printf("%d orders of each kind, on MongoDB %s, at commit %s.\n\n", c.Orders, m.MongoDB,
		m.Commit)
	fmt.Println("| orders | collection | documents | data MiB per million orders " +
		"| indexes MiB per million orders |\n|---|---|---:|---:|---:|")
	var most int64
	for _, kind := range []struct {
		name string
		f    filling
	}{
		{"created", filling{orders: c.Orders}},
		{"created with an Idempotency-Key", filling{orders: c.Orders, keys: true}},
		{"of six commits: paid, shipped, delivered", filling{orders: c.Orders, whole: true}},
	} {
		peak, err := b.room(ctx, kind.name, kind.f)
		if err != nil {
			return fmt.Errorf("orders %s: %w", kind.name, err)
		}
		most = max(most, peak)
	}
	fmt.Printf("\nThe service, which made the read models, took at most %d MiB of memory", most>>20)
	if b.db.id != 0 {
		now, err := machine.Memory(b.db.id)
		if err != nil {
			return err
		}
		fmt.Printf(", and mongod has %d MiB now", now>>20)
	}
	fmt.Println(".")
	return nil
}

// room prints what a filling takes on disk, once the service has made its read models, and returns
// how much memory that took.
func (b *bench) room(ctx context.Context, name string, f filling) (memory int64, err error) {
	db, err := b.db.fresh(ctx)
	if err != nil {
		return 0, err
	}
	defer db.drop(ctx)
	err = db.with(ctx, func(to *client.Database) error {
		return f.commits(ctx, to, func(int) {})
	})
	if err != nil {
		return 0, err
	}
	service, err := b.serve(ctx, db, nil)
	if err != nil {
		return 0, err
	}
	defer service.Stop()
	if err := db.awaitViews(ctx, int64(f.orders)); err != nil {
		return 0, err
	}
	if _, err := db.bytesOnDisk(ctx); err != nil { // Has a checkpoint behind it.
		return 0, err
	}
	for _, collection := range []string{"order_writes", "order_reads", "customer_orders"} {
		if err := db.printSize(ctx, name, collection, f.orders); err != nil {
			return 0, err
		}
	}
	return machine.PeakMemory(service.ID())
}

// awaitViews waits until both read models show all orders.
func (f *fresh) awaitViews(ctx context.Context, orders int64) error {
	for ctx.Err() == nil {
		views, err := f.count(ctx, "order_reads")
		rows, err2 := f.count(ctx, "customer_orders")
		if err = errors.Join(err, err2); err != nil || views == orders && rows == orders {
			return err
		}
		time.Sleep(200 * time.Millisecond)
	}
	return ctx.Err()
}

// printSize prints what a collection has on disk, extrapolated to a million orders.
func (f *fresh) printSize(ctx context.Context, name, collection string, orders int) error {
	var s struct {
		Count   int     `bson:"count"`
		Data    float64 `bson:"storageSize"`
		Indexes float64 `bson:"totalIndexSize"`
	}
	command := bson.D{{Key: "collStats", Value: collection}}
	if err := f.RunCommand(ctx, command).Decode(&s); err != nil {
		return err
	}
	million := 1e6 / float64(orders) / (1 << 20)
	fmt.Printf("| %s | `%s` | %d | %.0f | %.0f |\n", name, collection, s.Count, s.Data*million,
		s.Indexes*million)
	return nil
}
