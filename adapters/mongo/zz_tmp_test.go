package mongo_test

import (
	"fmt"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"

	"orders/test/mongotest"
)

func BenchmarkNaive(b *testing.B) {
	for _, callers := range []int{64, 256} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			wc := writeconcern.Majority()
			j := true
			wc.Journal = &j
			c := mongotest.Database(b, mongotest.URI(b)).Collection("x", options.Collection().SetWriteConcern(wc))
			work := make(chan int, callers)
			var all sync.WaitGroup
			for range callers {
				all.Go(func() {
					for i := range work {
						id := newID()
						if _, err := c.InsertOne(b.Context(), bson.M{"_id": string(id) + "/000001", "orderId": id, "i": i, "events": bson.A{bson.M{"type": "OrderCreated", "schema": 1, "data": bson.M{"userId": "ann", "lines": bson.A{bson.M{"sku": "mouse", "quantity": 2}}}}}}); err != nil {
							b.Error(err)
						}
					}
				})
			}
			b.ResetTimer()
			for i := range b.N {
				work <- i
			}
			close(work)
			all.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
		})
	}
}
