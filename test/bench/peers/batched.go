package peers

import (
	"context"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

const (
	queueMax = 4096
	batchMax = 512
)

// A pending order waits for the bulk write that it will be in.
type pending struct {
	order order
	done  chan error
}

// batched returns a saver behind one queue and one writer, which takes whatever is queued. It is
// what this database can do with inserts, not a program to use: an error is everybody's.
func (s *store) batched(ctx context.Context) saver {
	queue := make(chan pending, queueMax)
	go func() {
		for first := range queue {
			s.writeAll(ctx, gather(first, queue))
		}
	}()
	return func(_ context.Context, o order) error {
		p := pending{o, make(chan error, 1)}
		queue <- p
		return <-p.done
	}
}

func gather(first pending, queue <-chan pending) []pending {
	batch := []pending{first}
	for len(batch) < batchMax {
		select {
		case next := <-queue:
			batch = append(batch, next)
		default:
			return batch
		}
	}
	return batch
}

func (s *store) writeAll(ctx context.Context, batch []pending) {
	models := make([]mongo.WriteModel, len(batch))
	for i, p := range batch {
		models[i] = mongo.NewInsertOneModel().SetDocument(p.order)
	}
	_, err := s.writes.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
	for _, p := range batch {
		p.done <- err
	}
}
