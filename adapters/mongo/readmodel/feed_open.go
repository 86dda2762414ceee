package readmodel

import (
	"context"
	"fmt"
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
	from, isKnown := r.resume(s, uuid)
	if err == nil && !isKnown {
		r.at = place{uuid, now}
		if err = r.deliver(ctx, ports.ViewBatch{Lost: true}); err == nil {
			return present, nil
		}
	}
	client.CloseSoon(ctx, present)
	if err != nil {
		return nil, err
	}
	return r.watch(ctx, views, &from)
}

// resume is from when on the live views, of that UUID, have all that was saved after r's place.
func (r *follower) resume(s state, uuid string) (from primitive.Timestamp, isKnown bool) {
	from, r.known, r.again = r.at.time, primitive.Timestamp{}, 0
	wasFed := s.AlsoFed != nil && s.AlsoFed.UUID == r.at.collection ||
		s.Previous != nil && s.Previous.UUID == r.at.collection
	switch {
	case r.at.collection == uuid:
		return from, true
	case r.at.collection != "" && wasFed:
		r.at.collection, r.known = uuid, from
		from.T -= uint32(switchTime / time.Second)
		return from, true
	}
	return from, false
}

func (r *follower) watch(
	ctx context.Context, views *driver.Collection, from *primitive.Timestamp,
) (*driver.ChangeStream, error) {
	ctx, cancel := context.WithTimeout(ctx, r.wait)
	defer cancel()
	o := options.ChangeStream().SetMaxAwaitTime(pollTime).SetBatchSize(eventsMax)
	if from != nil {
		o.SetStartAtOperationTime(from)
	}
	stream, err := views.Watch(ctx, SavesOnly, o)
	if err != nil {
		return nil, fmt.Errorf("watch %s: %w", views.Name(), r.answered(ctx, err))
	}
	return stream, nil
}

// answered makes r wait longer if it waited in vain, and returns err.
func (r *follower) answered(ctx context.Context, err error) error {
	switch {
	case err == nil:
		r.wait = answerTime
	case ctx.Err() != nil:
		r.wait = min(2*r.wait, answerTimeMax)
	}
	return err
}
