package readmodel

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

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
	if err != nil {
		return nil, err
	}
	present, err := r.watch(ctx, views, nil)
	if err != nil {
		return nil, err
	}
	now, err := tokenTime(present.ResumeToken())
	if err == nil && r.before.IsZero() {
		r.before = now
	}
	if err == nil && !r.resumes(s, uuid) {
		r.at = place{uuid, now}
		if err = r.deliver(ctx, ports.ViewBatch{Lost: true}); err == nil {
			return present, nil
		}
	}
	client.CloseSoon(ctx, present)
	if err != nil {
		return nil, err
	}
	return r.watch(ctx, views, &r.at.time)
}

// resumes reports whether the live views, of that UUID, have all that was saved after r's place,
// which it moves to them.
func (r *follower) resumes(s state, uuid string) bool {
	wasFed := s.AlsoFed != nil && s.AlsoFed.UUID == r.at.collection ||
		s.Previous != nil && s.Previous.UUID == r.at.collection
	switch {
	case r.at.collection == uuid:
		return true
	case r.at.collection != "" && wasFed:
		r.known, r.again = r.at.time, 0
		r.at.collection = uuid
		r.at.time.T -= uint32(switchTime / time.Second)
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
