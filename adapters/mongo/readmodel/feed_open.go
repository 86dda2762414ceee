package readmodel

import (
	"cmp"
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/changestream"
	"orders/adapters/mongo/client"
	"orders/ports"
)

// open opens a change stream at r's place; or at the present, and says so, if that is lost.
func (r *follower) open(ctx context.Context, s state) (*driver.ChangeStream, error) {
	views := r.model.collection(s.Live.Number)
	uuid, err := client.UUID(ctx, views)
	if err == nil && uuid == "" {
		err = errViewsGone
	}
	if err == nil && r.before.IsZero() {
		r.before, err = r.feed.shown(ctx)
	}
	if err != nil {
		return nil, err
	}
	if r.resumes(s, uuid) {
		return r.watch(ctx, views, &r.at.time)
	}
	present, err := r.watch(ctx, views, nil)
	if err != nil {
		return nil, err
	}
	r.at.collection = uuid
	if r.at.time, err = tokenTime(present.ResumeToken()); err == nil {
		err = r.deliver(ctx, ports.ViewBatch{Lost: true})
	}
	if err != nil {
		client.CloseSoon(ctx, present)
		return nil, err
	}
	return present, nil
}

// shown is until when everything happened that queries have shown and that is durable. A server
// that has just become the primary may know of less than was told already.
func (f *Feed) shown(ctx context.Context) (until primitive.Timestamp, err error) {
	ctx, cancel := context.WithTimeout(ctx, changestream.Patience)
	defer cancel()
	said, err := client.AskHello(ctx, f.model.db.Handle)
	if err != nil {
		return until, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if until = cmp.Or(said.LastWrite.Majority.At, said.Operation); f.told.After(until) {
		until = f.told
	}
	return until, nil
}

// resumes reports whether the live views, of that UUID, have all that was saved after r's place,
// which it moves to them: what queries show by a switch was put there since the generation was
// fed, at the earliest.
func (r *follower) resumes(s state, uuid string) bool {
	wasFed := s.AlsoFed != nil && s.AlsoFed.UUID == r.at.collection ||
		s.Previous != nil && s.Previous.UUID == r.at.collection
	const back = uint32(switchTime / time.Second)
	switch {
	case r.at.time.T <= back: // No server's clock was ever there.
	case r.at.collection == uuid:
		return true
	case r.at.collection != "" && wasFed && !s.Live.Since.IsZero():
		r.known, r.again = r.at.time, 0
		r.at.collection = uuid
		r.at.time.T -= back
		if s.Live.Since.Before(r.at.time) {
			r.at.time = s.Live.Since
		}
		return true
	}
	r.known, r.again = primitive.Timestamp{}, 0
	return false
}

func (r *follower) watch(
	ctx context.Context, views *driver.Collection, from *primitive.Timestamp,
) (*driver.ChangeStream, error) {
	o := options.ChangeStream().SetBatchSize(eventsMax)
	if from != nil {
		o.SetStartAtOperationTime(from)
	}
	return r.stream.Open(ctx, views, SavesOnly, o)
}
