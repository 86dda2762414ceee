package orders

import (
	"bytes"
	"context"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/slots"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

const (
	// readSlots is how many reads of a batch reader are under way at once.
	readSlots = 4
	// readMax is how many documents one read is for, at most.
	readMax = 256
	// readQueue is how many callers wait for a slot, at most.
	readQueue = 4096
)

// A batchReader reads single documents for many callers, as group commit writes for them. No caller
// gets what was read before he asked.
//
// A large document is handed to a caller whose account has room for it. Any other caller waits for
// room and then reads it alone, so that no slot holds what nobody has taken.
type batchReader struct {
	read  readFunc
	slots *slots.Batcher[*request]

	open context.Context
	shut context.CancelFunc
}

// A readFunc hands found the documents with these IDs, which must not keep them as they are.
type readFunc func(ctx context.Context, ids []order.ID, found func(order.ID, bson.Raw)) error

// A request is one caller's.
type request struct {
	id          order.ID
	account     *budget.Account
	nextForSame *request      // Another one for the same document, in one read.
	answered    chan struct{} // Closed when the rest is set.
	document    bson.Raw
	large       int // Its size, when it has to be taken before it is read.
	err         error
}

func newBatchReader(read readFunc) *batchReader {
	open, shut := context.WithCancel(context.Background())
	r := &batchReader{read: read, open: open, shut: shut}
	r.slots = slots.New("reads", slots.Limits{
		Slots: readSlots, Queue: readQueue, Items: readMax,
	}, nil, r.answer)
	return r
}

// close ends all reading.
func (r *batchReader) close() { r.shut() }

// readOne returns the document whose _id is id. The error is ports.ErrNotFound,
// ports.ErrUnavailable or the context's.
func (r *batchReader) readOne(ctx context.Context, id order.ID) (bson.Raw, error) {
	q := &request{id: id, account: budget.Of(ctx), answered: make(chan struct{})}
	if err := r.slots.Add(q); err != nil {
		return nil, err
	}
	select {
	case <-q.answered:
		if q.large > 0 {
			return r.readAlone(ctx, q)
		}
		return q.document, q.err
	case <-ctx.Done():
		r.slots.TakeBack(q)
		return nil, ctx.Err()
	}
}

func (r *batchReader) answer(some []*request) {
	ctx, cancel := context.WithTimeout(r.open, client.AttemptTimeout)
	defer cancel()
	ids := make([]order.ID, len(some))
	for i, q := range some {
		ids[i] = q.id
	}
	waiting := make(map[order.ID]*request, len(some))
	for _, q := range some {
		q.nextForSame, waiting[q.id] = waiting[q.id], q
		q.err = ports.ErrNotFound
	}
	err := r.read(ctx, ids, func(id order.ID, document bson.Raw) {
		document = bytes.Clone(document)
		for q := waiting[id]; q != nil; q = q.nextForSame {
			q.take(document)
		}
	})
	for _, q := range some {
		if err != nil {
			// It is not the caller's time that was up.
			q.err = client.Translate(context.Background(), err)
			q.document, q.large = nil, 0
		}
		close(q.answered)
	}
}

// take answers q, unless the document is larger than its account has room for at once.
func (q *request) take(document bson.Raw) {
	q.err = nil
	if !q.account.TryTake(budget.Answer(len(document))) {
		q.large = len(document)
		return
	}
	q.document = document
}

// readAlone reads a large document for one caller, once that has taken its bytes.
func (r *batchReader) readAlone(ctx context.Context, q *request) (document bson.Raw, err error) {
	if err := budget.TakeAnswer(ctx, q.large); err != nil {
		return nil, err
	}
	err = r.read(ctx, []order.ID{q.id}, func(_ order.ID, found bson.Raw) {
		document = bytes.Clone(found)
	})
	switch {
	case err != nil:
		return nil, client.Translate(ctx, err)
	case document == nil:
		return nil, ports.ErrNotFound
	}
	return document, nil
}
