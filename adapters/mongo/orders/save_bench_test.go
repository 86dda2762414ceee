package orders_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/orders"
	"orders/ports"
	"orders/test/mongotest"
)

// BenchmarkFill saves new views of small orders into a generation, 500 in a call.
func BenchmarkFill(b *testing.B) {
	for _, version := range []int{1, 3} {
		for _, callers := range []int{1, 4} {
			b.Run(fmt.Sprint("version ", version, ", callers ", callers), func(b *testing.B) {
				d := fixture.Migrated(b, mongotest.URI(b), orders.Set)
				v := orders.New(d)
				b.Cleanup(v.Close)
				g, err := v.Model().Generations.Begin(b.Context())
				if err != nil {
					b.Fatal(err)
				}
				work := make(chan []ports.OrderView, callers)
				var all sync.WaitGroup
				for range callers {
					all.Go(func() {
						for views := range work {
							if err := errors.Join(g.Save(b.Context(), views)...); err != nil {
								b.Error(err)
							}
						}
					})
				}
				batches := make([][]ports.OrderView, b.N)
				for i := range batches {
					for range 500 {
						made := fixture.View(fixture.NewID(), version, "ann")
						batches[i] = append(batches[i], made)
					}
				}
				b.ResetTimer()
				for _, views := range batches {
					work <- views
				}
				close(work)
				all.Wait()
				b.ReportMetric(float64(b.N*500)/b.Elapsed().Seconds(), "views/s")
			})
		}
	}
}

// BenchmarkSaveMixed saves the view of a new order with that of one that changes all the time.
func BenchmarkSaveMixed(b *testing.B) {
	d := fixture.Migrated(b, mongotest.URI(b), orders.Set)
	v := orders.New(d)
	b.Cleanup(v.Close)
	hot, version := fixture.NewID(), 1
	for b.Loop() {
		version++
		views := []ports.OrderView{
			fixture.View(fixture.NewID(), 1, "ann"), fixture.View(hot, version, "ann"),
		}
		if err := errors.Join(v.Save(b.Context(), views)...); err != nil {
			b.Fatal(err)
		}
	}
}
