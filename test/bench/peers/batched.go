package peers

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
)

const (
	queueMax = 4096
	batchMax = 512
	// rowsRest lets rows gather between two writes, as the service does.
	rowsRest = 20 * time.Millisecond
)

// A pending order waits for the bulk write that it will be in.
type pending struct {
	order order
	done  chan error
}

func answer(p pending, err error) { p.done <- err }

// A bulk is a queue of orders before a collection, and its one writer, who takes whatever is
// queued. It is what this database can do with inserts, not a program to use: an error is
// everybody's.
type bulk struct {
	queue    chan pending
	to       *mongo.Collection
	document func(order) any
	rest     time.Duration // Before each write.
	written  func(pending, error)
}

// run makes a bulk's queue and writer.
func (b bulk) run(ctx context.Context) bulk {
	b.queue = make(chan pending, queueMax)
	go func() {
		for first := range b.queue {
			time.Sleep(b.rest)
			b.write(ctx, gather(first, b.queue))
		}
	}()
	return b
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

func (b bulk) write(ctx context.Context, batch []pending) {
	models := make([]mongo.WriteModel, len(batch))
	for i, p := range batch {
		models[i] = mongo.NewInsertOneModel().SetDocument(b.document(p.order))
	}
	_, err := b.to.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
	for _, p := range batch {
		b.written(p, err)
	}
}

// save waits until the order is through.
func (b bulk) save(_ context.Context, o order) error {
	p := pending{o, make(chan error, 1)}
	b.queue <- p
	return <-p.done
}

// batched returns a saver behind a bulk of orders.
func (s *store) batched(ctx context.Context) saver {
	return s.orders(ctx, answer).save
}

func (s *store) orders(ctx context.Context, written func(pending, error)) bulk {
	return bulk{
		to: s.writes, document: func(o order) any { return o }, written: written,
	}.run(ctx)
}

// batchedAll returns a saver behind three bulks, of all the documents that the service writes. It
// answers when the order's is there, or, if readable, when the view's is.
func (s *store) batchedAll(ctx context.Context, readable bool) saver {
	views := bulk{
		to: provisional(s.reads), document: func(o order) any { return o.view() },
		written: func(p pending, err error) {
			if readable {
				answer(p, err)
			}
		},
	}.run(ctx)
	rows := bulk{
		to: provisional(s.rows), document: func(o order) any { return o.row() }, rest: rowsRest,
		written: func(pending, error) {},
	}.run(ctx)
	return s.orders(ctx, func(p pending, err error) {
		if err != nil || !readable {
			answer(p, err)
		}
		if err == nil {
			views.queue <- p
			rows.queue <- p
		}
	}).save
}

// provisional writes as the service does where a document can be made again: no journal and no
// other member of the replica set has to have it.
func provisional(c *mongo.Collection) *mongo.Collection {
	return c.Database().Collection(c.Name(),
		options.Collection().SetWriteConcern(writeconcern.W1()))
}
