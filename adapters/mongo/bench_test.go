package mongo_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/orders"
	"orders/ports"
	"orders/test/mongotest"
)

// BenchmarkAppend creates orders by so many callers, each of which waits for its answer.
func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 4, 64, 256} {
		b.Run(fmt.Sprint(callers, " callers"), func(b *testing.B) {
			s := fixture.MigratedStore(b, mongotest.URI(b), journal.GroupCommit{})
			took := make([]time.Duration, b.N)
			work := make(chan int, callers)
			var all sync.WaitGroup
			for range callers {
				all.Go(func() {
					for i := range work {
						begun := time.Now()
						past := ports.Stream{ID: fixture.NewID()}
						c := fixture.Next(past, fixture.Created("ann"))
						if err := s.Append(b.Context(), past, c); err != nil {
							b.Error(err)
						}
						took[i] = time.Since(begun)
					}
				})
			}
			b.ResetTimer()
			for i := range b.N {
				work <- i
			}
			close(work)
			all.Wait()
			slices.Sort(took)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
			b.ReportMetric(float64(took[b.N*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

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
