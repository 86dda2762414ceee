package journal_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
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
